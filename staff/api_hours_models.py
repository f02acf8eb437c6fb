"""What the REST API takes and gives about hours, leave, closing days, and the list of a group session."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from staff.api_models import AppointmentOut, Id, In, Out

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = Annotated[
    str,
    Field(
        pattern="^([01][0-9]|2[0-3]):[0-5][05]-([01][0-9]|2[0-3]):[0-5][05]( at [a-z0-9][a-z0-9-]{0,15})?$",
        examples=["09:00-12:00", "13:00-16:30 at wellen"],
        description="Times of the clock on 5 minutes, in order; ` at <place>` for another than the coach's first.",
    ),
]
Days = Annotated[
    str,
    Field(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}( to [0-9]{4}-[0-9]{2}-[0-9]{2})?$",
        examples=["2027-07-19", "2027-07-19 to 2027-08-06"],
    ),
]
Spans = Annotated[list[Span], Field(max_length=8)]


class CoachOut(Out):
    """Somebody of the organisation who takes visits."""

    id: str
    name: str
    languages: list[str]
    places: list[str]


class CoachList(Out):
    """Everybody who takes visits."""

    coaches: list[CoachOut]


class HoursOut(Out):
    """A coach's hours. `in_console` names the lines that were changed there and stand in place of the file's;
    `outside` are the visits ahead that the hours do not allow and that nobody has said to keep."""

    week: dict[str, list[str]]
    dates: dict[date, list[str]]
    leave: list[str]
    in_console: list[str]
    outside: list[AppointmentOut]


class HoursIn(In):
    """What is named here is written anew, as a whole; what is not named stays as it is."""

    week: dict[Weekday, Spans] | None = None
    dates: Annotated[dict[date, Spans], Field(max_length=400)] | None = Field(
        None, description="Hours of single dates, instead of those of the week; none: not there that day."
    )
    leave: Annotated[list[Days], Field(max_length=200)] | None = None


class ClosingDaysOut(Out):
    """The closing days of the house besides public holidays."""

    days: list[str]
    in_console: bool


class ClosingDaysIn(In):
    """All closing days of the house, besides public holidays."""

    days: Annotated[list[Days], Field(max_length=400)]


class PlaceOut(Out):
    """Where people come."""

    id: str
    name: str
    address: str
    partner: bool


class PlaceList(Out):
    """Every place of the organisation."""

    places: list[PlaceOut]


class OpeningHoursOut(Out):
    """When the house is open, where a place says nothing else."""

    week: dict[str, list[str]]
    in_console: bool


class OpeningHoursIn(In):
    """When the house is open, as a whole."""

    week: dict[Weekday, Spans]


class PlaceHoursOut(Out):
    """When a place is open: its own `week`, or `null` where that of the house counts; `dates` stand in its place."""

    week: dict[str, list[str]] | None
    dates: dict[date, list[str]]
    in_console: list[str]


class PlaceHoursIn(In):
    """What is named here is written anew, as a whole; what is not named stays as it is."""

    week: dict[Weekday, Spans] | None = None
    dates: Annotated[dict[date, Spans], Field(max_length=400)] | None = None


class SheetLine(Out):
    """Somebody's place on the list; `position` is the number of who waits."""

    id: str
    seat: int | None
    position: int | None = None
    state: str
    version: int
    case: str | None = None


class SheetOut(Out):
    """The list of a group session, with when and where people meet; nobody's name."""

    id: str
    starts_at: datetime
    ends_at: datetime
    meets_at: datetime
    place: str | None
    address: str
    seats: int
    free: int
    called_off: bool
    lines: list[SheetLine]


class WalkInIn(In):
    """Who came without being on the list; without a case somebody of whom nothing is known."""

    case: Id | None = None
