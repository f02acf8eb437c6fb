"""Claims a coach's time so that the database itself forbids two visits at once."""

from __future__ import annotations

from datetime import datetime
from zlib import crc32

from sqlalchemy import Table, bindparam, delete, func, insert, select
from sqlmodel import Session

from storage.coach_marks import mark_coach
from storage.insert import insert_new
from storage.prepared import Prepared
from storage.tables import Appointment, Granule, OutsideBusy

LIVE = ("held", "booked", "confirmed")
HOLDS_TIME = (*LIVE, "attended")
"""Who was noted as present may still be with the coach."""
GRANULE_SECONDS = 300

COACHES = 4_206_117
"""The half of an advisory lock's key that says it is about a coach."""

APPOINTMENT: Table = Appointment.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
GRANULE: Table = Granule.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
OUTSIDE: Table = OutsideBusy.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

_ELSEWHERE = Prepared(
    select(OUTSIDE.c.id)
    .where(
        OUTSIDE.c.organisation == bindparam("organisation"),
        OUTSIDE.c.coach == bindparam("coach"),
        OUTSIDE.c.starts_at < bindparam("busy_until"),
        OUTSIDE.c.ends_at > bindparam("busy_from"),
    )
    .limit(1)
)
# Put together once: on the way of every booking, building them costs more than running them.
_TAKEN = (
    select(GRANULE.c.granule)
    .where(
        GRANULE.c.organisation == bindparam("organisation"),
        GRANULE.c.coach == bindparam("coach"),
        GRANULE.c.granule.between(bindparam("first"), bindparam("last")),
    )
    .limit(1)
)
_HOLD = insert(GRANULE)
_RELEASE = delete(GRANULE).where(GRANULE.c.appointment_id == bindparam("appointment"))
_LOCK_COACH = select(func.pg_advisory_xact_lock(COACHES, bindparam("coach")))


def claim_time(session: Session, appointment: Appointment) -> bool:
    """Inserts the appointment; False, with nothing left behind, when the coach is not free from
    ``busy_from`` to ``busy_until``: here, or by what is known of their calendars elsewhere.

    Raises ``ValueError`` when those two are not on whole five minutes, or when the state holds no time.
    """
    if appointment.state not in LIVE:
        raise ValueError(f"an appointment that is {appointment.state!r} holds no time")
    wanted = granules(appointment.busy_from, appointment.busy_until)
    if busy_elsewhere(session, appointment):
        return False
    if by_granules(session) and not all_free(session, appointment, wanted):
        return False
    values = {column.name: getattr(appointment, column.name) for column in APPOINTMENT.columns}
    if not insert_new(session, Appointment, **values):
        return False
    if by_granules(session):
        hold(session, appointment, wanted)
    mark_coach(session, appointment.organisation, appointment.coach)
    return True


def release_time(session: Session, appointment: Appointment) -> None:
    """Goes with the change to a state that holds no time; on PostgreSQL that change lets others have it."""
    if by_granules(session):
        session.connection().execute(_RELEASE, {"appointment": appointment.id})
    mark_coach(session, appointment.organisation, appointment.coach)


def lock_coach(session: Session, appointment: Appointment) -> None:
    """Until the end of the transaction nobody else who asks for this coach goes on; SQLite has one writer anyway.

    Only for who frees a time of this coach before claiming another one.
    """
    if not by_granules(session):
        name = f"{appointment.organisation}/{appointment.coach}"
        session.connection().execute(_LOCK_COACH, {"coach": crc32(name.encode()) - 2**31})


def busy_elsewhere(session: Session, appointment: Appointment) -> bool:
    asked = {name: getattr(appointment, name) for name in ("organisation", "coach", "busy_from", "busy_until")}
    return _ELSEWHERE.first(session, asked) is not None


def by_granules(session: Session) -> bool:
    """PostgreSQL has a constraint for it instead."""
    return session.get_bind().dialect.name == "sqlite"


def granules(busy_from: datetime, busy_until: datetime) -> range:
    """The numbers of the five minutes, counted from 1970, that the half-open time covers."""
    bounds = busy_from.timestamp(), busy_until.timestamp()
    if any(bound % GRANULE_SECONDS for bound in bounds):
        raise ValueError(f"a visit begins and ends on whole five minutes: {busy_from} to {busy_until}")
    return range(int(bounds[0]) // GRANULE_SECONDS, int(bounds[1]) // GRANULE_SECONDS)


def all_free(session: Session, appointment: Appointment, wanted: range) -> bool:
    """Exact, because SQLite has one writer: nobody else can claim before this transaction ends."""
    place = {"organisation": appointment.organisation, "coach": appointment.coach}
    bounds = {"first": wanted.start, "last": wanted.stop - 1}
    return session.connection().execute(_TAKEN, place | bounds).first() is None


def hold(session: Session, appointment: Appointment, wanted: range) -> None:
    place = {"organisation": appointment.organisation, "coach": appointment.coach}
    rows = [{**place, "granule": number, "appointment_id": appointment.id} for number in wanted]
    session.connection().execute(_HOLD, rows)
