"""What must always hold of chores and cheques: whose they are, hours within their stretch, and sums that add up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, exists, extract, func, or_, select
from sqlmodel import SQLModel

TABLES = SQLModel.metadata.tables
CASE, PERSON = TABLES["intake_case"], TABLES["person"]
WORKER, MONTH, MATCH = (TABLES[name] for name in ("local_worker", "local_work_month", "local_work_match"))
CHEQUE, POT = TABLES["cheque"], TABLES["cheque_pot"]
OUT = ("granted", "used")
Rule = tuple[str, str, Select[Any]]


def broken_local_work() -> Iterator[Rule]:
    """For each rule the table, what is wrong, and a query for the keys of the rows that break it."""
    other = exists().where(CASE.c.id == WORKER.c.case_id, CASE.c.person_id != WORKER.c.person_id)
    yield "local_worker", "its case is of another person", select(WORKER.c.id).where(other)
    asked = and_(
        CASE.c.id == MATCH.c.request_id,
        or_(CASE.c.person_id != MATCH.c.customer_id, CASE.c.kind != "chores_customer"),
    )
    yield "local_work_match", "its request is of somebody else", select(MATCH.c.id).where(exists().where(asked))
    works = and_(WORKER.c.id == MATCH.c.worker_id, WORKER.c.person_id != MATCH.c.person_id)
    yield "local_work_match", "its worker is somebody else", select(MATCH.c.id).where(exists().where(works))
    for table, person in ((WORKER, "person_id"), (MATCH, "person_id"), (MATCH, "customer_id"), (CHEQUE, "person_id")):
        erased = exists().where(PERSON.c.id == table.c[person], PERSON.c.wrapped_key == b"")
        yield table.name, "its person was erased", select(table.c.id).where(erased)
    yield from _months()
    yield from _cheques()


def _months() -> Iterator[Rule]:
    key = (MONTH.c.worker_id, MONTH.c.month)
    whose = exists().where(WORKER.c.id == MONTH.c.worker_id, WORKER.c.person_id == MONTH.c.person_id)
    yield "local_work_month", "its hours are of somebody else", select(*key).where(~whose)
    outside = or_(
        _number(MONTH.c.month) < _number(WORKER.c.began_on), _number(MONTH.c.month) > _number(WORKER.c.ended_on)
    )
    lost = exists().where(WORKER.c.id == MONTH.c.worker_id, outside)
    yield "local_work_month", "its hours are outside the stretch", select(*key).where(lost)
    yield "local_work_month", "it begins on no first of a month", select(*key).where(extract("day", MONTH.c.month) != 1)


def _number(day: Any) -> Any:
    """Of the month that a day is in, counted from the beginning of time; NULL for no day."""
    return extract("year", day) * 12 + extract("month", day)


def _cheques() -> Iterator[Rule]:
    other = exists().where(CASE.c.id == CHEQUE.c.case_id, CASE.c.person_id != CHEQUE.c.person_id)
    yield "cheque", "its case is of another person", select(CHEQUE.c.id).where(other)
    lost = and_(CHEQUE.c.state == "asked", CHEQUE.c.case_id.is_(None))
    yield "cheque", "nobody asked for it", select(CHEQUE.c.id).where(lost)
    out = and_(CHEQUE.c.organisation == POT.c.organisation, CHEQUE.c.pot == POT.c.pot, CHEQUE.c.state.in_(OUT))
    given = select(func.count()).where(out).scalar_subquery()
    spent = select(func.coalesce(func.sum(CHEQUE.c.amount), 0)).where(out).scalar_subquery()
    wrong = or_(POT.c.given != given, POT.c.spent != spent)
    yield "cheque_pot", "it does not add up with its cheques", select(POT.c.organisation, POT.c.pot).where(wrong)
    none = ~exists().where(POT.c.organisation == CHEQUE.c.organisation, POT.c.pot == CHEQUE.c.pot)
    yield "cheque", "no pot counts it", select(CHEQUE.c.id).where(CHEQUE.c.state.in_(OUT), none)
