"""A time has become free: one row in the due tray, if anybody waits for a time there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from storage.tables import Appointment, Due
from storage.trays import DuePlan, plan

FREED = "time_freed"
WAITS = "wait_visit"
"""The kind of the row that keeps somebody's place in the line; its due time is the end of their patience."""

_SOMEBODY_WAITS = (
    select(col(Due.id))
    .where(col(Due.subject) == bindparam("line"), col(Due.kind) == WAITS, col(Due.state) == "planned")
    .limit(1)
)


def line_of(organisation: str) -> str:
    """The subject of all who wait for a visit there."""
    return f"{WAITS}/{organisation}"


def time_freed(session: Session, visit: Appointment, now: datetime) -> None:
    """``visit`` no longer holds its time, and never will again. Who gets it is looked for apart: ``waiting_times``."""
    line = {"line": line_of(visit.organisation)}
    if session.connection().execute(_SOMEBODY_WAITS, line).first() is None:
        return
    plan(session, DuePlan(f"{FREED}|{visit.id}", FREED, visit.organisation, None, visit.id, 0, now))
