"""When coaches work and when people are left in peace: rules in wall time, answers in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

import holidays

from casework.notation import Shift
from casework.organisation import Coach, Organisation

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
BEFORE_QUIET = timedelta(minutes=30)
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """Working time at one place; ``begin`` is naive wall time, ``start`` and ``end`` are moments in UTC."""

    begin: datetime
    start: datetime
    end: datetime
    place: str


Hours: TypeAlias = tuple[Shift, ...]


def moment(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment (UTC) when clocks in ``zone`` show ``wall`` (naive): the first of two, ``None`` if never."""
    found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return found if found.astimezone(zone).replace(tzinfo=None) == wall else None


def moment_or_next(wall: datetime, zone: ZoneInfo) -> datetime:
    """As ``moment``; for a wall time that is skipped, the moment at which the clocks jump over it."""
    while (found := moment(wall, zone)) is None:
        wall += MINUTE
    return found


def is_public_holiday(day: date) -> bool:
    return day in _public_holidays(day.year)


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("BE", years=year))


def is_closed(organisation: Organisation, day: date) -> bool:
    """Whether the house is shut all day: a public holiday, or a closing day of its own."""
    return (
        is_public_holiday(day)
        or (day.month, day.day) in organisation.closed_every_year
        or any(day in days for days in organisation.closing_days)
    )


def hours_on(organisation: Organisation, coach: Coach, day: date) -> Hours:
    """The coach's hours on this date, in wall time. Dated hours count also where the house is not open."""
    if is_closed(organisation, day) or any(day in days for days in coach.leave):
        return ()
    if day in coach.exceptions:
        return coach.exceptions[day]
    opening = organisation.opening_hours.get(day.weekday(), ())
    return tuple(_within(opening, coach.hours.get(day.weekday(), ())))


def _within(opening: Hours, hours: Hours) -> Iterator[Shift]:
    for shift in hours:
        for span in opening:
            start, end = max(shift.start, span.start), min(shift.end, span.end)
            if start < end:
                yield Shift(start, end, shift.place)


def working(organisation: Organisation, coach: Coach, day: date) -> tuple[Stretch, ...]:
    """The coach's working time on this date (of the organisation's zone), in UTC."""
    stretches = (_stretch(organisation, coach, day, shift) for shift in hours_on(organisation, coach, day))
    return tuple(stretch for stretch in stretches if stretch.start < stretch.end)


def _stretch(organisation: Organisation, coach: Coach, day: date, shift: Shift) -> Stretch:
    begin, end = datetime.combine(day, shift.start), datetime.combine(day, shift.end)
    zone = organisation.tz
    return Stretch(begin, moment_or_next(begin, zone), moment_or_next(end, zone), shift.place or coach.places[0])


def in_quiet_hours(organisation: Organisation, at: datetime) -> bool:
    return _is_between(at.astimezone(organisation.tz).time(), *organisation.quiet)


def _is_between(clock: time, start: time, end: time) -> bool:
    return start <= clock < end if start <= end else clock >= start or clock < end


def is_rest_day(day: date) -> bool:
    """Sundays and public holidays: no messages of our own accord."""
    return day.weekday() == SUNDAY or is_public_holiday(day)


def is_quiet(organisation: Organisation, at: datetime) -> bool:
    """Whether a message that nobody asked for has to wait at this moment."""
    return in_quiet_hours(organisation, at) or is_rest_day(at.astimezone(organisation.tz).date())


def out_of_quiet(organisation: Organisation, at: datetime) -> datetime:
    """``at`` itself, or the next moment that is not quiet (UTC)."""
    at = at.astimezone(UTC)
    while is_quiet(organisation, at):
        at = _quiet_ends(organisation, at)
    return at


def after_quiet_hours(organisation: Organisation, at: datetime) -> datetime:
    """``at`` itself, or the end of the quiet hours it falls in, rest day or not (UTC)."""
    return _quiet_ends(organisation, at) if in_quiet_hours(organisation, at) else at.astimezone(UTC)


def _quiet_ends(organisation: Organisation, at: datetime) -> datetime:
    local = at.astimezone(organisation.tz)
    end = organisation.quiet[1]
    day = local.date() if local.time() < end else local.date() + DAY
    return moment_or_next(datetime.combine(day, end), organisation.tz)


def next_morning(organisation: Organisation, at: datetime) -> datetime:
    """The end of the night that ``at`` lies in or that comes after it (UTC)."""
    return _quiet_ends(organisation, at)


def is_staffed(organisation: Organisation, at: datetime) -> bool:
    """Whether the house is open at this moment."""
    local = at.astimezone(organisation.tz)
    hours = organisation.opening_hours.get(local.weekday(), ())
    open_now = any(shift.start <= local.time() < shift.end for shift in hours)
    return open_now and not is_closed(organisation, local.date())


def before_quiet_hours(organisation: Organisation, at: datetime) -> datetime:
    """``at`` itself, or half an hour before the quiet hours it falls in began (UTC)."""
    if not in_quiet_hours(organisation, at):
        return at.astimezone(UTC)
    local = at.astimezone(organisation.tz)
    begin = organisation.quiet[0]
    day = local.date() if local.time() >= begin else local.date() - DAY
    return moment_or_next(datetime.combine(day, begin) - BEFORE_QUIET, organisation.tz)
