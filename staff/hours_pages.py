"""Hours edited where they are read: a coach's week, dates and leave; those of a place; closing days of the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web
from babel.dates import format_date, get_day_names
from sqlmodel import Session

from casework.cases.called import known_to
from casework.hours.hours_desk import Came, is_edited, may_edit, save, version_of
from casework.hours.house_edits import HOURS, OFF, Edit, Misfit, value_at
from casework.hours.outside_hours import outside
from casework.house.organisation import Organisation
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.hours_forms import dated_after, days_after, rows_of, week_from
from staff.office import OFFICE
from staff.pages import address, language_of, onward, page

NOTES = ("saved", "changed", "misfit", "kept", "not_now")
LONGEST_VERSION = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One line with what stands there. ``place`` is its path in the file; ``edited`` in the console."""

    place: str
    line: str
    value: Any
    version: int
    edited: bool


def subject_of(organisation: Organisation, asked: str) -> str | None:
    """Whose hours are asked for: ``coaches.<id>``, ``places.<id>``, or nothing for the house itself."""
    heading, _, id = asked.partition(".")
    if heading not in ("coaches", "places"):
        return None
    return asked if id in getattr(organisation, heading) else None


def lines_of(subject: str) -> list[str]:
    heading = subject.partition(".")[0]
    return [line for above, line in HOURS if above == heading and line != OFF]


def is_line(place: str) -> bool:
    heading, _, line = Edit(place, None).parts
    return (heading, line) in HOURS


async def show_hours(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    now = office.now()
    asked = request.query.get("of", f"coaches.{account.coach or ''}")

    def work(session: Session) -> dict[str, Any]:
        organisation = office.organisations.read(session, account.organisation)
        subject = subject_of(organisation, asked) or ""
        late = outside(session, organisation, now, _coach(subject))
        people = known_to(session, office.vault, account, [visit.person_id for visit in late])
        return {
            "subject": subject,
            "parts": {part.line: part for part in _parts(session, organisation, subject)},
            "late": late,
            "people": people,
            "house": organisation,
        }

    found = await office.ledger.read(work)
    language, note = language_of(request), request.query.get("note", "")
    return page(
        request,
        "hours.html",
        **found,
        edits={part.line: may_edit(account, part.place) for part in found["parts"].values()},
        rows=rows_of,
        day_names=get_day_names("wide", locale=language),
        day_text=partial(format_date, format="EEE d MMM y", locale=language),
        today=now.astimezone(found["house"].tz).date(),
        note=note if note in NOTES else "",
    )


def _coach(subject: str) -> str | None:
    heading, _, id = subject.partition(".")
    return id if heading == "coaches" else None


def _parts(session: Session, organisation: Organisation, subject: str) -> list[Part]:
    found = []
    for line in lines_of(subject):
        place = f"{subject}.{line}" if subject else line
        value = value_at(organisation, place)
        if value is None:
            value = organisation.opening_hours
        version = version_of(session, organisation.id, place)
        found.append(Part(place, line, value, version, is_edited(session, organisation.id, place)))
    return found


async def change_hours(request: web.Request) -> web.Response:
    """Whichever line the form is of; ``as_in_file`` takes the console's line away."""
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    place, version, now = form.get("place", ""), form.get("version", ""), office.now()
    if not (version.isascii() and version.isdecimal() and len(version) <= LONGEST_VERSION) or not is_line(place):
        raise web.HTTPBadRequest
    if not may_edit(account, place):
        raise web.HTTPNotFound

    def work(session: Session) -> Came:
        organisation = office.organisations.read(session, account.organisation)
        value = None if "as_in_file" in form else _value(organisation, place, form)
        return save(session, office.organisations, account, Edit(place, value, int(version)), now)

    try:
        came_of: str = await office.ledger.write(work)
    except (Misfit, KeyError):
        came_of = "misfit"
    if came_of == "missing":
        raise web.HTTPNotFound
    await office.organisations.renew(office.ledger)
    note = "saved" if came_of == "done" else came_of
    raise onward(request, f"{address(request, 'hours')}?of={place.rpartition('.')[0] or 'house'}&note={note}")


def _value(organisation: Organisation, place: str, form: Mapping[str, str]) -> Any:
    match place.rpartition(".")[2]:
        case "hours" | "opening_hours":
            return week_from(form)
        case "exceptions":
            return dated_after(value_at(organisation, place), form)
        case _:
            return days_after(value_at(organisation, place), form)


ROUTES = (
    Route("GET", "/calendar/hours", "hours", show_hours, "see_calendar"),
    Route("POST", "/calendar/hours", "change_hours", change_hours, "edit_calendar"),
)
