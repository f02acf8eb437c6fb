"""Looks through a whole database for what must never be, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select
from sqlmodel import Session

from storage.audit import broken_links
from storage.invariants import invariants
from storage.time_claim import APPOINTMENT, GRANULE, HOLDS_TIME, granules


@dataclass(frozen=True, slots=True)
class Violation:
    """``invariant`` is one of those in ``docs/running-it.md``; ``place`` is a table and a key, and nothing personal."""

    invariant: str
    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.invariant} {self.place}: {self.problem}"


def verify(session: Session) -> list[Violation]:
    connection = session.connection()
    found = [
        Violation(rule.name, f"{rule.table} {'/'.join(map(str, key))}", rule.problem)
        for rule in invariants()
        for key in connection.execute(rule.broken)
    ]
    found += (Violation("I4", f"appointment {key}", problem) for key, problem in wrong_granules(connection))
    if connection.dialect.name == "sqlite":
        found += (Violation("I6", "file", problem) for problem in damage(connection))
    found += (Violation("I7", f"audit {key}", problem) for key, problem in broken_links(session))
    return found


def wrong_granules(connection: Connection) -> Iterator[tuple[str, str]]:
    """On SQLite what takes time of a coach holds each of its five minutes, another none; on PostgreSQL none does."""
    held = func.count(GRANULE.c.granule), func.min(GRANULE.c.granule), func.max(GRANULE.c.granule)
    by_appointment = (
        select(APPOINTMENT.c.id, APPOINTMENT.c.busy_from, APPOINTMENT.c.busy_until, APPOINTMENT.c.state, *held)
        .outerjoin(GRANULE, GRANULE.c.appointment_id == APPOINTMENT.c.id)
        .where(or_(APPOINTMENT.c.state.in_(HOLDS_TIME), GRANULE.c.granule.is_not(None)))
        .group_by(APPOINTMENT.c.id, APPOINTMENT.c.busy_from, APPOINTMENT.c.busy_until, APPOINTMENT.c.state)
    )
    for key, busy_from, busy_until, state, *found in connection.execute(by_appointment):
        wanted = granules(busy_from, busy_until) if state in HOLDS_TIME else range(0)
        if connection.dialect.name != "sqlite":
            wanted = range(0)
        expected = [len(wanted), wanted.start, wanted.stop - 1] if wanted else [0, None, None]
        if found != expected:
            yield key, "the five minutes it holds are not those of its time"


def damage(connection: Connection) -> Iterator[str]:
    for (answer,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if answer != "ok":
            yield answer
