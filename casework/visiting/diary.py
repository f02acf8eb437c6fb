"""What is taken of the coaches' time, and how many visits each of them has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from casework.visiting.occupied import FREE, Occupied
from storage.minutes import Span, span

Interval: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Busy:
    """Time of a coach that is taken, buffers included; ``end`` is free again. What an agenda elsewhere says is taken
    is no ``visit`` of ours."""

    coach: str
    start: datetime
    end: datetime
    visit: bool = True


@dataclass(frozen=True, slots=True)
class Diary:
    """``by_coach`` has what is taken, as far as anybody asks; visits that begin before the minute ``now`` (since 1970)
    are not ahead."""

    by_coach: Mapping[str, Occupied]
    now: int = 0

    @classmethod
    def of(cls, busy: Iterable[Busy]) -> Diary:
        """All visits in it are ahead."""
        spans = defaultdict[str, tuple[list[Span], list[Span]]](lambda: ([], []))
        for one in busy:
            visits, elsewhere = spans[one.coach]
            (visits if one.visit else elsewhere).append(span(one.start, one.end))
        return cls({coach: Occupied(*taken) for coach, taken in spans.items()})

    def of_coach(self, coach: str) -> Occupied:
        return self.by_coach.get(coach, FREE)

    def ahead(self, coach: str) -> int:
        """How many visits the coach has ahead: whoever has the fewest is asked first."""
        return self.of_coach(coach).begun(self.now)

    def is_free(self, coach: str, start: datetime, end: datetime) -> bool:
        """Whether nothing is taken of the coach's time from ``start`` up to ``end``."""
        return self.of_coach(coach).is_free(*span(start, end))

    def visits_from(self, coach: str, start: datetime, end: datetime) -> int:
        """How many visits of the coach begin (buffer included) from ``start`` up to ``end``."""
        return self.of_coach(coach).begun(*span(start, end))
