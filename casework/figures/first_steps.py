"""How soon something came of a first talk: a group session, a programme or partner that began, or work and the like."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Table, func, select

from casework.sessions.seat_states import ATTENDED
from storage.tables import CaseStep, Enrolment, Referral, ReferralStep

LIMITS = {"two_weeks": timedelta(weeks=2), "four_weeks": timedelta(weeks=4), "eight_weeks": timedelta(weeks=8)}
PAST, NONE_YET = "past_eight", "none_yet"
MEASURES = (*LIMITS, PAST, NONE_YET)
GOOD = ("work", "own_business", "training", "elsewhere")
"""Outcomes that somebody goes on with."""

_SEAT: Table = Enrolment.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_REFERRAL: Table = Referral.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_ITS_STEP: Table = ReferralStep.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_STEP: Table = CaseStep.__table__  # type: ignore[attr-defined]  # SQLModel does not type it


def measure_of(began: datetime, step: datetime | None) -> str:
    if step is None:
        return NONE_YET
    return next((name for name, limit in LIMITS.items() if step - began <= limit), PAST)


def first_of(row: Any) -> datetime | None:
    """The earliest of the ``columns`` of a row."""
    return min((step for step in (row.step_session, row.step_referral, row.step_outcome) if step), default=None)


def columns(fact: Table, case: Table) -> tuple[ColumnElement[Any], ...]:
    """For a query of intakes with their cases: when the first step of each sort was."""
    sat = (_SEAT.c.person_id == fact.c.person_id, _SEAT.c.state == ATTENDED)
    referred = (_REFERRAL.c.case_id == case.c.id, _ITS_STEP.c.change.in_(("accept", "begin")))
    noted = (_STEP.c.case_id == case.c.id, _STEP.c.change == "note_outcome", _STEP.c.reason.in_(GOOD))
    of_session = select(func.min(_SEAT.c.changed_at)).where(*sat, _SEAT.c.changed_at >= fact.c.began_at)
    of_referral = select(func.min(_ITS_STEP.c.at)).join(_REFERRAL, _REFERRAL.c.id == _ITS_STEP.c.referral_id)
    return (
        _one(of_session).label("step_session"),
        _one(of_referral.where(*referred)).label("step_referral"),
        _one(select(func.min(_STEP.c.at)).where(*noted)).label("step_outcome"),
    )


def _one(query: Any) -> ScalarSelect[Any]:
    found: ScalarSelect[Any] = query.scalar_subquery()
    return found
