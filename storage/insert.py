"""Inserts a row unless it is already there, in one statement."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Insert, inspect
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, SQLModel

from storage.prepared import Prepared, sqlite_beneath


def insert_new(session: Session, table: type[SQLModel], **values: Any) -> bool:
    """False when a unique key had such a row before; then nothing is changed. Fields get their defaults."""
    dialect = "sqlite" if sqlite_beneath(session) else session.connection().dialect.name
    return _inserting(table, dialect).change(session, with_defaults(table, values)) == 1


@cache
def _inserting(table: type[SQLModel], dialect: str) -> Prepared:
    return Prepared(unless_there(table, dialect))


@cache
def unless_there(table: type[SQLModel], dialect: str) -> Insert:
    """``INSERT .. ON CONFLICT DO NOTHING``. Built once: the row comes as parameters, which is twice as fast."""
    target = inspect(table).local_table
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # takes long to load, and SQLite needs nothing of it

        return postgresql.insert(target).on_conflict_do_nothing()
    return sqlite.insert(target).on_conflict_do_nothing()


def with_defaults(table: type[SQLModel], values: dict[str, Any]) -> dict[str, Any]:
    """``values`` with what the constructor of the model would add; what would be NULL is left out."""
    constants, made = defaults(table)
    fresh = {name: make() for name, make in made.items() if name not in values}
    return {**constants, **fresh, **values}


@cache
def defaults(table: type[SQLModel]) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """The fields' defaults that are the same for all rows, and the makers of those that are not."""
    optional = {name: field for name, field in table.model_fields.items() if not field.is_required()}
    constants = {
        name: field.default
        for name, field in optional.items()
        if field.default is not None and field.default_factory is None
    }
    made: dict[str, Any] = {
        name: field.default_factory for name, field in optional.items() if field.default_factory is not None
    }
    return constants, made
