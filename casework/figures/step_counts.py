"""Who has small steps: each person once, with the programme they are in and whether a step was done in time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, Select, Table, and_, case, func, select

from casework.figures.report_cells import Steps
from storage.step_tables import SmallStep
from storage.tables import Case, CatalogueEntry, IntakeFact, Person, Referral, ReferralStep

STEP: Table = SmallStep.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_CASE: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_FACT: Table = IntakeFact.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_PERSON: Table = Person.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_REFERRAL: Table = Referral.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_BEGUN: Table = ReferralStep.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_ENTRY: Table = CatalogueEntry.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

WHOSE = STEP.c.person_id
_DONE = STEP.c.state == "done"


def _programme() -> ScalarSelect[Any]:
    """The one that the person of a step began last."""
    return (
        select(_REFERRAL.c.entry_id)
        .join(_BEGUN, and_(_BEGUN.c.referral_id == _REFERRAL.c.id, _BEGUN.c.change == "begin"))
        .join(_ENTRY, and_(_ENTRY.c.id == _REFERRAL.c.entry_id, _ENTRY.c.kind == "programme"))
        .where(_REFERRAL.c.person_id == WHOSE)
        .order_by(_BEGUN.c.at.desc(), _REFERRAL.c.entry_id)
        .limit(1)
        .correlate(STEP)
        .scalar_subquery()
    )


STEPS: Select[Any] = (
    select(
        WHOSE.label("id"),
        func.min(STEP.c.at).label("first"),
        func.max(case((_DONE, 1), else_=0)).label("done"),
        func.max(case((and_(_DONE, STEP.c.ended_at <= STEP.c.asks_at), 1), else_=0)).label("in_time"),
        func.max(_CASE.c.language).label("language"),
        func.max(_CASE.c.kind).label("door"),
        func.max(_FACT.c.place).label("told"),
        func.max(_FACT.c.goal).label("goal"),
        _programme().label("programme"),
    )
    .join(_PERSON, and_(_PERSON.c.id == WHOSE, _PERSON.c.wrapped_key != b""))
    .join(_CASE, _CASE.c.id == STEP.c.case_id)
    .outerjoin(_FACT, _FACT.c.conversation_id == _CASE.c.conversation_id)
    .group_by(WHOSE)
)
"""A line for each person who agreed on some."""


def steps_of(row: Any) -> Steps:
    return Steps(
        row.first, bool(row.done), bool(row.in_time), row.language, row.programme, row.told, row.goal, row.door
    )
