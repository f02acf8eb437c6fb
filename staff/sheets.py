"""Shows lines of the organisation as a form and keeps what is typed: mistakes stand beside their field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from babel.dates import get_day_names
from sqlmodel import Session

from casework.door.rights import may
from casework.hours.house_edits import Misfit
from casework.hours.notation import WEEKDAYS
from casework.house.greeting import usual
from casework.house.organisation import Organisation
from casework.house.organisation_desk import newest, right_for, save
from casework.house.plain_words import warnings
from casework.house.sheets import Field, Filled, Wrong, changes, shown, typed
from casework.house.wording_preview import preview
from staff.door import SIGNED_IN
from staff.forms import read_form
from staff.office import OFFICE, Office
from staff.pages import language_of, onward, page, say

NOTES = ("saved", "undone", "same", "made", "gone")
After = Callable[[Session, Organisation, datetime], None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form: where it is sent, where its page is, and what stands in it. With ``previews`` texts are shown as a
    person sees them. ``name`` is of whom or of what it is."""

    title: str
    action: str
    back: str
    fields: tuple[Field, ...]
    name: str = ""
    previews: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """What came back: ``seen`` is the newest change when the page was made."""

    filled: Sequence[Filled]
    seen: int
    look: bool


async def sheet_page(
    request: web.Request, sheet: Sheet, template: str = "organisation_sheet.html", **more: Any
) -> web.Response:
    organisation, last = await organisation_now(request)
    filled = [shown(field, organisation) for field in sheet.fields]
    return draw(request, sheet, (organisation, filled, last), template=template, **more)


async def organisation_now(request: web.Request) -> tuple[Organisation, int]:
    """As it is at this moment, with the number of its newest change."""
    office, id = request.config_dict[OFFICE], request[SIGNED_IN].organisation
    return await office.ledger.read(lambda session: (office.organisations.read(session, id), newest(session, id)))


def draw(
    request: web.Request,
    sheet: Sheet,
    found: tuple[Organisation, Sequence[Filled], int],
    status: int = 200,
    template: str = "organisation_sheet.html",
    **more: Any,
) -> web.Response:
    organisation, filled, seen = found
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    rules = office.plain_rules()
    note = request.query.get("note", "")
    values: dict[str, Any] = {
        "sheet": sheet,
        "filled": filled,
        "seen": seen,
        "spoken": organisation.languages,
        "previews": {one.field.place: _preview(office, organisation, one) for one in filled} if sheet.previews else {},
        "warnings": {one.field.place: warnings(one, rules) for one in filled} if sheet.previews else {},
        "may_edit": all(may(account, right_for(field.place)) for field in sheet.fields),
        "weekdays": dict(zip(WEEKDAYS, _day_names(request), strict=True)),
        "note": note if note in NOTES else "",
        "problem": "",
        "detail": "",
        "look": False,
    }
    return page(request, template, status, tell=lambda wrong: tell(request, wrong), **{**values, **more})


def _preview(office: Office, organisation: Organisation, one: Filled) -> dict[str, str]:
    shared = usual(office.briefing.flows.get(organisation.flow)) if one.field.place == "greeting" else ""
    return preview(office.briefing.wording, organisation, one, shared)


def _day_names(request: web.Request) -> list[str]:
    names = get_day_names("wide", locale=language_of(request))
    return [names[day] for day in range(len(WEEKDAYS))]


def tell(request: web.Request, wrong: Wrong) -> str:
    """The sentence in the reader's language, filled in."""
    text = say(request, wrong.phrase.source)
    for name, value in wrong.values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


async def read_typed(request: web.Request, sheet: Sheet) -> Typed:
    organisation, form = (await organisation_now(request))[0], await read_form(request)
    seen = form.get("seen", "")
    return Typed(
        [typed(field, form, organisation) for field in sheet.fields],
        int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 18 else 0,
        form.get("act") == "look",
    )


async def save_sheet(request: web.Request, sheet: Sheet, after: After | None = None) -> web.Response:
    """Keep what is not as it was; ``after`` is done in the same transaction."""
    back = await read_typed(request, sheet)
    organisation, last = await organisation_now(request)
    here = organisation, back.filled, back.seen
    if any(one.wrong for one in back.filled):
        return draw(request, sheet, here, 400, problem="wrong")
    if back.look:
        return draw(request, sheet, here, look=True)
    edits = changes(back.filled, organisation)
    if not edits:
        raise onward(request, f"{sheet.back}?note=same")
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    now = office.now()

    def work(session: Session) -> str:
        came = save(session, office.organisations, account, edits, now, seen=back.seen)
        if came == "done" and after is not None:
            session.flush()
            after(session, office.organisations.read(session, account.organisation), now)
        return came

    try:
        came = await office.ledger.write(work)
    except Misfit as misfit:
        return draw(request, sheet, here, 400, problem="misfit", detail=str(misfit))
    if came == "missing":
        raise web.HTTPNotFound
    if came == "changed":
        return draw(request, sheet, (organisation, back.filled, last), 409, problem="changed")
    await office.organisations.renew(office.ledger)
    raise onward(request, f"{sheet.back}?note=saved")
