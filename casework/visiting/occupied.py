"""Time of one coach that is taken: what is free in it, how many visits begin in it, and which starts it blocks."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from storage.minutes import Packed, Span, read_spans

DAY: Final = 24 * 60
Minutes: TypeAlias = int
"""Minutes of a day as bits: the lowest is midnight (UTC)."""

KEPT = 512
"""Packed rows that are remembered as read: some weeks of a coach each."""


class Occupied:
    """Times are minutes since 1970. It never changes, so all who read the same from the database share one."""

    __slots__ = ("_begin", "_blocked", "_taken")

    def __init__(self, spans: Iterable[Span], *, visits: bool) -> None:
        """``visits`` tells whether these are visits of ours."""
        ordered = sorted(spans)
        self._taken = _merged(ordered)
        self._begin = [since for since, _ in ordered] if visits else []
        self._blocked: dict[int, Mapping[int, Minutes]] = {}

    def is_free(self, since: int, until: int) -> bool:
        before_end = bisect_left(self._taken, (until,))
        return not before_end or self._taken[before_end - 1][1] <= since

    def begun(self, since: int, until: int) -> int:
        """How many visits begin from ``since`` up to ``until``."""
        return bisect_left(self._begin, until) - bisect_left(self._begin, since)

    def blocked(self, length: int) -> Mapping[int, Minutes]:
        """Per day since 1970 the minutes from which ``length`` minutes are not free; other days are free."""
        known = self._blocked.get(length)
        if known is None:
            known = self._blocked[length] = by_day((since - length + 1, until) for since, until in self._taken)
        return known


@lru_cache(maxsize=KEPT)
def read_occupied(packed: Packed, *, visits: bool) -> Occupied:
    """What ``storage.minutes.spans`` made of the rows of a coach. Most are the same as in the search before."""
    return Occupied(read_spans(packed), visits=visits)


def by_day(spans: Iterable[Span]) -> Mapping[int, Minutes]:
    """The minutes of these stretches, per day since 1970."""
    found = defaultdict[int, Minutes](int)
    for since, until in spans:
        for day in range(since // DAY, (until - 1) // DAY + 1):
            first, last = max(since - day * DAY, 0), min(until - day * DAY, DAY)
            found[day] |= (1 << last) - (1 << first)
    return found


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Intervals that touch become one, so that a search needs to look at a single one."""
    merged: list[Span] = []
    for since, until in spans:
        if merged and since <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], until)
        else:
            merged.append((since, until))
    return merged
