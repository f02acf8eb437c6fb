"""What must always hold of small steps: whose they are, that they can be read, and that all that became of them is
kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, case, exists, select
from sqlmodel import SQLModel

TABLES = SQLModel.metadata.tables
CASE, PERSON, DUE = TABLES["intake_case"], TABLES["person"], TABLES["due"]
STEP, CHANGE = TABLES["small_step"], TABLES["small_step_change"]
LEADS_TO = {
    "agree": "open",
    "reword": "open",
    "go_on": "open",
    "finish": "done",
    "stick": "stuck",
    "drop": "dropped",
    "resume": "open",
}
"""The state that each change leaves a step in."""
Rule = tuple[str, str, Select[Any]]


def broken_steps() -> Iterator[Rule]:
    """For each rule the table, what is wrong, and a query for the keys of the rows that break it."""
    other = exists().where(CASE.c.id == STEP.c.case_id, CASE.c.person_id != STEP.c.person_id)
    yield "small_step", "its case is of another person", select(STEP.c.id).where(other)
    erased = exists().where(PERSON.c.id == STEP.c.person_id, PERSON.c.wrapped_key == b"")
    yield "small_step", "its person was erased", select(STEP.c.id).where(erased)
    yield "small_step", "nobody can say what is to be done", select(STEP.c.id).where(STEP.c.sealed == b"")
    said = case(LEADS_TO, value=CHANGE.c.change)
    last = exists().where(CHANGE.c.step_id == STEP.c.id, CHANGE.c.version == STEP.c.version, said == STEP.c.state)
    yield "small_step", "nobody said that it stands so", select(STEP.c.id).where(~last)
    asks = exists().where(DUE.c.kind == "ask_small_steps", DUE.c.subject == STEP.c.id)
    yield "small_step", "nothing asks how it goes", select(STEP.c.id).where(~asks)
    whose = exists().where(STEP.c.id == CHANGE.c.step_id, STEP.c.person_id == CHANGE.c.person_id)
    yield "small_step_change", "it is of somebody else's step", select(CHANGE.c.id).where(~whose)
