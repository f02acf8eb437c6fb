"""Statements of the hot path: written down once, and on SQLite run by the driver itself.

There the way through SQLAlchemy costs 60 microseconds a statement and the driver 4 (measured); a turn has nine.
PostgreSQL, where the network is the cost, goes the usual way.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session

from storage.sqlite_dialect import driver

Values = Mapping[str, Any]
Process = Callable[[Any], Any]
_BENEATH = "connection beneath"


def sqlite_beneath(session: Session) -> sqlite3.Connection | None:
    """The driver's connection under this transaction, looked up once; ``None`` on PostgreSQL."""
    known = session.info.get(_BENEATH)
    if known and known[0] is session.get_transaction():
        found: sqlite3.Connection | None = known[1]
        return found
    connection = session.connection()
    found = driver(connection) if connection.dialect.name == "sqlite" else None
    session.info[_BENEATH] = session.get_transaction(), found
    return found


class Prepared:
    """One statement. Its values come by name; what it finds are rows with attributes, as SQLAlchemy gives them.

    Lists (``IN``) and columns that fill themselves in are not for here: ``ValueError`` when it is first run.
    """

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def first(self, session: Session, values: Values) -> Any:
        """The first row, or ``None``."""
        sqlite = sqlite_beneath(session)
        if sqlite is None:
            return session.connection().execute(self.statement, values).first()
        plan = self._plan(session, values)
        found = sqlite.execute(plan.sql, plan.given(values)).fetchone()
        return plan.row(found) if found else None

    def all(self, session: Session, values: Values) -> Sequence[Any]:
        sqlite = sqlite_beneath(session)
        if sqlite is None:
            return session.connection().execute(self.statement, values).all()
        plan = self._plan(session, values)
        return [plan.row(found) for found in sqlite.execute(plan.sql, plan.given(values))]

    def change(self, session: Session, values: Values) -> int:
        """How many rows were changed."""
        sqlite = sqlite_beneath(session)
        if sqlite is None:
            return session.connection().execute(self.statement, values).rowcount
        plan = self._plan(session, values)
        return sqlite.execute(plan.sql, plan.given(values)).rowcount

    def change_each(self, session: Session, several: Sequence[Values]) -> None:
        """Run once for each of ``several`` (at least one), which all name the same values."""
        sqlite = sqlite_beneath(session)
        if sqlite is None:
            session.connection().execute(self.statement, list(several))
            return
        plan = self._plan(session, several[0])
        sqlite.executemany(plan.sql, map(plan.given, several))

    def _plan(self, session: Session, values: Values) -> _Plan:
        names = tuple(values)
        plan = self._plans.get(names)
        if plan is None:
            plan = self._plans[names] = _make_plan(self.statement, session.connection().dialect, names)
        return plan


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place for a value: by its name, or one that the statement holds itself."""

    name: str
    fixed: Any
    process: Process | None


@dataclass(frozen=True, slots=True)
class _Plan:
    sql: str
    slots: tuple[_Slot, ...]
    make_row: Callable[[Iterable[Any]], Any]
    processes: tuple[Process | None, ...]

    def given(self, values: Values) -> list[Any]:
        return [self._value(slot, values) for slot in self.slots]

    @staticmethod
    def _value(slot: _Slot, values: Values) -> Any:
        value = values.get(slot.name, slot.fixed)
        return slot.process(value) if slot.process else value

    def row(self, found: Sequence[Any]) -> Any:
        pairs = zip(found, self.processes, strict=True)
        return self.make_row([process(value) if process else value for value, process in pairs])


def _make_plan(statement: Executable, dialect: Dialect, names: tuple[str, ...]) -> _Plan:
    written: Any = statement.compile(dialect=dialect, column_keys=list(names))  # type: ignore[attr-defined]
    assert isinstance(written, SQLCompiler)
    if written.insert_prefetch or written.update_prefetch or written.post_compile_params:
        raise ValueError(f"no lists and no columns that fill themselves in: {written}")
    if missing := {name for name in written.positiontup or () if written.binds[name].required} - set(names):
        raise ValueError(f"values are missing ({', '.join(sorted(missing))}): {written}")
    columns = tuple(getattr(statement, "exported_columns", ()))
    row = namedtuple("row", [column.key for column in columns])  # type: ignore[misc]  # known when it is compiled
    return _Plan(
        str(written),
        tuple(_slot(written, name, dialect) for name in written.positiontup or ()),
        row._make,
        tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns),
    )


def _slot(written: SQLCompiler, name: str, dialect: Dialect) -> _Slot:
    bind = written.binds[name]
    return _Slot(name, bind.effective_value, bind.type.dialect_impl(dialect).bind_processor(dialect))
