"""What is taken of the coaches' time, and how many visits each of them has."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import TypeAlias

Interval: TypeAlias = tuple[datetime, datetime]
Taken: TypeAlias = tuple[str, int, int]
"""A coach, and from which minute since 1970 up to which one their time is taken."""
Read: TypeAlias = Callable[[int, int, Collection[str]], Iterable[Taken]]
"""Finds what is taken between two minutes of the time of these coaches."""

WEEK = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Busy:
    """Time of a coach that is taken, buffers included; ``end`` is free again. What an agenda elsewhere says is taken
    is no ``visit`` of ours."""

    coach: str
    start: datetime
    end: datetime
    visit: bool = True

    def taken(self) -> Taken:
        return self.coach, *_minutes(self.start, self.end)


class Diary:
    """``visits`` says how many each coach has ahead: whoever has the fewest is asked first."""

    def __init__(self, busy: Iterable[Busy]) -> None:
        busy = tuple(busy)
        self.visits = Counter(one.coach for one in busy if one.visit)
        self._taken = _Page(one.taken() for one in busy)
        self._visits = _Page(one.taken() for one in busy if one.visit)

    def among(self, coaches: Collection[str]) -> Diary:
        """A diary that will be asked about these coaches alone."""
        return self

    def is_free(self, coach: str, start: datetime, end: datetime) -> bool:
        """Whether nothing is taken of the coach's time from ``start`` up to ``end``."""
        return any(self.free_among((coach,), start, end))

    def free_among(self, coaches: Iterable[str], start: datetime, end: datetime) -> Iterator[str]:
        """Those of whose time nothing is taken, in their order."""
        return self._taken.free_among(coaches, *_minutes(start, end))

    def visits_from(self, coach: str, start: datetime, end: datetime) -> int:
        """How many visits of the coach begin (buffer included) from ``start`` up to ``end``."""
        return self._visits.begun(coach, *_minutes(start, end))


class PagedDiary(Diary):
    """A diary of which a week is read when somebody looks at it: most look for the first free times.

    ``visits`` are counted beforehand, for every coach; ``elsewhere`` is taken besides what ``read`` finds.
    """

    def __init__(self, read: Read, visits: Mapping[str, int], elsewhere: Iterable[Busy] = ()) -> None:
        super().__init__(elsewhere)
        self.visits.update(visits)
        self._read = read
        self._coaches: Collection[str] = tuple(visits)
        self._weeks: dict[int, _Page] = {}

    def among(self, coaches: Collection[str]) -> Diary:
        diary = copy(self)
        diary._coaches, diary._weeks = tuple(coaches), {}
        return diary

    def free_among(self, coaches: Iterable[str], start: datetime, end: datetime) -> Iterator[str]:
        since, until = _minutes(start, end)
        coaches = self._taken.free_among(coaches, since, until)
        for week in range(since // WEEK, (until - 1) // WEEK + 1):
            coaches = self._week(week).free_among(coaches, since, until)
        return coaches

    def visits_from(self, coach: str, start: datetime, end: datetime) -> int:
        since, until = _minutes(start, end)
        weeks = range(since // WEEK, (until - 1) // WEEK + 1)
        parts = ((week, max(since, week * WEEK), min(until, (week + 1) * WEEK)) for week in weeks)
        return sum(self._week(week).begun(coach, first, last) for week, first, last in parts)

    def _week(self, number: int) -> _Page:
        if number not in self._weeks:
            self._weeks[number] = _Page(self._read(number * WEEK, (number + 1) * WEEK, self._coaches))
        return self._weeks[number]


class _Page:
    def __init__(self, taken: Iterable[Taken]) -> None:
        self._taken: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self._begin: defaultdict[str, list[int]] = defaultdict(list)
        for coach, since, until in sorted(taken, key=itemgetter(1)):
            _append(self._taken[coach], since, until)
            self._begin[coach].append(since)

    def free_among(self, coaches: Iterable[str], since: int, until: int) -> Iterator[str]:
        for coach in coaches:
            taken = self._taken.get(coach, ())
            before_end = bisect_left(taken, (until,))
            if not before_end or taken[before_end - 1][1] <= since:
                yield coach

    def begun(self, coach: str, since: int, until: int) -> int:
        begin = self._begin.get(coach, ())
        return bisect_left(begin, until) - bisect_left(begin, since)


def _append(taken: list[tuple[int, int]], since: int, until: int) -> None:
    """Intervals that touch become one, so that a search needs to look at a single one."""
    if taken and since <= taken[-1][1]:
        taken[-1] = (taken[-1][0], max(taken[-1][1], until))
    else:
        taken.append((since, until))


def _minutes(start: datetime, end: datetime) -> tuple[int, int]:
    """A minute that is begun is taken."""
    return int(start.timestamp() // 60), int(-(-end.timestamp() // 60))
