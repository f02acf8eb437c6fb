"""Most visits of a coach on one day: looked at once more when a time is claimed, so that two never get the last one."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from casework.hours.calendar import midnights
from casework.house.organisation import Organisation
from storage.tables import Appointment
from storage.time_claim import HOLDS_TIME, lock_coach

_THAT_DAY = select(func.count()).where(
    col(Appointment.organisation) == bindparam("organisation"),
    col(Appointment.coach) == bindparam("coach"),
    col(Appointment.starts_at) >= bindparam("begin"),
    col(Appointment.starts_at) < bindparam("end"),
    col(Appointment.state).in_(HOLDS_TIME),
    col(Appointment.id) != bindparam("but"),
)


def claim_within_limit(
    session: Session, organisation: Organisation, visit: Appointment, claim: Callable[[], bool], but: Appointment | None
) -> bool:
    """Whether ``claim`` got the time for ``visit`` on a day with room for it; ``but`` is the visit it replaces.

    Others who want this coach wait meanwhile; if the time could not be had, they no longer do.
    """
    most = organisation.visit_of(visit.kind).most_a_day
    if most is None:
        return claim()
    savepoint = session.begin_nested()
    lock_coach(session, visit)
    if _others(session, organisation, visit, but) < most and claim():
        savepoint.commit()
        return True
    savepoint.rollback()
    return False


def _others(session: Session, organisation: Organisation, visit: Appointment, but: Appointment | None) -> int:
    day = visit.starts_at.astimezone(organisation.tz).date()
    begin, end = midnights(day, organisation.tz)
    asked = {"organisation": organisation.id, "coach": visit.coach, "begin": begin, "end": end}
    return session.connection().execute(_THAT_DAY, {**asked, "but": but.id if but else ""}).scalar_one()
