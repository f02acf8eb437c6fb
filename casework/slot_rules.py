"""Which times the rules of a house allow for a visit, whether taken or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count

from casework.calendar import Stretch, moment, working
from casework.diary import Interval
from casework.organisation import Coach, Organisation
from flows.heard import Slot, slot_start


def slot_by_rule(organisation: Organisation, value: str, now: datetime) -> Slot | None:
    """The slot that ``value`` names, if the rules allow it now."""
    start, coach = slot_start(value), organisation.coaches.get(value.partition("-")[2])
    if coach is None or start is None or not _in_window(organisation, start, now):
        return None
    day = start.astimezone(organisation.tz).date()
    places = (place for at, place in starts(organisation, coach, day) if at == start)
    return next((slot(organisation, coach, start, place) for place in places), None)


def _in_window(organisation: Organisation, start: datetime, now: datetime) -> bool:
    first, last = window(organisation, now)
    return now < start and first <= start and start.astimezone(organisation.tz).date() <= last


def window(organisation: Organisation, now: datetime) -> tuple[datetime, date]:
    """The first moment and the last local date on which a visit may be booked."""
    last = now.astimezone(organisation.tz).date() + timedelta(days=organisation.visit.horizon_days)
    return now + timedelta(hours=organisation.visit.notice_hours), last


def held(organisation: Organisation, start: datetime) -> Interval:
    """The time that a visit at ``start`` takes from its coach, buffers included."""
    visit = organisation.visit
    before = timedelta(minutes=visit.buffer_before)
    return start - before, start + timedelta(minutes=visit.minutes + visit.buffer_after)


def slot(organisation: Organisation, coach: Coach, start: datetime, place: str) -> Slot:
    value = f"{start.astimezone(UTC):%Y%m%dT%H%M}-{coach.id}"
    return Slot(value, start.astimezone(organisation.tz), organisation.visit.minutes, coach.id, place)


@lru_cache(maxsize=4096)
def starts(organisation: Organisation, coach: Coach, day: date) -> tuple[tuple[datetime, str], ...]:
    """When a visit with this coach can start on this date (UTC), and where."""
    if not coach.bookable:
        return ()
    stretches = working(organisation, coach, day)
    return tuple((start, stretch.place) for stretch in stretches for start in _starts_in(organisation, stretch))


def _starts_in(organisation: Organisation, stretch: Stretch) -> Iterator[datetime]:
    """Every so many minutes of wall time; times that the clocks skip are left out."""
    visit = organisation.visit
    for number in count():
        start = moment(stretch.begin + timedelta(minutes=visit.starts_every) * number, organisation.tz)
        if start is None:
            continue
        if start + timedelta(minutes=visit.minutes) > stretch.end:
            return
        yield start
