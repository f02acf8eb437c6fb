"""What is taken of the coaches' time, and how many visits each of them has."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from storage.minutes import Span, span

Interval: TypeAlias = tuple[datetime, datetime]
DAY = 24 * 60
WEEK = 7 * DAY
OVERLAP = 2 * DAY
"""Pages overlap by more than anybody asks about at once: a visit with its buffers, the day the clocks go back."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Time of a coach that is taken, buffers included; ``end`` is free again. What an agenda elsewhere says is taken
    is no ``visit`` of ours."""

    coach: str
    start: datetime
    end: datetime
    visit: bool = True


class Diary:
    """What is taken of the coaches' time, of which everything is known."""

    def __init__(self, busy: Iterable[Busy]) -> None:
        busy = tuple(busy)
        self._count = Counter(one.coach for one in busy if one.visit)
        page = Page()
        for one in busy:
            page.add(one.coach, [span(one.start, one.end)], visits=one.visit)
        self._all = page

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

    A page holds a week at first; the further ahead, the more weeks it holds (1, 1, 2, 4, 8 and so on). What ended
    long before ``now`` is on none.
    """

    def __init__(self, source: Source, now: datetime) -> None:
        self._source = source
        self._now = span(now, now)[0]
        self._ahead: Counter[str] | None = None
        self._pages: dict[int, Page] = {}

    @property
    def visits(self) -> Counter[str]:
        if self._ahead is None:
            self._ahead = Counter(self._source.ahead())
        return self._ahead

    def _page(self, since: int) -> Page:
        number = max(0, (since - self._now) // WEEK).bit_length()
        if number not in self._pages:
            weeks = (1 << number) >> 1, 1 << number
            first, last = (self._now + week * WEEK for week in weeks)
            self._pages[number] = self._source.page(first - OVERLAP, last + OVERLAP)
        return self._pages[number]


@dataclass(frozen=True, slots=True)
class _Coach:
    """``taken`` has no two intervals that touch; ``begin`` is when visits begin. Both are in order."""

    taken: list[Span]
    begin: list[int]


class Page:
    """What is taken of some stretch of time. Each coach's part is put in order when somebody first asks about it."""

    def __init__(self) -> None:
        self._taken: defaultdict[str, list[Span]] = defaultdict(list)
        self._begin: defaultdict[str, list[int]] = defaultdict(list)
        self._ordered: dict[str, _Coach] = {}

    def add(self, coach: str, spans: Collection[Span], *, visits: bool) -> None:
        """Before anybody asks about this coach."""
        self._taken[coach] += spans
        if visits:
            self._begin[coach] += (since for since, _ in spans)

    def free_among(self, coaches: Iterable[str], since: int, until: int) -> Iterator[str]:
        for coach in coaches:
            taken = self._of(coach).taken
            before_end = bisect_left(taken, (until,))
            if not before_end or taken[before_end - 1][1] <= since:
                yield coach

    def begun(self, coach: str, since: int, until: int) -> int:
        begin = self._of(coach).begin
        return bisect_left(begin, until) - bisect_left(begin, since)

    def _of(self, coach: str) -> _Coach:
        known = self._ordered.get(coach)
        if known is None:
            known = _Coach(_merged(self._taken.get(coach, ())), sorted(self._begin.get(coach, ())))
            self._ordered[coach] = known
        return known


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Intervals that touch become one, so that a search needs to look at a single one."""
    merged: list[Span] = []
    for since, until in sorted(spans):
        if merged and since <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], until)
        else:
            merged.append((since, until))
    return merged
