"""Puts the catalogue of an organisation's file into the database: once each. From then on the console counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlmodel import Session, col, select

from casework.offers.catalogue import Entry, House
from casework.offers.catalogue_desk import FROM_FILE, R, Row, values_of
from casework.offers.catalogue_file import Written
from storage import audit
from storage.columns import new_id
from storage.tables import CatalogueEntry, Partner, Staff


@dataclass(slots=True)
class Seeded:
    """How many entries are ``new``, and the keys of those of which the file says something else than the console:
    there the console counts, and the file is left aside."""

    new: int = 0
    differ: list[str] = field(default_factory=list)


def seed(session: Session, organisation: str, written: Written, now: datetime) -> Seeded:
    """Safe to repeat: what is there already is not touched, whatever the file says now."""
    seeding = _Seeding(session, organisation, now, _accounts(session, organisation))
    for key, house in written.partners.items():
        seeding.put(Partner, key, house)
    for key, entry in written.offers.items():
        partner = seeding.ids[Partner, entry.partner] if entry.partner else None
        seeding.put(CatalogueEntry, key, replace(entry, partner=partner))
    if seeding.came_of.new:
        audit.record(session, organisation, FROM_FILE, "catalogue.seed", organisation, now)
    return seeding.came_of


def _accounts(session: Session, organisation: str) -> dict[str, str]:
    """By a coach's id in the file, that of their account."""
    query = select(Staff).where(Staff.organisation == organisation, col(Staff.coach).is_not(None))
    return {staff.coach or "": staff.id for staff in session.exec(query)}


@dataclass(slots=True)
class _Seeding:
    session: Session
    organisation: str
    now: datetime
    accounts: Mapping[str, str]
    rows: dict[type[Row], Mapping[str, Row]] = field(default_factory=dict)
    ids: dict[tuple[type[Row], str], str] = field(default_factory=dict)
    came_of: Seeded = field(default_factory=Seeded)

    def put(self, table: type[R], key: str, written: Entry | House) -> None:
        values = values_of(replace(written, owner=self.accounts.get(written.owner or "")))
        row = self._there(table).get(key)
        if row is None:
            row = self._made(table, key, values)
            self.session.flush()
            self.came_of.new += 1
        elif _differs(row, values):
            self.came_of.differ.append(key)
        self.ids[table, key] = row.id

    def _there(self, table: type[R]) -> Mapping[str, R]:
        """By its key, what was put in before: read once, for a house may have hundreds."""
        if table not in self.rows:
            query = select(table).where(table.organisation == self.organisation, col(table.seed).is_not(None))
            self.rows[table] = {row.seed or "": row for row in self.session.exec(query)}
        return cast(Mapping[str, R], self.rows[table])

    def _made(self, table: type[R], key: str, values: Mapping[str, Any]) -> R:
        whose: dict[str, Any] = {"id": new_id(), "organisation": self.organisation, "seed": key}
        row = table(**whose, changed_at=self.now, changed_by=FROM_FILE, **values)
        self.session.add(row)
        return row


def _differs(row: Row, values: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items() if name != "owner")
