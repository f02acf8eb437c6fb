"""What is taken of the coaches' time: counted, and read when somebody looks at it, first of all a week."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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
_THEIRS = col(Appointment.coach).in_(bindparam("coaches", expanding=True))
_BETWEEN = select(
    col(Appointment.coach), minutes(col(Appointment.busy_from)), minutes(col(Appointment.busy_until))
).where(
    *_HERE,
    _THEIRS,
    col(Appointment.starts_at).between(bindparam("first"), bindparam("last")),
    col(Appointment.busy_from) < bindparam("until"),
    col(Appointment.busy_until) > bindparam("since"),
)
_AHEAD = (
    select(col(Appointment.coach), func.count())
    .where(*_HERE, _THEIRS, col(Appointment.starts_at) > bindparam("now"))
    .group_by(col(Appointment.coach))
)


def taken_time(session: Session, organisation: Organisation, now: datetime) -> Diary:
    """What is taken of the coaches' time from now on, buffers included, here and in their calendars elsewhere."""
    return PagedDiary(_Rows(session, organisation.id, now), tuple(organisation.coaches), now)


@dataclass(frozen=True, slots=True)
class _Rows:
    session: Session
    organisation: str
    now: datetime

    def ahead(self, coaches: Collection[str]) -> Mapping[str, int]:
        asked = {"organisation": self.organisation, "now": self.now, "coaches": coaches}
        return {coach: count for coach, count in self.session.connection().execute(_AHEAD, asked)}  # noqa: C416

    def visits(self, since: int, until: int, coaches: Collection[str]) -> Sequence[Taken]:
        first, last = (datetime.fromtimestamp(minute * 60, UTC) for minute in (since, until))
        span = {"since": first, "until": last, "first": first - LONGEST, "last": last + LONGEST}
        asked = {"organisation": self.organisation, "coaches": coaches, **span}
        return [(coach, begin, end) for coach, begin, end in self.session.connection().execute(_BETWEEN, asked).all()]

    def elsewhere(self, since: int, until: int, coaches: Collection[str]) -> Sequence[Taken]:
        return taken_elsewhere(self.session, self.organisation, since, until, coaches)
