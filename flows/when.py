"""When somebody would like to come, as a value: which days, and which part of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

_NOON = time(12)


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

    @property
    def has_hours(self) -> bool:
        return self.begin is not None or self.end is not None

    def wider(self) -> When:
        """What is nearest to it where nothing is free then: the same half of these days, all of these days, every day
        from the first one on, then any time."""
        if self.has_hours:
            half = self._half()
            hours = (None, None) if half is None or (self.begin, self.end) == half else half
            return replace(self, begin=hours[0], end=hours[1])
        return When(self.first) if self.last or self.weekdays else ANY_TIME

    def _half(self) -> tuple[time | None, time | None] | None:
        """The half of the day in which its hours lie, if they lie in one."""
        if self.end and self.end <= _NOON:
            return None, _NOON
        return (_NOON, None) if self.begin and self.begin >= _NOON else None

    def on_other_days(self) -> When:
        """The same weekdays and hours, whatever the date."""
        return replace(self, first=None, last=None)

    def is_past(self, today: date) -> bool:
        return self.last is not None and self.last < today

    def as_text(self) -> str:
        """A short line for the log; ``When.from_text`` is its inverse."""
        bounds = (self.first, self.last, self.begin, self.end)
        first, last, begin, end = ("" if bound is None else bound.isoformat() for bound in bounds)
        return "/".join((first, last, "".join(map(str, sorted(self.weekdays))), begin, end))

    @classmethod
    def from_text(cls, text: str) -> When:
        first, last, weekdays, begin, end = text.split("/")
        return cls(
            date.fromisoformat(first) if first else None,
            date.fromisoformat(last) if last else None,
            frozenset(map(int, weekdays)),
            time.fromisoformat(begin) if begin else None,
            time.fromisoformat(end) if end else None,
        )


ANY_TIME = When()
MORNING, AFTERNOON = When(end=_NOON), When(begin=_NOON)
