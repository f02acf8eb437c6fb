"""What must always hold of reports: nothing of an erased person, and numbers that add up and are nobody's invention."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlmodel import SQLModel

TABLES = SQLModel.metadata.tables
FACT, CELL, KEPT = (TABLES[name] for name in ("intake_fact", "report_cell", "kept_count"))
TALK, PERSON = TABLES["conversation"], TABLES["person"]


def broken_reports() -> Iterator[tuple[str, str, Select[Any]]]:
    """For each rule the table, what is wrong, and a query for the keys of the rows that break it."""
    facts = select(FACT.c.conversation_id).join(PERSON, PERSON.c.id == FACT.c.person_id)
    yield "intake_fact", "its person is erased", facts.where(PERSON.c.wrapped_key == b"")
    ahead = select(FACT.c.conversation_id).join(TALK, TALK.c.id == FACT.c.conversation_id)
    yield "intake_fact", "it is ahead of its conversation", ahead.where(FACT.c.version > TALK.c.version)
    yield "report_cell", "its parts do not add up to the number of the year", _do_not_add_up()
    yield "report_cell", "more intakes are published than there are and were", _too_many()


def _do_not_add_up() -> Select[Any]:
    part, year = CELL.alias("part"), CELL.alias("year")
    which = (part.c.organisation, part.c.report, part.c.year, part.c.split, part.c.measure)
    same = [part.c[name] == year.c[name] for name in ("organisation", "report", "year", "measure")]
    return (
        select(*which)
        .outerjoin(year, and_(*same, year.c.split == "all"))
        .where(part.c.split.not_in(("all", "question")))
        .group_by(*which)
        .having(func.sum(part.c.count) != func.coalesce(func.max(year.c.count), 0))
    )


def _too_many() -> Select[Any]:
    intakes = func.coalesce(func.sum(KEPT.c.count), 0)
    begun = (KEPT.c.report == "intakes", KEPT.c.split == "all", KEPT.c.measure == "begun")
    kept = select(intakes).where(*begun, KEPT.c.organisation == CELL.c.organisation).scalar_subquery()
    facts = select(func.count()).where(FACT.c.organisation == CELL.c.organisation).scalar_subquery()
    return (
        select(CELL.c.organisation)
        .where(CELL.c.report == "intakes", CELL.c.split == "all", CELL.c.measure == "begun")
        .group_by(CELL.c.organisation)
        .having(func.sum(CELL.c.count) > facts + kept)
    )
