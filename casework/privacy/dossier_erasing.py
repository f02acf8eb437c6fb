"""Forgets what staff kept beside the cases of a person who is erased, and when their visits changed."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import Session, col, select

from storage.dossier_tables import (
    CaseDocument,
    CaseDocumentContent,
    CaseNote,
    CaseTask,
    CaseTaskStep,
    VisitStep,
)
from storage.tables import Appointment


def forget_beside(session: Session, person_id: str) -> None:
    run = session.connection().execute
    files = select(CaseDocument.id).where(CaseDocument.person_id == person_id)
    run(delete(CaseDocumentContent).where(col(CaseDocumentContent.document_id).in_(files)))
    run(delete(CaseNote).where(col(CaseNote.person_id) == person_id, col(CaseNote.adds_to).is_not(None)))
    for table in (CaseDocument, CaseTaskStep, CaseTask, CaseNote):
        run(delete(table).where(col(table.person_id) == person_id))
    visits = select(Appointment.id).where(Appointment.person_id == person_id)
    run(delete(VisitStep).where(col(VisitStep.appointment_id).in_(visits)))
