"""Where things stand in the grid of a week: rows of a quarter of an hour, named by classes instead of styles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from casework.visiting.week import Week

QUARTER = 15
EARLIEST, LATEST = 9, 17
"""Hours that are shown also where nothing is."""


@dataclass(frozen=True, slots=True)
class Grid:
    """From ``first`` to ``last`` o'clock; ``days`` are those that are worth a column."""

    first: int
    last: int
    days: int
    zone: ZoneInfo

    @property
    def hours(self) -> range:
        return range(self.first, self.last)

    def place(self, start: datetime, end: datetime, day: date) -> str:
        """The classes of something that begins and ends then, as far as it lies on this date."""
        top, bottom = self._row(start, day), self._row(end, day, up=True)
        return f"at-{top + 1} for-{max(1, bottom - top)}"

    def _row(self, moment: datetime, day: date, *, up: bool = False) -> int:
        local = moment.astimezone(self.zone)
        minutes = (local.date() - day) / timedelta(minutes=1) + local.hour * 60 + local.minute
        row = -(-minutes // QUARTER) if up else minutes // QUARTER
        within = min(max(row, self.first * 60 // QUARTER), self.last * 60 // QUARTER)
        return int(within) - self.first * 60 // QUARTER


def grid_of(week: Week, zone: ZoneInfo) -> Grid:
    """Large enough for all hours, visits and free times of the week; the weekend only if there is something."""
    spans = list(_spans(week, zone))
    weekend = any(day.hours or day.visits or day.free for day in week.days[5:])
    return Grid(
        min([EARLIEST, *(start.hour for start, _ in spans)]),
        max([LATEST, *(-(-(end.hour * 60 + end.minute) // 60) for _, end in spans)]),
        7 if weekend else 5,
        zone,
    )


def _spans(week: Week, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for day in week.days:
        for stretch in day.hours:
            yield stretch.start.astimezone(zone), stretch.end.astimezone(zone)
        for visit in day.visits:
            yield visit.starts_at.astimezone(zone), visit.ends_at.astimezone(zone)
