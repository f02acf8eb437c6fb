"""When the house is open, coaches work and people are left in peace: rules in wall time, answers in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from typing import TypeAlias
from zoneinfo import ZoneInfo

from casework.hours.notation import Shift
from casework.house.organisation import Coach, Organisation, Place

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
BEFORE_QUIET = timedelta(minutes=30)
FAR = timedelta(days=3 * 366)
"""So far ahead opening times are looked for."""
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """Working time at one place; ``begin`` is naive wall time, ``start`` and ``end`` are moments in UTC."""

    begin: datetime
    start: datetime
    end: datetime
    place: str


Hours: TypeAlias = tuple[Shift, ...]
ALL_DAY: Hours = (Shift(time.min, time.max),)


def moment(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment (UTC) when clocks in ``zone`` show ``wall`` (naive): the first of two, ``None`` if never."""
    found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return found if found.astimezone(zone).replace(tzinfo=None) == wall else None


def moment_or_next(wall: datetime, zone: ZoneInfo) -> datetime:
    """As ``moment``; for a wall time that is skipped, the moment at which the clocks jump over it."""
    while (found := moment(wall, zone)) is None:
        wall += MINUTE
    return found


def midnights(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When this date begins in ``zone`` and when it ends (UTC)."""
    begin, end = (moment_or_next(datetime.combine(each, time()), zone) for each in (day, day + DAY))
    return begin, end


def is_public_holiday(day: date) -> bool:
    return day in _public_holidays(day.year)


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    import holidays  # when days are first looked at: it would slow every start

    return frozenset(holidays.country_holidays("BE", years=year))


def is_closed(organisation: Organisation, day: date) -> bool:
    """Whether the house is shut all day: a holiday, a closing day of its own, or a bridge between two days off."""
    return (
        _is_holiday(organisation, day)
        or any(day in days for days in organisation.closing_days)
        or (organisation.bridge_days and _is_bridge(organisation, day))
    )


def _is_holiday(organisation: Organisation, day: date) -> bool:
    return is_public_holiday(day) or (day.month, day.day) in organisation.closed_every_year


def _is_bridge(organisation: Organisation, day: date) -> bool:
    """A single working day between a holiday and a weekend, or between two holidays."""
    return not _is_off(organisation, day) and all(_is_off(organisation, beside) for beside in (day - DAY, day + DAY))


def _is_off(organisation: Organisation, day: date) -> bool:
    return day.weekday() >= SATURDAY or _is_holiday(organisation, day)


def hours_on(organisation: Organisation, coach: Coach, day: date, *, away: bool = False) -> Hours:
    """The coach's hours on this date, in wall time: weekly ones while the house is open, or the place itself if it
    has hours of its own. Dated hours of a coach count also where the week of the house or of the place has none.

    ``away`` are visits that need no place (by phone, by video): then only the house's own hours count.
    """
    if is_closed(organisation, day) or any(day in days for days in coach.leave):
        return ()
    dated = coach.exceptions.get(day)
    shifts = coach.hours.get(day.weekday(), ()) if dated is None else dated
    found: list[Shift] = []
    for shift in shifts:
        place = None if away else organisation.places[shift.place or coach.places[0]]
        found += _within(_opened(organisation, place, day, dated=dated is not None), shift)
    return tuple(found)


def _opened(organisation: Organisation, place: Place | None, day: date, *, dated: bool) -> Hours:
    if place and day in place.exceptions:
        return place.exceptions[day]
    if dated:
        return ALL_DAY
    week = place.opening_hours if place and place.opening_hours is not None else organisation.opening_hours
    return week.get(day.weekday(), ())


def _within(opening: Hours, shift: Shift) -> Iterator[Shift]:
    for span in opening:
        start, end = max(shift.start, span.start), min(shift.end, span.end)
        if start < end:
            yield Shift(start, end, shift.place)


def working(organisation: Organisation, coach: Coach, day: date, *, away: bool = False) -> tuple[Stretch, ...]:
    """The coach's working time on this date (of the organisation's zone), in UTC."""
    hours = hours_on(organisation, coach, day, away=away)
    stretches = (_stretch(organisation, day, shift, shift.place or coach.places[0]) for shift in hours)
    return tuple(stretch for stretch in stretches if stretch.start < stretch.end)


def _stretch(organisation: Organisation, day: date, shift: Shift, place: str = "") -> Stretch:
    begin, end = datetime.combine(day, shift.start), datetime.combine(day, shift.end)
    zone = organisation.tz
    return Stretch(begin, moment_or_next(begin, zone), moment_or_next(end, zone), place)


def open_times(organisation: Organisation, day: date) -> tuple[Stretch, ...]:
    """When the house is open on this date."""
    if is_closed(organisation, day):
        return ()
    stretches = (_stretch(organisation, day, shift) for shift in organisation.opening_hours.get(day.weekday(), ()))
    return tuple(stretch for stretch in stretches if stretch.start < stretch.end)


def is_staffed(organisation: Organisation, at: datetime) -> bool:
    """Whether the house is open at this moment."""
    day = at.astimezone(organisation.tz).date()
    return any(stretch.start <= at < stretch.end for stretch in open_times(organisation, day))


def office_hours_later(organisation: Organisation, at: datetime, hours: float) -> datetime:
    """The moment (UTC) at which the house has been open for ``hours`` since ``at``; with none, the moment from which
    it is open. Raises ``LookupError`` for a house that is shut for years.
    """
    left = timedelta(hours=hours)
    for start, end in _open_from(organisation, at):
        if left <= end - start:
            return start + left
        left -= end - start
    raise LookupError(f"{organisation.id} does not open {hours} hours within {FAR.days} days")


def office_hours_between(organisation: Organisation, start: datetime, end: datetime) -> timedelta:
    """How long the house is open from ``start`` to ``end``."""
    spans = takewhile(lambda span: span[0] < end, _open_from(organisation, start))
    return sum((min(until, end) - since for since, until in spans), timedelta())


def _open_from(organisation: Organisation, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What is left of the opening times from ``at`` on, in order (UTC)."""
    at = at.astimezone(UTC)
    first = at.astimezone(organisation.tz).date()
    for number in range(FAR.days):
        for stretch in open_times(organisation, first + DAY * number):
            if at < stretch.end:
                yield max(at, stretch.start), stretch.end


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


def before_quiet_hours(organisation: Organisation, at: datetime) -> datetime:
    """``at`` itself, or half an hour before the quiet hours it falls in began (UTC)."""
    if not in_quiet_hours(organisation, at):
        return at.astimezone(UTC)
    local = at.astimezone(organisation.tz)
    begin = organisation.quiet[0]
    day = local.date() if local.time() >= begin else local.date() - DAY
    return moment_or_next(datetime.combine(day, begin) - BEFORE_QUIET, organisation.tz)
