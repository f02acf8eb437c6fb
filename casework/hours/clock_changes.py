"""A time zone with its clock changes, as a calendar file tells them (VTIMEZONE, RFC 5545 3.6.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """At the moment ``at`` (UTC) clocks that stood ``before`` ahead of UTC are set ``after`` ahead of it."""

    at: datetime
    before: timedelta
    after: timedelta


@lru_cache(maxsize=64)
def zone_component(name: str, first: int, last: int) -> Timezone:
    """The zone from the year ``first`` through ``last``.

    Each change begins at the wall time that clocks show when it comes; the library's own component for a zone has the
    one of spring an hour late.
    """
    zone, begin = ZoneInfo(name), datetime(first, 1, 1, tzinfo=UTC)
    component = Timezone()
    component.add("TZID", name)
    now = _offset(zone, begin)
    for change in (ClockChange(begin, now, now), *clock_changes(zone, begin, datetime(last + 1, 1, 1, tzinfo=UTC))):
        component.add_component(_observance(zone, change))
    return component


def clock_changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[ClockChange]:
    """Every change from ``begin`` up to ``end`` (UTC), to the second."""
    day = begin
    while day < end:
        before, after = _offset(zone, day), _offset(zone, day + DAY)
        if before != after:
            yield ClockChange(_moment_of_change(zone, day, day + DAY), before, after)
        day += DAY


def _moment_of_change(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    before = _offset(zone, early)
    while late - early > SECOND:
        middle = early + (late - early) // 2
        early, late = (middle, late) if _offset(zone, middle) == before else (early, middle)
    return late.replace(microsecond=0)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _observance(zone: ZoneInfo, change: ClockChange) -> TimezoneStandard | TimezoneDaylight:
    local = change.at.astimezone(zone)
    observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
    observance.add("DTSTART", (change.at + change.before).replace(tzinfo=None))
    observance.add("TZOFFSETFROM", change.before)
    observance.add("TZOFFSETTO", change.after)
    observance.add("TZNAME", local.tzname())
    return observance
