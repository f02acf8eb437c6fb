"""What is taken of the coaches' time: counted, and read when somebody looks at it, first of all a week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, func, literal_column, select, union_all
from sqlmodel import Session, col

from casework.agendas.outside_times import TAKEN_ELSEWHERE
from casework.house.organisation import Organisation
from casework.visiting.diary import Diary, Page, PagedDiary
from casework.visiting.visit_states import HOLDS_TIME
from storage.minutes import read_spans, spans
from storage.tables import Appointment

LONGEST = timedelta(days=1)
"""No visit with its buffers is longer: those of a stretch of time begin at most so long before it."""
TAKES_TIME = (*HOLDS_TIME, "attended")
"""Somebody who is noted as present may still be with the coach."""

_HERE = (col(Appointment.organisation) == bindparam("organisation"), col(Appointment.state).in_(TAKES_TIME))
_VISITS = (
    select(col(Appointment.coach), spans(col(Appointment.busy_from), col(Appointment.busy_until)))
    .where(
        *_HERE,
        col(Appointment.starts_at).between(bindparam("first"), bindparam("last")),
        col(Appointment.busy_from) < bindparam("until"),
        col(Appointment.busy_until) > bindparam("since"),
    )
    .group_by(col(Appointment.coach))
)
_TAKEN = union_all(_VISITS.add_columns(literal_column("1")), TAKEN_ELSEWHERE.add_columns(literal_column("0")))
"""Per coach the stretches of time, and whether they are visits of ours."""
_AHEAD = (
    select(col(Appointment.coach), func.count())
    .where(*_HERE, col(Appointment.starts_at) > bindparam("now"))
    .group_by(col(Appointment.coach))
)


def taken_time(session: Session, organisation: Organisation, now: datetime) -> Diary:
    """What is taken of the coaches' time from now on, buffers included, here and in their calendars elsewhere."""
    return PagedDiary(_Rows(session, organisation.id, now), now)


@dataclass(frozen=True, slots=True)
class _Rows:
    session: Session
    organisation: str
    now: datetime

    def ahead(self) -> Mapping[str, int]:
        asked = {"organisation": self.organisation, "now": self.now}
        return {coach: count for coach, count in self.session.connection().execute(_AHEAD, asked)}  # noqa: C416

    def page(self, since: int, until: int) -> Page:
        first, last = (datetime.fromtimestamp(minute * 60, UTC) for minute in (since, until))
        span = {"since": first, "until": last, "first": first - LONGEST, "last": last + LONGEST}
        page = Page()
        found = self.session.connection().execute(_TAKEN, {"organisation": self.organisation, **span})
        for coach, taken, visits in found:
            page.add(coach, read_spans(taken), visits=bool(visits))
        return page
