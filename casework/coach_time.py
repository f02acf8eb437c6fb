"""What is taken of the coaches' time: counted, and read when somebody looks at it, first of all a week."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from casework.diary import Diary, PagedDiary, Taken
from casework.organisation import Organisation
from casework.outside_times import taken_elsewhere
from casework.visit_states import HOLDS_TIME
from storage.minutes import minutes
from storage.tables import Appointment

LONGEST = timedelta(days=1)
"""No visit with its buffers is longer: those of a stretch of time begin at most so long before it."""
TAKES_TIME = (*HOLDS_TIME, "attended")
"""Somebody who is noted as present may still be with the coach."""

_HERE = (col(Appointment.organisation) == bindparam("organisation"), col(Appointment.state).in_(TAKES_TIME))
_BETWEEN = select(
    col(Appointment.coach), minutes(col(Appointment.busy_from)), minutes(col(Appointment.busy_until))
).where(
    *_HERE,
    col(Appointment.coach).in_(bindparam("coaches", expanding=True)),
    col(Appointment.starts_at).between(bindparam("first"), bindparam("last")),
    col(Appointment.busy_from) < bindparam("until"),
    col(Appointment.busy_until) > bindparam("since"),
)
_AHEAD = (
    select(col(Appointment.coach), func.count())
    .where(*_HERE, col(Appointment.starts_at) > bindparam("now"))
    .group_by(col(Appointment.coach))
)


def taken_time(session: Session, organisation: Organisation, now: datetime) -> Diary:
    """What is taken of the coaches' time from now on, buffers included, here and in their calendars elsewhere."""
    found = session.connection().execute(_AHEAD, {"organisation": organisation.id, "now": now})
    visits = dict.fromkeys(organisation.coaches, 0)
    visits.update((coach, count) for coach, count in found)
    read, elsewhere = partial(_visits, session, organisation.id), partial(taken_elsewhere, session, organisation.id)
    return PagedDiary(read, visits, elsewhere, now)


def _visits(session: Session, organisation: str, since: int, until: int, coaches: Collection[str]) -> list[Taken]:
    first, last = (datetime.fromtimestamp(minute * 60, UTC) for minute in (since, until))
    span = {"since": first, "until": last, "first": first - LONGEST, "last": last + LONGEST}
    asked = {"organisation": organisation, "coaches": coaches, **span}
    return [(coach, begin, end) for coach, begin, end in session.connection().execute(_BETWEEN, asked).all()]
