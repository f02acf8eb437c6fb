"""Inserts a row unless it is already there, in one statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Insert, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_new(session: Session, table: type[SQLModel], **values: Any) -> bool:
    """False when a unique key had such a row before; then nothing is changed. Fields get their defaults."""
    statement = unless_there(session, table).values(**filled(table, values))
    return session.connection().execute(statement).rowcount == 1


def unless_there(session: Session, table: type[SQLModel]) -> Insert:
    """``INSERT .. ON CONFLICT DO NOTHING`` in the words of the session's database."""
    target = inspect(table).local_table
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(target).on_conflict_do_nothing()
    return sqlite.insert(target).on_conflict_do_nothing()


def filled(table: type[SQLModel], values: dict[str, Any]) -> dict[str, Any]:
    """``values`` with the defaults of the model's fields, as the constructor would give them."""
    missing = {
        name: field.get_default(call_default_factory=True)
        for name, field in table.model_fields.items()
        if name not in values and not field.is_required()
    }
    key = {name for name, default in missing.items() if default is None}
    return values | {name: default for name, default in missing.items() if name not in key}
