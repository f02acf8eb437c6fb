"""The one clock of the running program; for demonstrations it can start elsewhere and run faster."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

YEARS = range(2000, 2200)
"""Far from the ends of the calendar: rules look weeks back and years ahead."""


class Clock:
    """``now()`` is aware and in UTC. ``start`` moves it, ``speed`` makes it run that many times faster."""

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError("the clock's start needs a time zone, as in 2027-03-24T10:00+01:00")
        self._start = start.astimezone(UTC) if start else None
        self._began = time.monotonic()
        self.speed = speed

    def now(self) -> datetime:
        if self._start is None:
            return datetime.now(UTC)
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self.speed)

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this clock's time."""
        await asyncio.sleep(seconds / self.speed)


def parse_clock(text: str) -> Clock:
    """``2027-03-24T10:00+01:00``, or the same with ``x600`` behind it to run 600 times faster."""
    moment, _, speed = text.partition("x")
    try:
        start, times = datetime.fromisoformat(moment.strip()), float(speed or 1)
    except ValueError:
        raise ValueError("write it as 2027-03-24T10:00+01:00, or with x600 behind it") from None
    if start.year not in YEARS:
        raise ValueError(f"write a year from {YEARS[0]} to {YEARS[-1]}")
    if not 0 < times < float("inf"):
        raise ValueError("the number behind x says how many times faster it runs: more than 0")
    return Clock(start, times)
