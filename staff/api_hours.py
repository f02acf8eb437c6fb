"""Hours, leave and closing days by the API: read, and written in place of what the organisation's file says."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from casework.hours.hours_desk import is_edited, save, version_of
from casework.hours.house_edits import Edit, Misfit, value_at, write_dated, write_days, write_week
from casework.hours.outside_hours import outside
from casework.house.organisation import Coach, Organisation
from staff.api_call import Call, Operation, Reply, Wrong, missing, outdated
from staff.api_hours_models import ClosingDaysIn, ClosingDaysOut, CoachList, CoachOut, HoursIn, HoursOut
from staff.api_models import AppointmentOut, Nothing

LINES = {"week": "hours", "dates": "exceptions", "leave": "leave"}
"""By the name that a line has in the API."""
CLOSING = "closing_days"


def show_coaches(session: Session, call: Call) -> Reply:
    found = (coach for coach in _house(session, call).coaches.values() if coach.bookable)
    return Reply(CoachList(coaches=[CoachOut.model_validate(coach) for coach in found]))


def show_hours(session: Session, call: Call) -> Reply:
    house = _house(session, call)
    coach = _coach(house, call)
    late = outside(session, house, call.now, coach.id)
    return Reply(
        HoursOut(
            week=write_week(coach.hours),
            dates={day: list(spans) for day, spans in _dated(coach).items()},
            leave=write_days(coach.leave),
            in_console=[name for name, place in _places(coach).items() if is_edited(session, house.id, place)],
            outside=[AppointmentOut.model_validate(visit) for visit in late],
        ),
        f'"{_version(session, house, coach)}-hours"',
    )


def _dated(coach: Coach) -> dict[Any, list[str]]:
    written = write_dated(coach.exceptions)
    return {day: written[day.isoformat()] for day in coach.exceptions}


def change_hours(session: Session, call: Call) -> Reply:
    """The lines that the body names; visits that now lie outside are in the answer, and stay as they are."""
    body: HoursIn = call.body
    coach = _coach(_house(session, call), call)
    _check(session, call, coach)
    for name, value in body.model_dump(mode="json", exclude_none=True).items():
        _save(session, call, _places(coach)[name], value)
    return show_hours(session, call)


def hours_of_the_file(session: Session, call: Call) -> Reply:
    """What was changed in the console or here no longer counts."""
    coach = _coach(_house(session, call), call)
    _check(session, call, coach)
    for place in _places(coach).values():
        if is_edited(session, call.organisation.id, place):
            _save(session, call, place, None)
    return show_hours(session, call)


def _check(session: Session, call: Call, coach: Coach) -> None:
    if call.version not in (None, _version(session, call.organisation, coach)):
        outdated()


def _version(session: Session, house: Organisation, coach: Coach) -> int:
    return max(version_of(session, house.id, place) for place in _places(coach).values())


def _save(session: Session, call: Call, place: str, value: Any) -> None:
    house = call.organisation.id
    edit = Edit(place, value, version_of(session, house, place))
    try:
        came_of = save(session, call.office.organisations, call.caller.system, edit, call.now)
    except Misfit:
        wrong = "These hours make no sense, or do not go with the places and the rest of the file."
        raise Wrong(
            422, wrong, "Each span ends after it begins, and none overlap.", (place.rpartition(".")[2],)
        ) from None
    if came_of == "missing":
        missing("coach")
    if came_of == "changed":
        outdated()


def _house(session: Session, call: Call) -> Organisation:
    """As it is in this transaction."""
    return call.office.organisations.read(session, call.organisation.id)


def _coach(house: Organisation, call: Call) -> Coach:
    coach = house.coaches.get(call.id)
    if coach is None or not coach.bookable:
        missing("coach")
    return coach


def _places(coach: Coach) -> dict[str, str]:
    return {name: f"coaches.{coach.id}.{line}" for name, line in LINES.items()}


def show_closing_days(session: Session, call: Call) -> Reply:
    house = _house(session, call)
    return Reply(
        ClosingDaysOut(days=write_days(value_at(house, CLOSING)), in_console=is_edited(session, house.id, CLOSING)),
        f'"{version_of(session, house.id, CLOSING)}-days"',
    )


def change_closing_days(session: Session, call: Call) -> Reply:
    body: ClosingDaysIn = call.body
    if call.version not in (None, version_of(session, call.organisation.id, CLOSING)):
        outdated()
    _save(session, call, CLOSING, body.days)
    return show_closing_days(session, call)


OPERATIONS = (
    Operation("listCoaches", "GET", "/coaches", "Who takes visits", "appointments:read", show_coaches, CoachList),
    Operation(
        "readHours",
        "GET",
        "/coaches/{id}/hours",
        "A coach's hours and leave",
        "appointments:read",
        show_hours,
        HoursOut,
    ),
    Operation(
        "changeHours",
        "POST",
        "/coaches/{id}/hours",
        "A coach's hours and leave, in place of the file's",
        "calendar:write",
        change_hours,
        HoursOut,
        body=HoursIn,
        versioned=True,
        renews=True,
    ),
    Operation(
        "hoursOfTheFile",
        "POST",
        "/coaches/{id}/hours/as_in_file",
        "A coach's hours and leave as the file says again",
        "calendar:write",
        hours_of_the_file,
        HoursOut,
        body=Nothing,
        versioned=True,
        renews=True,
    ),
    Operation(
        "readClosingDays",
        "GET",
        "/closing_days",
        "When the house is closed besides public holidays",
        "appointments:read",
        show_closing_days,
        ClosingDaysOut,
    ),
    Operation(
        "changeClosingDays",
        "POST",
        "/closing_days",
        "The closing days, in place of the file's",
        "calendar:write",
        change_closing_days,
        ClosingDaysOut,
        body=ClosingDaysIn,
        versioned=True,
        renews=True,
    ),
)
