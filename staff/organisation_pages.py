"""The pages of the organisation itself: its hours, reminders and languages, and every change that was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.door.accounts import coach_names
from casework.door.rights import may
from casework.hours.house_edits import Misfit, value_at
from casework.house.organisation import Organisation
from casework.house.organisation_desk import Changed, history, is_ours, right_for, undo
from casework.house.wording_fields import POLICY, REMINDERS, TITLES, faq_fields, hours_fields, wording_groups
from staff.door import SIGNED_IN, Route
from staff.office import OFFICE
from staff.pages import address, onward, page, say
from staff.sheets import Sheet, organisation_now, save_sheet, sheet_page

NUMBER = r"{number:\d{1,32}}"
NOTES = ("undone", "changed", "misfit")


async def show_overview(request: web.Request) -> web.Response:
    return page(request, "organisation.html")


async def _sheet(request: web.Request) -> Sheet:
    """The form by the last part of its address."""
    name = request.path.rpartition("/")[2]
    organisation, _ = await organisation_now(request)
    fields = {"hours": hours_fields(organisation), "reminders": REMINDERS, "languages": (POLICY,)}[name]
    return Sheet(say(request, TITLES[name].source), request.path, request.path, fields)


async def show_sheet(request: web.Request) -> web.Response:
    return await sheet_page(request, await _sheet(request))


async def keep_sheet(request: web.Request) -> web.Response:
    return await save_sheet(request, await _sheet(request))


async def show_history(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]

    def work(session: Session) -> tuple[list[Changed], dict[str, str]]:
        return history(session, account.organisation), coach_names(session, account.organisation)

    found, names = await office.ledger.read(work)
    organisation, _ = await organisation_now(request)
    fields = [*POLICIES_AND_PLANS, *hours_fields(organisation)]
    fields += [field for group in wording_groups(organisation) for field in group.fields]
    fields += [field for id in organisation.faq for field in faq_fields(id)]
    labels = {field.place: say(request, field.label.source) for field in fields}
    return page(
        request,
        "organisation_history.html",
        changes=[change for change in found if is_ours(change.row.place)],
        names={actor.replace("coach:", "staff:"): name for actor, name in names.items()},
        labels=labels,
        file={change.row.place: _in_file(office.organisations.files[organisation.id], change) for change in found},
        mine={change.row.id for change in found if change.last and may(account, right_for(change.row.place))},
        note=note if (note := request.query.get("note", "")) in NOTES else "",
    )


POLICIES_AND_PLANS = (POLICY, *REMINDERS)


def _in_file(file: Organisation, change: Changed) -> Any:
    """What the file says there, where that is a text that can be shown."""
    try:
        value = value_at(file, change.row.place)
    except (KeyError, AttributeError):
        return None
    told = dict(value) if isinstance(value, Mapping) else value
    return (
        told if isinstance(told, str | int) or (isinstance(told, dict) and all(map(_is_text, told.values()))) else None
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


async def undo_change(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    number, now = int(request.match_info["number"]), office.now()
    try:
        came = await office.ledger.write(lambda session: undo(session, office.organisations, account, number, now))
    except Misfit:
        came = "misfit"  # type: ignore[assignment]
    if came == "missing":
        raise web.HTTPNotFound
    await office.organisations.renew(office.ledger)
    note = "undone" if came == "done" else came
    raise onward(request, f"{address(request, 'organisation_history')}?note={note}")


ROUTES = (
    Route("GET", "/organisation", "organisation", show_overview, "see_organisation"),
    *(
        route
        for name in ("hours", "reminders", "languages")
        for route in (
            Route("GET", f"/organisation/{name}", f"organisation_{name}", show_sheet, "see_organisation"),
            Route("POST", f"/organisation/{name}", f"save_organisation_{name}", keep_sheet, "edit_organisation"),
        )
    ),
    Route("GET", "/organisation/history", "organisation_history", show_history, "see_organisation"),
    Route("POST", f"/organisation/history/{NUMBER}", "undo_change", undo_change, "edit_organisation"),
)
