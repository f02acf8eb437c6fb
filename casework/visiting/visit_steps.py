"""What became of each visit and when: one row per change, and a ring for whoever has it on the screen."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from casework.telling.bells import ring_visit
from casework.visiting.visit_states import Change, Who
from storage.columns import new_id
from storage.dossier_tables import VisitStep
from storage.insert import insert_new
from storage.tables import Appointment


def note_change(session: Session, visit: Appointment, what: Change, by: Who, now: datetime) -> None:
    insert_new(session, VisitStep, id=new_id(), appointment_id=visit.id, change=what, by=by, at=now)
    ring_visit(session, visit)


def steps_of_person(session: Session, person_id: str) -> list[tuple[VisitStep, Appointment]]:
    """The changes of all visits of theirs, with the visit that each is about."""
    query = select(VisitStep, Appointment).join(Appointment, col(Appointment.id) == col(VisitStep.appointment_id))
    return [(step, visit) for step, visit in session.exec(query.where(Appointment.person_id == person_id))]
