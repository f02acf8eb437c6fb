"""Moves the keys of persons under the newest master secret, so that an old secret can be thrown away."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from storage.tables import Person
from storage.vault import Vault


def rewrap(session: Session, vault: Vault, after: str = "", limit: int = 500) -> str | None:
    """Looks at ``limit`` persons behind the id ``after``. The id to go on after, ``None`` at the end."""
    person = Person.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
    found = session.connection().execute(
        select(col(Person.id), col(Person.wrapped_key))
        .where(col(Person.id) > after)
        .order_by(col(Person.id))
        .limit(limit)
    )
    rows = found.all()
    changes = [
        {"person": id_, "old": old, "new": new} for id_, old in rows if (new := vault.rewrapped(old)) is not None
    ]
    if changes:
        statement = update(person).where(person.c.id == bindparam("person"), person.c.wrapped_key == bindparam("old"))
        session.connection().execute(statement.values(wrapped_key=bindparam("new")), changes)
    return rows[-1].id if len(rows) == limit else None
