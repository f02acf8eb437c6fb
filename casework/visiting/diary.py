"""What is taken of the coaches' time, and how many visits each of them has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from casework.visiting.occupied import DAY, Minutes, Occupied
from storage.minutes import Span, span

Interval: TypeAlias = tuple[datetime, datetime]
WEEK = 7 * DAY
OVERLAP = 2 * DAY
"""A page goes on for longer than anybody asks about at once: a visit with its buffers, the day the clocks go back. The
first one begins so much before now."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Time of a coach that is taken, buffers included; ``end`` is free again. What an agenda elsewhere says is taken
    is no ``visit`` of ours."""

    coach: str
    start: datetime
    end: datetime
    visit: bool = True


@dataclass(frozen=True, slots=True)
class Starts:
    """When something of ``length`` minutes could start with each coach on one date: minutes per day since 1970, of
    which ``first`` is the earliest.
    """

    first: int
    coaches: Mapping[str, Mapping[int, Minutes]]
    length: int


class Diary:
    """What is taken of the coaches' time, of which everything is known."""

    def __init__(self, busy: Iterable[Busy]) -> None:
        busy = tuple(busy)
        self._count = Counter(one.coach for one in busy if one.visit)
        spans = defaultdict[tuple[str, bool], list[Span]](list)
        for one in busy:
            spans[one.coach, one.visit].append(span(one.start, one.end))
        self._all = Page()
        for (coach, visits), taken in spans.items():
            self._all.add(coach, taken, visits=visits)

    @property
    def visits(self) -> Counter[str]:
        """How many each coach has ahead: whoever has the fewest is asked first."""
        return self._count

    def is_free(self, coach: str, start: datetime, end: datetime) -> bool:
        """Whether nothing is taken of the coach's time from ``start`` up to ``end``."""
        return any(self.free_among((coach,), start, end))

    def free_among(self, coaches: Iterable[str], start: datetime, end: datetime) -> Iterator[str]:
        """Those of whose time nothing is taken, in their order."""
        since, until = span(start, end)
        return self._page(since).free_among(coaches, since, until)

    def visits_from(self, coach: str, start: datetime, end: datetime) -> int:
        """How many visits of the coach begin (buffer included) from ``start`` up to ``end``."""
        since, until = span(start, end)
        return self._page(since).begun(coach, since, until)

    def has_free(self, coaches: Iterable[str], starts: Starts) -> bool:
        """Whether one of them is free at one of these starts at least."""
        return self._page(starts.first * DAY).has_free(coaches, starts)

    def _page(self, since: int) -> Page:
        return self._all


class Source(Protocol):
    """Where a diary is read from; times are minutes since 1970."""

    def ahead(self) -> Mapping[str, int]:
        """How many visits each coach has ahead."""

    def page(self, since: int, until: int) -> Page:
        """What visits, and agendas elsewhere, take between these two."""


class PagedDiary(Diary):
    """A diary of which a page is read when somebody looks there: most look for the first free times.

    A page holds a week at first; the further ahead, the more weeks it holds (1, 1, 2, 4, 8 and so on). All begin at
    midnight (UTC), so that through the day the same is read again. What ended long before ``now`` is on none.
    """

    def __init__(self, source: Source, now: datetime) -> None:
        self._source = source
        self._today = span(now, now)[0] // DAY * DAY
        self._ahead: Counter[str] | None = None
        self._pages: dict[int, Page] = {}

    @property
    def visits(self) -> Counter[str]:
        if self._ahead is None:
            self._ahead = Counter(self._source.ahead())
        return self._ahead

    def _page(self, since: int) -> Page:
        number = max(0, (since - self._today) // WEEK).bit_length()
        if number not in self._pages:
            weeks = (1 << number) >> 1, 1 << number
            first, last = (self._today + week * WEEK for week in weeks)
            before = 0 if number else OVERLAP
            self._pages[number] = self._source.page(first - before, last + OVERLAP)
        return self._pages[number]


class Page:
    """What is taken of some stretch of time."""

    def __init__(self) -> None:
        self._coaches: defaultdict[str, list[Occupied]] = defaultdict(list)

    def add(self, coach: str, spans: Collection[Span], *, visits: bool) -> None:
        self.put(coach, Occupied(spans, visits=visits))

    def put(self, coach: str, occupied: Occupied) -> None:
        self._coaches[coach].append(occupied)

    def free_among(self, coaches: Iterable[str], since: int, until: int) -> Iterator[str]:
        return (coach for coach in coaches if all(one.is_free(since, until) for one in self._of(coach)))

    def has_free(self, coaches: Iterable[str], starts: Starts) -> bool:
        return any(self._is_free_once(coach, starts) for coach in coaches if coach in starts.coaches)

    def _is_free_once(self, coach: str, starts: Starts) -> bool:
        for day, minutes in starts.coaches[coach].items():
            for occupied in self._of(coach):
                minutes &= ~occupied.blocked(starts.length).get(day, 0)
            if minutes:
                return True
        return False

    def begun(self, coach: str, since: int, until: int) -> int:
        return sum(one.begun(since, until) for one in self._of(coach))

    def _of(self, coach: str) -> Sequence[Occupied]:
        return self._coaches.get(coach, ())
