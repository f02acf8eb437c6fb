"""What must always hold of notes, tasks and files: whose they are, that they can be read, and that nothing outlives
who was erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select
from sqlmodel import SQLModel

TABLES = SQLModel.metadata.tables
CASE, PERSON = TABLES["intake_case"], TABLES["person"]
NOTE, TASK, FILE, CONTENT = (
    TABLES[name] for name in ("case_note", "case_task", "case_document", "case_document_content")
)
Rule = tuple[str, str, Select[Any]]


def broken_beside() -> Iterator[Rule]:
    """For each rule the table, what is wrong, and a query for the keys of the rows that break it."""
    for table in (NOTE, TASK, FILE):
        other = exists().where(CASE.c.id == table.c.case_id, CASE.c.person_id != table.c.person_id)
        yield table.name, "its case is of another person", select(table.c.id).where(other)
        erased = exists().where(PERSON.c.id == table.c.person_id, PERSON.c.wrapped_key == b"")
        yield table.name, "its person was erased", select(table.c.id).where(erased)
    yield from _notes()
    unsaid = and_(TASK.c.kind == "task", TASK.c.sealed == b"")
    yield "case_task", "nobody can say what is to be done", select(TASK.c.id).where(unsaid)
    nobody = or_(
        and_(TASK.c.state == "done", TASK.c.done_by.is_(None)),
        and_(TASK.c.state == "open", TASK.c.done_by.is_not(None)),
    )
    yield "case_task", "who did it does not fit its state", select(TASK.c.id).where(nobody)
    kept = exists().where(CONTENT.c.document_id == FILE.c.id)
    yield "case_document", "what is in it is missing", select(FILE.c.id).where(~kept)


def _notes() -> Iterator[Rule]:
    first = NOTE.alias("first")
    above = and_(first.c.id == NOTE.c.adds_to, or_(first.c.case_id != NOTE.c.case_id, first.c.adds_to.is_not(None)))
    lost = select(NOTE.c.id).where(NOTE.c.adds_to.is_not(None), exists().where(above))
    yield "case_note", "it goes on with a note that it does not belong to", lost
    other = and_(first.c.id == NOTE.c.adds_to, first.c.tier != NOTE.c.tier)
    yield "case_note", "it is less or more private than its note", select(NOTE.c.id).where(exists().where(other))
