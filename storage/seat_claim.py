"""Claims a seat of a group session so that the database itself forbids two people on one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from storage.insert import unless_there
from storage.tables import Enrolment

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:seats, 0))")


def queue_up(session: Session, organisation: str, group: str) -> None:
    """From here to the end of the transaction nobody else changes the line of this session.

    Seats are safe without it; this keeps the waiting list in order. On SQLite there is one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_LOCK, {"seats": f"{organisation}/{group}"})


def insert_enrolment(session: Session, enrolment: Enrolment) -> bool:
    """False when the seat is somebody else's, or the person has a row already; then nothing is changed."""
    connection, row = session.connection(), enrolment.model_dump()
    return connection.execute(unless_there(Enrolment, connection.dialect.name), row).rowcount == 1


def change_enrolment(session: Session, id: str, version: int, expected: str, /, **changes: Any) -> bool:
    """Compare and set; False when somebody changed the row since it was read, or the seat is somebody else's."""
    same = col(Enrolment.id) == id, col(Enrolment.version) == version
    statement = update(Enrolment).where(*same, col(Enrolment.state) == expected).values(**changes)
    try:
        with session.begin_nested():
            return session.exec(statement).rowcount == 1
    except IntegrityError:
        return False
