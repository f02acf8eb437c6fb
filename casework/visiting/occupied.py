"""Time of one coach that is taken: what is free in it, and how many visits begin in it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

from storage.minutes import Span


class Occupied:
    """Times are minutes since 1970. It never changes, so what was worked out of it once stays true."""

    __slots__ = ("_begin", "_end", "_visits")

    def __init__(self, visits: Iterable[Span], elsewhere: Iterable[Span] = ()) -> None:
        """``elsewhere`` is taken as well, and is no visit of ours."""
        ours = sorted(visits)
        merged = _merged(sorted([*ours, *elsewhere]))
        self._visits = array("q", (since for since, _ in ours))
        self._begin = array("q", (since for since, _ in merged))
        self._end = array("q", (until for _, until in merged))

    def is_free(self, since: int, until: int) -> bool:
        before_end = bisect_left(self._begin, until)
        return not before_end or self._end[before_end - 1] <= since

    def free_of(self, starts: Iterable[int], before: int, after: int) -> Iterator[int]:
        """Those of ``starts`` (in order) of which so many minutes before and after are free."""
        at, count = 0, len(self._end)
        for start in starts:
            while at < count and self._end[at] <= start - before:
                at += 1
            if at == count or start + after <= self._begin[at]:
                yield start

    def begun(self, since: int, until: int | None = None) -> int:
        """How many visits begin (buffer included) from ``since`` on, up to ``until``."""
        last = len(self._visits) if until is None else bisect_left(self._visits, until)
        return last - bisect_left(self._visits, since)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Intervals that touch become one, so that a search needs to look at a single one."""
    merged: list[Span] = []
    for since, until in spans:
        if merged and since <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], until)
        else:
            merged.append((since, until))
    return merged


FREE: Final = Occupied(())
"""Of a coach of whose time nothing is taken."""
