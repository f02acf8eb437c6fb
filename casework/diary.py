"""What is taken of the coaches' time, and how many visits each of them has."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Interval: TypeAlias = tuple[datetime, datetime]

WEEK = timedelta(days=7)
EPOCH = datetime(2020, 1, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Busy:
    """Time of a coach that is taken, buffers included; ``end`` is free again. What an agenda elsewhere says is taken
    is no ``visit`` of ours."""

    coach: str
    start: datetime
    end: datetime
    visit: bool = True


Read: TypeAlias = Callable[[datetime, datetime], Iterable[Busy]]


class Diary:
    """``visits`` says how many each coach has ahead: whoever has the fewest is asked first."""

    def __init__(self, busy: Iterable[Busy]) -> None:
        self.visits: Counter[str] = Counter()
        self._taken: defaultdict[str, list[Interval]] = defaultdict(list)
        self._begin: defaultdict[str, list[datetime]] = defaultdict(list)
        for one in sorted(busy, key=lambda one: one.start):
            _append(self._taken[one.coach], (one.start, one.end))
            if one.visit:
                self.visits[one.coach] += 1
                self._begin[one.coach].append(one.start)

    def is_free(self, coach: str, start: datetime, end: datetime) -> bool:
        """Whether nothing is taken of the coach's time from ``start`` up to ``end``."""
        taken = self._taken.get(coach)
        if not taken:
            return True
        before_end = bisect_left(taken, (end,))
        return not before_end or taken[before_end - 1][1] <= start

    def visits_from(self, coach: str, start: datetime, end: datetime) -> int:
        """How many visits of the coach begin (buffer included) from ``start`` up to ``end``."""
        begin = self._begin.get(coach, [])
        return bisect_left(begin, end) - bisect_left(begin, start)


class PagedDiary(Diary):
    """A diary of which a week is read when somebody looks at it: most look for the first free times.

    ``read`` finds the visits between two moments, ``visits`` are counted beforehand; ``elsewhere`` is taken besides.
    """

    def __init__(self, read: Read, visits: Mapping[str, int], elsewhere: Iterable[Busy] = ()) -> None:
        super().__init__(elsewhere)
        self.visits.update(visits)
        self._read = read
        self._pages: dict[int, Diary] = {}

    def is_free(self, coach: str, start: datetime, end: datetime) -> bool:
        if not super().is_free(coach, start, end):
            return False
        return all(page.is_free(coach, start, end) for page, _ in self._between(start, end))

    def visits_from(self, coach: str, start: datetime, end: datetime) -> int:
        parts = ((page, max(start, week), min(end, week + WEEK)) for page, week in self._between(start, end))
        return sum(page.visits_from(coach, since, until) for page, since, until in parts)

    def _between(self, start: datetime, end: datetime) -> Iterator[tuple[Diary, datetime]]:
        first = (start - EPOCH) // WEEK
        week = EPOCH + first * WEEK
        while week < end:
            if first not in self._pages:
                self._pages[first] = Diary(self._read(week, week + WEEK))
            yield self._pages[first], week
            first, week = first + 1, week + WEEK


def _append(taken: list[Interval], one: Interval) -> None:
    """Intervals that touch become one, so that a search needs to look at a single one."""
    if taken and one[0] <= taken[-1][1]:
        taken[-1] = (taken[-1][0], max(taken[-1][1], one[1]))
    else:
        taken.append(one)
