"""Which times the rules of a house allow for a visit, whether taken or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import TypeAlias

from casework.hours.calendar import Stretch, moment, working
from casework.house.organisation import Coach, Organisation, Visit
from casework.visiting.diary import Interval
from flows.heard import Slot, slot_start
from storage.minutes import span

Offer: TypeAlias = tuple[Coach, str]
"""With whom, and at which place."""
Places: TypeAlias = Mapping[int, str]
"""Where something can start, by the minute since 1970."""

AWAY = frozenset({"phone", "video"})
"""Ways that need no place: the coach may sit anywhere."""


def slot_by_rule(
    organisation: Organisation, value: str, now: datetime, kind: str | None = None, way: str | None = None
) -> Slot | None:
    """The slot that ``value`` names, if the rules allow it now for this kind of visit, held this way (without them:
    the usual ones)."""
    visit = kind_of(organisation, kind)
    start, coach = slot_start(value), organisation.coaches.get(value.partition("-")[2])
    if coach is None or start is None or not _in_window(organisation, visit, start, now):
        return None
    day = start.astimezone(organisation.tz).date()
    found = starts(organisation, visit, way_of(visit, way), coach, day)
    places = (place for at, place in found if at == start)
    return next((slot(organisation, visit, start, (coach, place)) for place in places), None)


def kind_of(organisation: Organisation, kind: str | None) -> Visit:
    return organisation.visit if kind is None else organisation.visit_of(kind)


def way_of(visit: Visit, way: object) -> str:
    """``way``, if such a visit can be held that way; the usual way if not."""
    return way if isinstance(way, str) and way in visit.ways else visit.ways[0]


def _in_window(organisation: Organisation, visit: Visit, start: datetime, now: datetime) -> bool:
    first, last = window(organisation, visit, now)
    return now < start and first <= start and start.astimezone(organisation.tz).date() <= last


def window(organisation: Organisation, visit: Visit, now: datetime) -> tuple[datetime, date]:
    """The first moment and the last local date on which such a visit may be booked."""
    today = now.astimezone(organisation.tz).date()
    return now + timedelta(hours=visit.notice_hours), today + timedelta(days=visit.horizon_days)


def held(visit: Visit, start: datetime) -> Interval:
    """The time that a visit at ``start`` takes from its coach, buffers included."""
    before = timedelta(minutes=visit.buffer_before)
    return start - before, start + timedelta(minutes=visit.minutes + visit.buffer_after)


def slot(organisation: Organisation, visit: Visit, start: datetime, offer: Offer) -> Slot:
    coach, place = offer
    value = f"{start.astimezone(UTC):%Y%m%dT%H%M}-{coach.id}"
    return Slot(value, start.astimezone(organisation.tz), visit.minutes, coach.id, place)


@lru_cache(maxsize=2048)
def starts_on(organisation: Organisation, kind: str, way: str, day: date) -> Mapping[str, Places]:
    """When a visit of this kind can start with each coach on this date, in order, and where."""
    visit = organisation.visits[kind]
    found = {
        coach.id: {span(start, start)[0]: place for start, place in starts(organisation, visit, way, coach, day)}
        for coach in organisation.coaches.values()
    }
    return {coach: dict(sorted(places.items())) for coach, places in found.items() if places}


def starts(
    organisation: Organisation, visit: Visit, way: str, coach: Coach, day: date
) -> Iterator[tuple[datetime, str]]:
    """When a visit with this coach can start on this date (UTC), and where."""
    if not coach.bookable:
        return
    away, partner = way in AWAY, way == "partner"
    for stretch in working(organisation, coach, day, away=away):
        if away or organisation.places[stretch.place].partner is partner:
            yield from ((start, stretch.place) for start in _starts_in(organisation, visit, stretch))


def _starts_in(organisation: Organisation, visit: Visit, stretch: Stretch) -> Iterator[datetime]:
    """Every so many minutes of wall time; times that the clocks skip are left out."""
    for number in count():
        start = moment(stretch.begin + timedelta(minutes=visit.starts_every) * number, organisation.tz)
        if start is None:
            continue
        if start + timedelta(minutes=visit.minutes) > stretch.end:
            return
        yield start
