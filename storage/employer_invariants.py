"""What must always hold of companies: nobody is listed to one without a consent that stands, nothing of who is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, exists, not_, select
from sqlmodel import SQLModel

TABLES = SQLModel.metadata.tables
COMPANY, VISIT, VACANCY, CALL = (TABLES[name] for name in ("company", "company_visit", "vacancy", "company_call"))
CONSENT, PERSON, CASE = (TABLES[name] for name in ("consent", "person", "intake_case"))
SCOPE = "company/"
"""How the scope of such a consent begins; the id of the company follows."""


def broken_employers() -> Iterator[tuple[str, str, Select[Any]]]:
    """For each rule the table, what is wrong, and a query for the keys of the rows that break it."""
    listed = select(CALL.c.id).where(CALL.c.state == "agreed")
    yield "company_call", "the company may call without a consent that stands", listed.where(not_(_stands()))
    erased = exists().where(PERSON.c.id == CALL.c.person_id, PERSON.c.wrapped_key == b"")
    yield "company_call", "its person is erased", select(CALL.c.id).where(erased)
    other = exists().where(COMPANY.c.id == CALL.c.company_id, COMPANY.c.organisation != CALL.c.organisation)
    yield "company_call", "its company is of another organisation", select(CALL.c.id).where(other)
    forgotten = exists().where(CASE.c.id == COMPANY.c.case_id, CASE.c.sealed == b"")
    yield "company", "its case is erased", select(COMPANY.c.id).where(forgotten)
    gone = and_(COMPANY.c.sealed == b"", VACANCY.c.company_id == COMPANY.c.id, VACANCY.c.state == "open")
    yield "vacancy", "it is open at a company that is erased", select(VACANCY.c.id).where(exists().where(gone))


def _stands() -> Any:
    """The last word of this person about this company was yes."""
    last, later = CONSENT.alias("last"), CONSENT.alias("later")
    scope = SCOPE + CALL.c.company_id
    overruled = exists().where(
        later.c.person_id == last.c.person_id, later.c.scope == last.c.scope, later.c.at > last.c.at
    )
    return exists().where(last.c.person_id == CALL.c.person_id, last.c.scope == scope, last.c.granted, ~overruled)
