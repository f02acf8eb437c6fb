"""Free times as staff see them: those of one coach on some days, without the notice that people have to keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import or_
from sqlmodel import Session, col, select

from casework.hours.calendar import midnights
from casework.house.organisation import Organisation
from casework.visiting.coach_time import LONGEST
from casework.visiting.diary import Busy, Diary
from casework.visiting.slot_rules import held, kind_of, slot, starts, way_of, window
from flows.heard import Slot
from storage.tables import Appointment, OutsideBusy
from storage.time_claim import HOLDS_TIME

SHOWN = (*HOLDS_TIME, "no_show")


@lru_cache(maxsize=64)
def without_notice(organisation: Organisation) -> Organisation:
    """The same house where a visit may begin in a minute: whoever sits across the table need not wait a day."""
    visits = {id: replace(visit, notice_hours=0) for id, visit in organisation.visits.items()}
    return replace(organisation, visits=visits)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a coach has in a stretch of time: visits (those that did not come included), and times taken elsewhere."""

    visits: Sequence[Appointment] = ()
    busy: Sequence[OutsideBusy] = ()

    def diary(self, but: str | None = None) -> Diary:
        """Without the visit that is to be moved: it makes room for itself."""
        ours = (
            Busy(visit.coach, visit.busy_from, visit.busy_until)
            for visit in self.visits
            if visit.id != but and visit.state in HOLDS_TIME
        )
        return Diary.of([*ours, *(Busy(each.coach, each.starts_at, each.ends_at, visit=False) for each in self.busy)])


@dataclass(frozen=True, slots=True)
class Wish:
    """Which kind and way are looked for (without them: the usual ones), instead of the visit ``but``."""

    kind: str | None = None
    way: str | None = None
    but: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of the coach's time at this moment."""

    taken: Taken
    now: datetime


def bounds(organisation: Organisation, first: date, last: date) -> tuple[datetime, datetime]:
    """From the midnight that begins ``first`` to the one that ends ``last`` (UTC)."""
    return midnights(first, organisation.tz)[0], midnights(last, organisation.tz)[1]


def taken_by(session: Session, organisation: Organisation, coach: str, since: datetime, until: datetime) -> Taken:
    """What begins, goes on or ends between two moments, the soonest first."""
    mine = Appointment.organisation == organisation.id, Appointment.coach == coach
    visits = select(Appointment).where(
        *mine,
        col(Appointment.state).in_(SHOWN),
        col(Appointment.starts_at).between(since - LONGEST, until + LONGEST),
        or_(col(Appointment.busy_until) > since, col(Appointment.ends_at) > since),
        col(Appointment.busy_from) < until,
    )
    busy = select(OutsideBusy).where(
        OutsideBusy.organisation == organisation.id,
        OutsideBusy.coach == coach,
        col(OutsideBusy.ends_at) > since,
        col(OutsideBusy.starts_at) < until,
    )
    return Taken(
        session.exec(visits.order_by(col(Appointment.starts_at), col(Appointment.id))).all(),
        session.exec(busy.order_by(col(OutsideBusy.starts_at))).all(),
    )


def free_with(organisation: Organisation, coach: str, wish: Wish, days: Iterable[date], look: Look) -> list[Slot]:
    """The coach's free times on these days that begin after now, the soonest first."""
    house, found = without_notice(organisation), organisation.coaches.get(coach)
    if found is None:
        return []
    kind, diary = kind_of(house, wish.kind), look.taken.diary(wish.but)
    first, last = window(house, kind, look.now)
    return [
        slot(house, kind, start, (found, place))
        for day in days
        if day <= last
        for start, place in starts(house, kind, way_of(kind, wish.way), found, day)
        if start > first and diary.is_free(coach, *held(kind, start))
    ]


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]
