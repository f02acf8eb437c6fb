"""Who was noted as present may still be with the coach: until that visit should be over nobody else gets its time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from casework.visiting.coach_time import LONGEST
from storage.prepared import Prepared
from storage.tables import Appointment

_PRESENT = Prepared(
    select(col(Appointment.id))
    .where(
        col(Appointment.organisation) == bindparam("organisation"),
        col(Appointment.coach) == bindparam("coach"),
        col(Appointment.starts_at).between(bindparam("first"), bindparam("last")),
        col(Appointment.state) == "attended",
        col(Appointment.busy_from) < bindparam("until"),
        col(Appointment.busy_until) > bindparam("since"),
    )
    .limit(1)
)


def is_with_somebody(session: Session, visit: Appointment, now: datetime) -> bool:
    """Whether the coach of this new visit is with somebody then. The database holds no time for a visit whose end was
    noted; and only one that has begun can be noted so, which leaves most new visits nothing to look for."""
    if visit.busy_from >= now + LONGEST:
        return False
    asked = {
        "organisation": visit.organisation,
        "coach": visit.coach,
        "first": visit.busy_from - LONGEST,
        "last": visit.busy_until + LONGEST,
        "since": visit.busy_from,
        "until": visit.busy_until,
    }
    return _PRESENT.first(session, asked) is not None
