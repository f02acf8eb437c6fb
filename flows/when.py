"""When somebody would like to come, as a value: which days, and which part of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class When:
    """Wall time of the place: days from ``first`` through ``last`` on one of ``weekdays`` (0 is Monday; none named: any
    day), beginning at ``begin`` or later and before ``end``. What is ``None`` sets no bound."""

    first: date | None = None
    last: date | None = None
    weekdays: frozenset[int] = frozenset()
    begin: time | None = None
    end: time | None = None

    def has_day(self, day: date) -> bool:
        in_range = (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
        return in_range and (not self.weekdays or day.weekday() in self.weekdays)

    def fits(self, start: datetime) -> bool:
        """Whether a visit that starts then (in the zone of the place) is what was wished for."""
        clock = start.time()
        in_part = (self.begin is None or self.begin <= clock) and (self.end is None or clock < self.end)
        return in_part and self.has_day(start.date())


ANY_TIME = When()
