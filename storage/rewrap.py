"""Moves everything that lasts under the newest master secret, so that an old secret can be thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, inspect, select, update
from sqlmodel import Session, SQLModel, col

from storage.agenda_tables import OutsideCalendar
from storage.door_tables import StaffApp
from storage.employer_tables import Company, CompanyVisit
from storage.house_tables import HouseSecret, PushBrowser
from storage.tables import Person
from storage.vault import SealBroken, Vault
from storage.webhook_tables import Webhook

OF_THE_HOUSE: Mapping[type[SQLModel], str] = {
    Company: "company|",
    CompanyVisit: "company_visit|",
    HouseSecret: "",
    OutsideCalendar: "outside_calendar|",
    PushBrowser: "push|",
    StaffApp: "app|",
    Webhook: "webhook|",
}
"""What is sealed for no person and lasts, with what stands before a row's key in the place that it is sealed for.
Left out is what is gone within days: answers of the API, steps begun at the door, messages to staff."""


def rewrap(session: Session, vault: Vault, after: str = "", limit: int = 500) -> str | None:
    """Looks at ``limit`` persons behind the id ``after``; those who were erased have no key. The id to go on after,
    ``None`` at the end."""
    person = Person.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
    found = session.connection().execute(
        select(col(Person.id), col(Person.wrapped_key))
        .where(col(Person.id) > after, col(Person.wrapped_key) != b"")
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


def reseal(session: Session, vault: Vault) -> int:
    """How many rows of the house were sealed anew. What cannot be opened any more stays as it is."""
    return sum(_reseal(session, vault, inspect(table).local_table, about) for table, about in OF_THE_HOUSE.items())


def _reseal(session: Session, vault: Vault, table: Any, about: str) -> int:
    run, (key,), count = session.connection().execute, table.primary_key.columns, 0
    for row, sealed in run(select(key, table.c.sealed)).all():
        place = f"{about}{row}"
        if sealed and not vault.house.sealed_newest(sealed):
            try:
                anew = vault.house.seal(vault.house.open(sealed, place), place)
            except SealBroken:
                continue
            count += run(update(table).where(key == row, table.c.sealed == sealed).values(sealed=anew)).rowcount
    return count
