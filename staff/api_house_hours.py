"""When the house and its places are open, by the API: read, and written in place of what the file says."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from casework.hours.hours_desk import is_edited, version_of
from casework.hours.house_edits import value_at, write_dated, write_days, write_week
from casework.house.organisation import Place
from staff.api_call import Call, Operation, Reply, Work, missing, outdated
from staff.api_hours import house_now, save_line
from staff.api_hours_models import (
    ClosingDaysIn,
    ClosingDaysOut,
    OpeningHoursIn,
    OpeningHoursOut,
    PlaceHoursIn,
    PlaceHoursOut,
    PlaceList,
    PlaceOut,
)
from staff.api_models import In, Nothing, Out

LINES = {"week": "opening_hours", "dates": "exceptions"}
"""Of a place, by the name that a line has in the API."""
OPENING, CLOSING = "opening_hours", "closing_days"


def show_opening_hours(session: Session, call: Call) -> Reply:
    week = write_week(value_at(house_now(session, call), OPENING))
    return _line(session, call, OPENING, OpeningHoursOut(week=week, in_console=_edited(session, call, OPENING)))


def change_opening_hours(session: Session, call: Call) -> Reply:
    """Where a place has hours of its own, those count there."""
    _write(session, call, OPENING, call.body.model_dump(mode="json")["week"])
    return show_opening_hours(session, call)


def opening_hours_of_the_file(session: Session, call: Call) -> Reply:
    _write(session, call, OPENING, None)
    return show_opening_hours(session, call)


def show_closing_days(session: Session, call: Call) -> Reply:
    days = write_days(value_at(house_now(session, call), CLOSING))
    return _line(session, call, CLOSING, ClosingDaysOut(days=days, in_console=_edited(session, call, CLOSING)))


def change_closing_days(session: Session, call: Call) -> Reply:
    _write(session, call, CLOSING, call.body.days)
    return show_closing_days(session, call)


def closing_days_of_the_file(session: Session, call: Call) -> Reply:
    _write(session, call, CLOSING, None)
    return show_closing_days(session, call)


def _line(session: Session, call: Call, place: str, body: Out) -> Reply:
    return Reply(body, f'"{version_of(session, call.organisation.id, place)}-{place.partition("_")[0]}"')


def _edited(session: Session, call: Call, place: str) -> bool:
    return is_edited(session, call.organisation.id, place)


def _write(session: Session, call: Call, place: str, value: Any) -> None:
    """What the file says already needs no change to say so."""
    if call.version not in (None, version_of(session, call.organisation.id, place)):
        outdated()
    if value is not None or _edited(session, call, place):
        save_line(session, call, place, value)


def show_places(session: Session, call: Call) -> Reply:
    found = house_now(session, call).places.values()
    return Reply(PlaceList(places=[PlaceOut.model_validate(place) for place in found]))


def show_place_hours(session: Session, call: Call) -> Reply:
    place = _place(session, call)
    edited = [name for name, line in _lines(place).items() if _edited(session, call, line)]
    body = PlaceHoursOut(
        week=None if place.opening_hours is None else write_week(place.opening_hours),
        dates=dict(zip(sorted(place.exceptions), write_dated(place.exceptions).values(), strict=True)),
        in_console=edited,
    )
    return Reply(body, f'"{_version(session, call, place)}-place"')


def change_place_hours(session: Session, call: Call) -> Reply:
    """The lines that the body names."""
    body: PlaceHoursIn = call.body
    lines = _unchanged(session, call)
    for name, value in body.model_dump(mode="json", exclude_none=True).items():
        save_line(session, call, lines[name], value)
    return show_place_hours(session, call)


def place_hours_of_the_file(session: Session, call: Call) -> Reply:
    for line in _unchanged(session, call).values():
        if _edited(session, call, line):
            save_line(session, call, line, None)
    return show_place_hours(session, call)


def _place(session: Session, call: Call) -> Place:
    return house_now(session, call).places.get(call.id) or missing("place")


def _lines(place: Place) -> dict[str, str]:
    return {name: f"places.{place.id}.{line}" for name, line in LINES.items()}


def _unchanged(session: Session, call: Call) -> dict[str, str]:
    """The lines of the place, as they were read."""
    place = _place(session, call)
    if call.version not in (None, _version(session, call, place)):
        outdated()
    return _lines(place)


def _version(session: Session, call: Call, place: Place) -> int:
    return max(version_of(session, call.organisation.id, line) for line in _lines(place).values())


def _reads(id: str, path: str, summary: str, work: Work, answer: type[Out]) -> Operation:
    return Operation(id, "GET", path, summary, "appointments:read", work, answer)


def _writes(id: str, path: str, what: str, work: Work, models: tuple[type[Out], type[In]]) -> Operation:
    return Operation(
        id, "POST", path, what, "calendar:write", work, models[0], body=models[1], versioned=True, renews=True
    )


OPERATIONS = (
    _reads("listPlaces", "/places", "Where people come", show_places, PlaceList),
    _reads("readPlaceHours", "/places/{id}/hours", "When a place is open", show_place_hours, PlaceHoursOut),
    _writes(
        "changePlaceHours",
        "/places/{id}/hours",
        "When a place is open, in place of the file's",
        change_place_hours,
        (PlaceHoursOut, PlaceHoursIn),
    ),
    _writes(
        "placeHoursOfTheFile",
        "/places/{id}/hours/as_in_file",
        "A place is open as the file says again",
        place_hours_of_the_file,
        (PlaceHoursOut, Nothing),
    ),
    _reads("readOpeningHours", "/opening_hours", "When the house is open", show_opening_hours, OpeningHoursOut),
    _writes(
        "changeOpeningHours",
        "/opening_hours",
        "When the house is open, in place of the file's",
        change_opening_hours,
        (OpeningHoursOut, OpeningHoursIn),
    ),
    _writes(
        "openingHoursOfTheFile",
        "/opening_hours/as_in_file",
        "The house is open as the file says again",
        opening_hours_of_the_file,
        (OpeningHoursOut, Nothing),
    ),
    _reads(
        "readClosingDays",
        "/closing_days",
        "When the house is closed besides public holidays",
        show_closing_days,
        ClosingDaysOut,
    ),
    _writes(
        "changeClosingDays",
        "/closing_days",
        "The closing days, in place of the file's",
        change_closing_days,
        (ClosingDaysOut, ClosingDaysIn),
    ),
    _writes(
        "closingDaysOfTheFile",
        "/closing_days/as_in_file",
        "The closing days as the file says again",
        closing_days_of_the_file,
        (ClosingDaysOut, Nothing),
    ),
)
