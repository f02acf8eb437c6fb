"""The visits that are agreed: looked up, confirmed, given up; every change compares before it sets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from casework.diary import Busy, Diary
from casework.organisation import Organisation
from storage.tables import Appointment
from storage.time_claim import LIVE, release_time

# Put together once: on the way of every booking, building them costs more than running them.
OF_PERSON = (
    select_rows(Appointment)
    .where(col(Appointment.person_id) == bindparam("person_id"))
    .order_by(col(Appointment.starts_at))
    .execution_options(populate_existing=True)
)
TAKEN_TIME = select(col(Appointment.coach), col(Appointment.busy_from), col(Appointment.busy_until)).where(
    col(Appointment.organisation) == bindparam("organisation"),
    col(Appointment.state).in_(LIVE),
    col(Appointment.busy_until) > bindparam("now"),
)


def current(session: Session, person_id: str, now: datetime) -> Appointment | None:
    """The visit this person has ahead of them, or is having."""
    return next((visit for visit in of_person(session, person_id) if is_ahead(visit, now)), None)


def is_ahead(visit: Appointment, now: datetime) -> bool:
    """Agreed, and not over."""
    return visit.state in LIVE and visit.ends_at > now


def of_person(session: Session, person_id: str) -> list[Appointment]:
    """Every visit the person ever agreed on, whatever became of it."""
    return list(session.exec(OF_PERSON, params={"person_id": person_id}))


def cancel(session: Session, appointment_id: str, now: datetime) -> bool:
    """Gives the time free; False if the visit was given up before, or is past."""
    visit = _not_over(session, appointment_id, now)
    return visit is not None and leave(session, visit, "cancelled")


def confirm(session: Session, appointment_id: str, version: int, now: datetime) -> bool:
    """The person will come; True also when they said so before. The version stays: nothing was agreed anew."""
    visit = _not_over(session, appointment_id, now)
    if visit is None or visit.version != version:
        return False
    return visit.state == "confirmed" or _change(session, visit, ("booked",), state="confirmed")


def _not_over(session: Session, appointment_id: str, now: datetime) -> Appointment | None:
    visit = session.get(Appointment, appointment_id)
    return visit if visit and is_ahead(visit, now) else None


def leave(session: Session, visit: Appointment, state: str) -> bool:
    """To a final ``state``, which holds no time; False when somebody changed the visit since it was read."""
    left = _change(session, visit, LIVE, state=state, version=visit.version + 1)
    if left:
        release_time(session, visit.id)
    return left


def _change(session: Session, visit: Appointment, expected: tuple[str, ...], **changes: Any) -> bool:
    """Compare and set: False when somebody changed the visit since it was read."""
    same = col(Appointment.id) == visit.id, col(Appointment.version) == visit.version
    statement = update(Appointment).where(*same, col(Appointment.state).in_(expected)).values(**changes)
    return session.exec(statement).rowcount == 1


def taken_time(session: Session, organisation: Organisation, now: datetime) -> Diary:
    """What is taken of the coaches' time from now on, buffers included."""
    asked = {"organisation": organisation.id, "now": now}
    return Diary(Busy(*taken) for taken in session.connection().execute(TAKEN_TIME, asked))
