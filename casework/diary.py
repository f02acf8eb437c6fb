"""What is taken of the coaches' time, and how many visits each of them has."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Protocol, TypeAlias

Interval: TypeAlias = tuple[datetime, datetime]
Taken: TypeAlias = tuple[str, int, int]
"""A coach, and from which minute since 1970 up to which one their time is taken."""
DAY = 24 * 60
WEEK = 7 * DAY
FAR = 200 * 366 * DAY
AHEAD = (WEEK, 4 * WEEK)
"""How much is read at first, and how much after that."""


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
    """What is taken of the coaches' time, of which everything is known."""

    def __init__(self, busy: Iterable[Busy]) -> None:
        busy = tuple(busy)
        self._count = Counter(one.coach for one in busy if one.visit)
        self._taken = _Page(one.taken() for one in busy)
        self._visits = _Page(one.taken() for one in busy if one.visit)

    @property
    def visits(self) -> Counter[str]:
        """How many each coach has ahead: whoever has the fewest is asked first."""
        return self._count

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


class Source(Protocol):
    """Where a diary is read from, for the coaches that are named; times are minutes since 1970."""

    def ahead(self, coaches: Collection[str]) -> Mapping[str, int]:
        """How many visits each has ahead."""

    def visits(self, since: int, until: int, coaches: Collection[str]) -> Iterable[Taken]:
        """The time that visits take between these two."""

    def elsewhere(self, since: int, until: int, coaches: Collection[str]) -> Iterable[Taken]:
        """What agendas elsewhere say is taken between these two."""


class PagedDiary(Diary):
    """A diary of which a week is read first, where somebody begins to look: most look for the first free times. Who
    looks further has a month read, and then all of it. What ended long before ``now`` is not in it.
    """

    def __init__(self, source: Source, coaches: Collection[str], now: datetime) -> None:
        self._source = source
        self._coaches = tuple(coaches)
        self._begin = _minutes(now, now)[0] - DAY
        self._ahead: Counter[str] | None = None
        self._pages: list[tuple[int, int, _Pages]] = []

    @property
    def visits(self) -> Counter[str]:
        if self._ahead is None:
            self._ahead = Counter(self._source.ahead(self._coaches))
        return self._ahead

    def among(self, coaches: Collection[str]) -> Diary:
        diary = copy(self)
        diary._coaches, diary._ahead, diary._pages = tuple(coaches), None, []
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
        span = self._next_span(since, until)
        visits = tuple(self._source.visits(*span, self._coaches))
        page = _Pages(_Page((*visits, *self._source.elsewhere(*span, self._coaches))), _Page(visits))
        self._pages.append((min(span[0], since), max(span[1], until), page))
        return page

    def _next_span(self, since: int, until: int) -> tuple[int, int]:
        if len(self._pages) == len(AHEAD):
            return self._begin, FAR
        return max(self._begin, since - DAY), max(until, since + AHEAD[len(self._pages)])


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
