"""Who is under way in a programme, such as intensive guidance: each person once a programme and year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, case, func, select

from casework.figures.report_cells import ALL, UNKNOWN, ZONE, Cell, towns
from storage.tables import Case, CatalogueEntry, IntakeFact, Person, Referral, ReferralStep

REFERRAL: Table = Referral.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_STEP: Table = ReferralStep.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_ENTRY: Table = CatalogueEntry.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_CASE: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_FACT: Table = IntakeFact.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_PERSON: Table = Person.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

KEY = REFERRAL.c.person_id + "|" + REFERRAL.c.entry_id
UNDER_WAY: Select[Any] = (
    select(
        KEY.label("id"),
        REFERRAL.c.entry_id,
        func.min(_STEP.c.at).label("began"),
        func.max(REFERRAL.c.updated_at).label("touched"),
        func.max(case((REFERRAL.c.state == "started", 1), else_=0)).label("goes_on"),
        func.max(_CASE.c.language).label("language"),
        func.max(_CASE.c.kind).label("door"),
        func.max(_FACT.c.place).label("told"),
    )
    .join(_STEP, (_STEP.c.referral_id == REFERRAL.c.id) & (_STEP.c.change == "begin"))
    .join(_ENTRY, (_ENTRY.c.id == REFERRAL.c.entry_id) & (_ENTRY.c.kind == "programme"))
    .join(_PERSON, (_PERSON.c.id == REFERRAL.c.person_id) & (_PERSON.c.wrapped_key != b""))
    .join(_CASE, _CASE.c.id == REFERRAL.c.case_id)
    .outerjoin(_FACT, _FACT.c.conversation_id == _CASE.c.conversation_id)
    .group_by(KEY, REFERRAL.c.entry_id)
)
"""A line for each person and programme that began, however often."""


def of_guidance(row: Any, now: datetime) -> Iterator[Cell]:
    """In each year in which it went on; a programme that is over ended when its referral was last touched."""
    ended = now if row.goes_on else row.touched
    splits = {"entry": row.entry_id, "language": row.language, "door": row.door, **towns(row.told or "")}
    for year in range(row.began.astimezone(ZONE).year, ended.astimezone(ZONE).year + 1):
        yield Cell("guidance", year, ALL, "", "people")
        yield from (Cell("guidance", year, split, value or UNKNOWN, "people") for split, value in splits.items())
