"""The coach somebody knows: of their last visit, or else of their case."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from storage.tables import Appointment, Case

MET = frozenset({"booked", "confirmed", "attended", "no_show"})
"""Visits whose coach is the person's: they agreed on that time with them, and it was not called off."""

_OF_CASE = (
    select(col(Case.coach))
    .where(col(Case.person_id) == bindparam("person_id"), col(Case.coach).is_not(None), col(Case.state) != "revoked")
    .order_by(col(Case.updated_at).desc())
    .limit(1)
)


def earlier_coach(session: Session, person_id: str, visits: Iterable[Appointment]) -> str | None:
    """``visits`` are all those of the person, the earliest first."""
    met = [visit.coach for visit in visits if visit.state in MET]
    if met:
        return met[-1]
    coach: str | None = session.connection().execute(_OF_CASE, {"person_id": person_id}).scalar()
    return coach
