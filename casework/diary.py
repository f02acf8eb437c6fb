"""What is taken of the coaches' time, and how many visits each of them has."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

Interval: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Busy:
    """Time of a coach that is taken, buffers included; ``end`` is free again."""

    coach: str
    start: datetime
    end: datetime


class Diary:
    def __init__(self, busy: Iterable[Busy]) -> None:
        self.visits: Counter[str] = Counter()
        self._taken: defaultdict[str, list[Interval]] = defaultdict(list)
        for one in sorted(busy, key=lambda one: one.start):
            self.visits[one.coach] += 1
            _append(self._taken[one.coach], (one.start, one.end))

    def is_free(self, coach: str, start: datetime, end: datetime) -> bool:
        taken = self._taken.get(coach, [])
        before_end = bisect_left(taken, (end,))
        return not before_end or taken[before_end - 1][1] <= start


def _append(taken: list[Interval], one: Interval) -> None:
    """Intervals that touch become one, so that a search needs to look at a single one."""
    if taken and one[0] <= taken[-1][1]:
        taken[-1] = (taken[-1][0], max(taken[-1][1], one[1]))
    else:
        taken.append(one)
