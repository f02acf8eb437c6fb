"""The rows by which a person hears what became of their visit without them: once, and not in the quiet hours."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from casework.calendar import out_of_quiet
from casework.organisation import Organisation
from storage.tables import Appointment
from storage.trays import DuePlan, plan

MISSED, OFF, MOVED = "visit_missed", "visit_off", "visit_moved"


def tell(session: Session, organisation: Organisation, visit: Appointment, kind: str, now: datetime) -> None:
    due_at = out_of_quiet(organisation, now)
    key = f"{kind}|{visit.id}"
    plan(session, DuePlan(key, kind, visit.organisation, visit.person_id, visit.id, visit.version, due_at))
