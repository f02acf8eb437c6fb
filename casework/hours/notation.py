"""How hours, days, spans of time and postcodes are written in an organisation's file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
GRAIN = 5  # minutes: the database holds a coach's time in pieces of this length


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """Working hours within one day, in wall time; ``place`` is empty for the coach's first place."""

    start: time
    end: time
    place: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """From ``first`` up to and including ``last``."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Span:
    """So many days of the calendar, or so many hours of the clock."""

    days: int = 0
    hours: int = 0

    def as_timedelta(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours)


def misread(problem: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("misread", "{problem}", {"problem": problem, "remedy": remedy})


def _read_weekday(written: Any) -> Any:
    if written in WEEKDAYS:
        return WEEKDAYS.index(written)
    if isinstance(written, str):
        raise misread(f"'{written}' is no day of the week", f"write one of {', '.join(WEEKDAYS)}")
    return written


def _read_clock(written: str) -> time:
    try:
        clock = time.fromisoformat(written)
    except ValueError:
        raise misread(f"'{written}' is no time of day", "write it as 09:00") from None
    if clock.minute % GRAIN or clock.second or clock.tzinfo:
        raise misread(f"'{written}' is not on {GRAIN} minutes", "write it as 09:00 or 09:05")
    return clock


def _read_time(written: Any) -> Any:
    return _read_clock(written) if isinstance(written, str) else written


def _read_hours(written: str) -> tuple[time, time]:
    start, dash, end = written.partition("-")
    if not dash:
        raise misread(f"'{written}' are no hours", "write them as 09:00-12:00")
    return _read_clock(start.strip()), _read_clock(end.strip())


def _read_shift(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    hours, _, place = written.partition(" at ")
    start, end = _read_hours(hours)
    if start >= end:
        raise misread(f"'{written}' ends before it begins", "write the earlier time first")
    return Shift(start, end, place.strip())


def _read_quiet(written: Any) -> Any:
    return _read_hours(written) if isinstance(written, str) else written


def _read_days(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    first, _, last = written.partition(" to ")
    try:
        days = Days(date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip()))
    except ValueError:
        raise misread(f"'{written}' is no date", "write 2027-03-28, or 2027-03-28 to 2027-04-02") from None
    if days.first > days.last:
        raise misread(f"'{written}' ends before it begins", "write the earlier date first")
    return days


def _read_yearly_day(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    try:
        day = date.fromisoformat(f"2000-{written}")
    except ValueError:
        raise misread(f"'{written}' is no day of the year", "write 11 July as 07-11") from None
    return day.month, day.day


def _read_span(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    match = re.fullmatch(r"(\d{1,2}) (day|hour)s?", written)
    if not match:
        raise misread(f"'{written}' is no span of time", "write it as '1 day' or '2 hours'")
    return Span(**{f"{match[2]}s": int(match[1])})


def _read_postcodes(written: Any) -> Any:
    if not isinstance(written, list):
        return written
    return frozenset(code for item in written for code in _postcodes(str(item)))


def _postcodes(written: str) -> tuple[str, ...]:
    match = re.fullmatch(r"([1-9]\d{3})(?:-([1-9]\d{3}))?", written)
    if not match:
        raise misread(f"'{written}' is no postcode", "write 4 digits, or a range as 4000-4699")
    return tuple(map(str, range(int(match[1]), int(match[2] or match[1]) + 1)))


def _read_id(written: Any) -> Any:
    if isinstance(written, str) and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,14}[a-z0-9]", written):
        raise misread(f"'{written}' is no id", "use 2 to 16 of a-z, 0-9 and '-'")
    return written


def _read_language(written: Any) -> Any:
    if isinstance(written, str) and not re.fullmatch(r"[a-z]{2}", written):
        raise misread(f"'{written}' is no language", "write its two letters, such as nl or fr")
    return written


def _read_link(written: Any) -> Any:
    if isinstance(written, str) and not re.fullmatch(r"https://[^\s/]+\.[^\s]+", written):
        raise misread(f"'{written[:40]}' is no address of a page", "write it whole, beginning with https://")
    return written


def _read_service(written: Any) -> Any:
    if isinstance(written, str) and not re.fullmatch(r"(https://|http://(localhost|127\.0\.0\.1)\b)[^\s?#]+", written):
        raise misread(f"'{written[:40]}' is no address of a service", "write it whole, beginning with https://")
    return written


def _with_ids(written: Any) -> Any:
    """Give each entry of a mapping its key as ``id``."""
    if not isinstance(written, dict):
        return written
    return {key: {"id": key, **entry} if isinstance(entry, dict) else entry for key, entry in written.items()}


Id: TypeAlias = Annotated[str, BeforeValidator(_read_id)]
Language: TypeAlias = Annotated[str, BeforeValidator(_read_language)]
Link: TypeAlias = Annotated[str, BeforeValidator(_read_link)]
Clock: TypeAlias = Annotated[time, BeforeValidator(_read_time)]
Service: TypeAlias = Annotated[str, BeforeValidator(_read_service)]
Texts: TypeAlias = Mapping[Language, str]
Shifts: TypeAlias = tuple[Annotated[Shift, BeforeValidator(_read_shift)], ...]
Week: TypeAlias = Mapping[Annotated[int, BeforeValidator(_read_weekday)], Shifts]
Quiet: TypeAlias = Annotated[tuple[time, time], BeforeValidator(_read_quiet)]
SomeDays: TypeAlias = tuple[Annotated[Days, BeforeValidator(_read_days)], ...]
YearlyDays: TypeAlias = tuple[Annotated[tuple[int, int], BeforeValidator(_read_yearly_day)], ...]
Ahead: TypeAlias = Annotated[Span, BeforeValidator(_read_span)]
Postcodes: TypeAlias = Annotated[frozenset[str], BeforeValidator(_read_postcodes)]
ByKey = BeforeValidator(_with_ids)
