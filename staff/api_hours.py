"""Hours and leave of coaches by the API: read, and written in place of what the organisation's file says."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from casework.hours.hours_desk import is_edited, save, version_of
from casework.hours.house_edits import Edit, Misfit, write_dated, write_days, write_week
from casework.hours.outside_hours import outside
from casework.house.organisation import Coach, Organisation
from staff.api_call import Call, Operation, Reply, Wrong, missing, outdated
from staff.api_hours_models import CoachList, CoachOut, HoursIn, HoursOut
from staff.api_models import AppointmentOut, Nothing

LINES = {"week": "hours", "dates": "exceptions", "leave": "leave"}
"""By the name that a line has in the API."""


def show_coaches(session: Session, call: Call) -> Reply:
    found = (coach for coach in house_now(session, call).coaches.values() if coach.bookable)
    return Reply(CoachList(coaches=[CoachOut.model_validate(coach) for coach in found]))


def show_hours(session: Session, call: Call) -> Reply:
    house = house_now(session, call)
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
    coach = _coach(house_now(session, call), call)
    _check(session, call, coach)
    for name, value in body.model_dump(mode="json", exclude_none=True).items():
        save_line(session, call, _places(coach)[name], value)
    return show_hours(session, call)


def hours_of_the_file(session: Session, call: Call) -> Reply:
    """What was changed in the console or here no longer counts."""
    coach = _coach(house_now(session, call), call)
    _check(session, call, coach)
    for place in _places(coach).values():
        if is_edited(session, call.organisation.id, place):
            save_line(session, call, place, None)
    return show_hours(session, call)


def _check(session: Session, call: Call, coach: Coach) -> None:
    if call.version not in (None, _version(session, call.organisation, coach)):
        outdated()


def _version(session: Session, house: Organisation, coach: Coach) -> int:
    return max(version_of(session, house.id, place) for place in _places(coach).values())


def save_line(session: Session, call: Call, place: str, value: Any) -> None:
    """A line of the hours, or ``None`` for what the file says."""
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
        missing("coach or place")
    if came_of == "changed":
        outdated()


def house_now(session: Session, call: Call) -> Organisation:
    """As it is in this transaction."""
    return call.office.organisations.read(session, call.organisation.id)


def _coach(house: Organisation, call: Call) -> Coach:
    coach = house.coaches.get(call.id)
    if coach is None or not coach.bookable:
        missing("coach")
    return coach


def _places(coach: Coach) -> dict[str, str]:
    return {name: f"coaches.{coach.id}.{line}" for name, line in LINES.items()}


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
)
