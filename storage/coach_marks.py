"""Marks of coaches: whenever what is taken of a coach's time changes, their marks do, in the same transaction.

A mark is random and never comes back. So whoever remembers the time together with the marks need not read it again
while they are the same: not after a rollback, and not in another process or database. Nobody waits for a mark: one that
somebody else is just taking away stays, and the new one stands beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TypeAlias

from sqlalchemy import Table, bindparam, delete, insert, select
from sqlmodel import Session

from storage.agenda_tables import CoachMark
from storage.columns import new_id
from storage.prepared import Prepared

Marks: TypeAlias = frozenset[str]

MARK: Table = CoachMark.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

_ALL = Prepared(select(MARK.c.coach, MARK.c.mark).where(MARK.c.organisation == bindparam("organisation")))
_OF_COACH = MARK.c.organisation == bindparam("organisation"), MARK.c.coach == bindparam("coach")
_NOT_IN_USE = select(MARK.c.mark).where(*_OF_COACH).with_for_update(skip_locked=True)
_TAKE_AWAY = Prepared(delete(MARK).where(*_OF_COACH, MARK.c.mark.in_(_NOT_IN_USE)))
_MARK = Prepared(insert(MARK))


def mark_coach(session: Session, organisation: str, coach: str) -> None:
    """What is taken of this coach's time has changed."""
    whose = {"organisation": organisation, "coach": coach}
    _TAKE_AWAY.change(session, whose)
    _MARK.change(session, {**whose, "mark": new_id()})


def coach_marks(session: Session, organisation: str) -> Mapping[str, Marks]:
    """By coach. Who has none was never marked: of their time nothing can be remembered."""
    found = defaultdict[str, set[str]](set)
    for coach, mark in _ALL.all(session, {"organisation": organisation}):
        found[coach].add(mark)
    return {coach: frozenset(marks) for coach, marks in found.items()}
