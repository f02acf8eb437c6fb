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

DAY = 24 * 60
WEEK = 7 * DAY
FAR = 200 * 366 * DAY


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
    """A diary of which a week is read first, where somebody begins to look: most look for the first free times. Only
    who looks further has all of it read. What ended long before ``now`` is not in it.

    ``visits`` are counted beforehand, for every coach; ``elsewhere`` is taken besides the visits that ``read`` finds.
    """

    def __init__(self, read: Read, visits: Mapping[str, int], elsewhere: Read, now: datetime) -> None:
        super().__init__(())
        self.visits.update(visits)
        self._read = read
        self._elsewhere = elsewhere
        self._coaches: Collection[str] = tuple(visits)
        self._begin = _minutes(now, now)[0] - DAY
        self._pages: list[tuple[int, int, _Pages]] = []

    def among(self, coaches: Collection[str]) -> Diary:
        diary = copy(self)
        diary._coaches, diary._pages = tuple(coaches), []
        return diary

    def free_among(self, coaches: Iterable[str], start: datetime, end: datetime) -> Iterator[str]:
        since, until = _minutes(start, end)
        return self._page(since, until).taken.free_among(coaches, since, until)

    def visits_from(self, coach: str, start: datetime, end: datetime) -> int:
        since, until = _minutes(start, end)
        return self._page(since, until).visits.begun(coach, since, until)

    def _page(self, since: int, until: int) -> _Pages:
        for first, last, page in self._pages:
            if first <= since and until <= last:
                return page
        span = (self._begin, FAR) if self._pages else (max(self._begin, since - DAY), max(until, since + WEEK))
        visits = tuple(self._read(*span, self._coaches))
        page = _Pages(_Page((*visits, *self._elsewhere(*span, self._coaches))), _Page(visits))
        self._pages.append((min(span[0], since), max(span[1], until), page))
        return page


@dataclass(frozen=True, slots=True)
class _Pages:
    taken: _Page
    visits: _Page


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
