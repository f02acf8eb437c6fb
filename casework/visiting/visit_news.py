"""The rows by which a person hears what became of their visit without them: once, and not in the quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from casework.hours.calendar import out_of_quiet
from casework.house.organisation import Organisation
from storage.tables import Appointment
from storage.trays import DuePlan, plan

MISSED, OFF, MOVED, MADE = "visit_missed", "visit_off", "visit_moved", "visit_made"


@dataclass(frozen=True, slots=True)
class Told:
    """``why`` is the name of a sentence that goes along (``flows.visit_reasons``); ``by`` is who did it, as the audit
    names them."""

    kind: str
    why: str = ""
    by: str = ""


def tell(session: Session, organisation: Organisation, visit: Appointment, told: Told, now: datetime) -> None:
    due_at = out_of_quiet(organisation, now)
    key = f"{told.kind}|{visit.id}"
    body = {name: value for name, value in (("why", told.why), ("by", told.by)) if value}
    plan(session, DuePlan(key, told.kind, visit.organisation, visit.person_id, visit.id, visit.version, due_at, body))
