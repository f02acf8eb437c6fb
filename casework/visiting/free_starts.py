"""The minutes at which a coach is free for a visit: worked out once, until the rules or what is taken change."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from typing import TypeAlias
from zoneinfo import ZoneInfo

from casework.hours.calendar import midnights
from casework.house.organisation import Organisation
from casework.visiting.occupied import Occupied
from casework.visiting.slot_rules import starts_on
from storage.minutes import moment_of, span

Free: TypeAlias = Mapping[str, Sequence[int]]
"""The minutes since 1970, in order, at which each coach is free."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Visits of a ``kind``, held in a ``way``, at one ``place`` or wherever the coach works, from ``today`` on."""

    organisation: Organisation
    kind: str
    way: str
    place: str | None
    today: date


@lru_cache(maxsize=2048)
def free_starts(sought: Sought, coach: str, occupied: Occupied) -> Sequence[int]:
    """Up to the horizon of the kind of visit; also what is too soon by now."""
    visit = sought.organisation.visits[sought.kind]
    days = (sought.today + timedelta(days=number) for number in range(visit.horizon_days + 1))
    starts = chain.from_iterable(_starts(sought, coach, day) for day in days)
    return array("q", occupied.free_of(starts, visit.buffer_before, visit.minutes + visit.buffer_after))


def _starts(sought: Sought, coach: str, day: date) -> Sequence[int]:
    places = starts_on(sought.organisation, sought.kind, sought.way, day).get(coach, {})
    return [minute for minute, place in places.items() if sought.place in (None, place)]


def by_day(free: Free, since: int, zone: ZoneInfo) -> Iterator[tuple[date, Free]]:
    """Each date on which anybody is free from the minute ``since`` on, and what is free on it."""
    while (soonest := _soonest(free, since)) is not None:
        day = moment_of(soonest).astimezone(zone).date()
        _, until = span(*midnights(day, zone))
        yield day, {coach: _between(starts, since, until) for coach, starts in free.items()}
        since = until


def _between(starts: Sequence[int], since: int, until: int) -> Sequence[int]:
    return starts[bisect_left(starts, since) : bisect_left(starts, until)]


def _soonest(free: Free, since: int) -> int | None:
    found = ((starts, bisect_left(starts, since)) for starts in free.values())
    return min((starts[at] for starts, at in found if at < len(starts)), default=None)
