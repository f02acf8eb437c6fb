"""Finds a case by its number, which is how its id begins: looked for in a range, which an index can find."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false
from sqlmodel import Session, col, select

from storage.tables import Case

DIGITS = frozenset("0123456789abcdef")
BEHIND = "g"
"""Sorts behind every digit of an id."""


def is_number(text: str) -> bool:
    return bool(text) and set(text) <= DIGITS


def numbered(number: str) -> ColumnElement[bool]:
    """For a query: the cases whose id begins so. What is no number begins none."""
    return and_(col(Case.id) >= number, col(Case.id) < number + BEHIND) if is_number(number) else false()


def case_by_number(session: Session, organisation: str, number: str) -> Case | None:
    """The case of the organisation with this number, if it is one only."""
    found = session.exec(select(Case).where(Case.organisation == organisation, numbered(number)).limit(2)).all()
    return found[0] if len(found) == 1 else None
