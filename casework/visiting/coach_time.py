"""What is taken of the coaches' time: counted, and read when somebody looks at it, first of all a week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Executable,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlmodel import Session, col

from casework.agendas.outside_times import TAKEN_ELSEWHERE
from casework.house.organisation import Organisation
from casework.visiting.diary import Diary, Page, PagedDiary
from casework.visiting.occupied import read_occupied
from casework.visiting.visit_states import HOLDS_TIME
from storage.minutes import spans
from storage.tables import Appointment

LONGEST = timedelta(days=1)
"""No visit with its buffers is longer: those of a stretch of time begin at most so long before it."""
TAKES_TIME = (*HOLDS_TIME, "attended")
"""Somebody who is noted as present may still be with the coach."""

_HERE = (col(Appointment.organisation) == bindparam("organisation"), col(Appointment.state).in_(TAKES_TIME))
_BY_NAME = col(Appointment.coach).in_(bindparam("coaches", expanding=True))


def _taken(*which: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Per coach the stretches of time, and whether they are visits of ours."""
    visits = (
        select(col(Appointment.coach), spans(col(Appointment.busy_from), col(Appointment.busy_until)))
        .where(
            *_HERE,
            *which,
            col(Appointment.starts_at).between(bindparam("first"), bindparam("last")),
            col(Appointment.busy_from) < bindparam("until"),
            col(Appointment.busy_until) > bindparam("since"),
        )
        .group_by(col(Appointment.coach))
    )
    return union_all(visits.add_columns(literal_column("1")), TAKEN_ELSEWHERE.add_columns(literal_column("0")))


def _ahead(*which: ColumnElement[bool]) -> Select[str, int]:
    return (
        select(col(Appointment.coach), func.count())
        .where(*_HERE, *which, col(Appointment.starts_at) > bindparam("now"))
        .group_by(col(Appointment.coach))
    )


_TAKEN = {"sqlite": _taken(_BY_NAME), "postgresql": _taken()}
"""SQLite sorts all rows, unless it is told the names; PostgreSQL would look for each name by itself."""
_AHEAD = {"sqlite": _ahead(_BY_NAME), "postgresql": _ahead()}


def taken_time(session: Session, organisation: Organisation, now: datetime) -> Diary:
    """What is taken of the coaches' time from now on, buffers included, here and in their calendars elsewhere."""
    coaches = tuple(coach.id for coach in organisation.coaches.values() if coach.bookable)
    return PagedDiary(_Rows(session, organisation.id, coaches, now), now)


@dataclass(frozen=True, slots=True)
class _Rows:
    session: Session
    organisation: str
    coaches: Sequence[str]
    now: datetime

    def ahead(self) -> Mapping[str, int]:
        return {coach: count for coach, count in self._read(_AHEAD, now=self.now)}  # noqa: C416

    def page(self, since: int, until: int) -> Page:
        first, last = (datetime.fromtimestamp(minute * 60, UTC) for minute in (since, until))
        page = Page()
        begin = {"first": first - LONGEST, "last": last + LONGEST}
        for coach, taken, visits in self._read(_TAKEN, since=first, until=last, **begin):
            page.put(coach, read_occupied(taken, visits=bool(visits)))
        return page

    def _read(self, statements: Mapping[str, Executable], **asked: object) -> Iterable[Any]:
        connection = self.session.connection()
        dialect = connection.dialect.name
        names = {"coaches": self.coaches} if dialect == "sqlite" else {}
        return connection.execute(statements[dialect], {"organisation": self.organisation, **names, **asked})
