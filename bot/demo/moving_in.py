"""Carries rows from one database to another: the house into the demonstration's own, and what came of it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Table, func, insert, select, text
from sqlmodel import Session, SQLModel

from storage import audit

Rows: TypeAlias = Mapping[str, Sequence[dict[str, Any]]]
"""The rows of tables, by the table's name."""
HOUSE = ("staff", "partner", "catalogue_entry", "organisation_change")
"""What is there before anybody comes."""
NUMBERED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "due": (("due", "id"),),
    "outgoing": (("outgoing", "id"), ("outgoing", "replaces"), ("chat", "screen"), ("talk_line", "outgoing_id")),
    "talk_line": (("talk_line", "id"), ("talk_line", "instead_of"), ("talk_read", "line_id")),
}
"""Tables whose rows have numbers, and where these numbers stand: there may be such rows already."""
CHAIN = "audit"
GRANULE = "granule"
"""On PostgreSQL a constraint holds people's time, and no row."""


def taken_out(session: Session, names: Sequence[str]) -> Rows:
    run = session.connection().execute
    return {name: [dict(row._mapping) for row in run(select(_table(name)))] for name in names}


def moved_out(session: Session) -> Rows:
    """All that was not there before anybody came, and what was noted about who did what, in its order."""
    noted = session.connection().execute(select(_table(CHAIN)).order_by(_table(CHAIN).c.id))
    people = [name for name in SQLModel.metadata.tables if name not in (*HOUSE, CHAIN)]
    return {**taken_out(session, people), CHAIN: [dict(row._mapping) for row in noted]}


def put_in(session: Session, rows: Rows) -> None:
    """Into tables that have none of these rows."""
    for table in SQLModel.metadata.sorted_tables:
        if rows.get(table.name):
            session.connection().execute(insert(table), list(rows[table.name]))


def move_in(session: Session, rows: Rows) -> None:
    """Among what is there: behind the last number of each table, and at the end of the chain."""
    postgres = session.get_bind().dialect.name == "postgresql"
    if postgres:
        session.connection().execute(text(f"LOCK TABLE {', '.join(NUMBERED)} IN SHARE ROW EXCLUSIVE MODE"))
    people = {name: found for name, found in rows.items() if name != CHAIN and not (postgres and name == GRANULE)}
    put_in(session, _numbered_on(session, people))
    if postgres:
        for name in NUMBERED:
            session.connection().execute(_GO_ON[name])
    for row in rows[CHAIN]:
        parts = (row[part] for part in ("organisation", "actor", "action", "subject", "at"))
        audit.record(session, *parts)


def _numbered_on(session: Session, rows: Rows) -> Rows:
    last = {name: session.connection().execute(select(func.max(_table(name).c.id))).scalar() or 0 for name in NUMBERED}
    shifts = {place: last[name] for name, places in NUMBERED.items() for place in places}
    return {name: [dict(_shifted(name, row, shifts)) for row in found] for name, found in rows.items()}


def _shifted(table: str, row: dict[str, Any], shifts: Mapping[tuple[str, str], int]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        shift = shifts.get((table, name), 0)
        yield name, value + shift if shift and value is not None else value


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


_GO_ON = {
    name: text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")  # noqa: S608 - names of ours
    for name in NUMBERED
}
"""Lets PostgreSQL count on behind the rows that brought their numbers."""
