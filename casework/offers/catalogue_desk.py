"""The desk of the catalogue: entries and partners are added, changed and put away, never deleted; each with its line
in the audit, and compared with what was on the screen before it is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, TypeVar

from sqlmodel import Session, col, select

from casework.cases.cases import Actor
from casework.door.rights import Holder, may, reach
from casework.offers.catalogue import Entry, House
from casework.offers.catalogue_past import as_it_is
from casework.offers.law import Book, stretch
from casework.offers.written_conditions import read_condition, write_condition
from storage import audit
from storage.as_read import change_as_read
from storage.columns import new_id
from storage.tables import CatalogueEntry, Partner, Staff

Row: TypeAlias = CatalogueEntry | Partner
R = TypeVar("R", CatalogueEntry, Partner)
Answer: TypeAlias = Literal["done", "changed", "not_now", "missing"]
"""``changed``: somebody was quicker, look again; ``not_now``: something still stands in the way."""
FROM_FILE = "file"
"""Who changed what was put in from the organisation's file and never touched since."""
WORDS: Mapping[type[Row], str] = {CatalogueEntry: "catalogue", Partner: "partner"}


def rows(session: Session, table: type[R], organisation: str, *, archived: bool = False) -> list[R]:
    """All of the organisation, or all that were put away."""
    mine = select(table).where(table.organisation == organisation, col(table.archived_at).is_not(None) == archived)
    return list(session.exec(mine.order_by(col(table.id))))


def find(session: Session, table: type[R], organisation: str, id: str) -> R | None:
    return session.exec(select(table).where(table.id == id, table.organisation == organisation)).first()


def may_change(holder: Holder, row: Row | None = None) -> bool:
    """Whether they may change this one; without one, whether they may add one. ``own`` are those they look after."""
    found = reach(holder, "edit_catalogue")
    if found is None or (row is not None and row.organisation != holder.organisation):
        return False
    return row is None or found == "all" or row.owner == holder.id


def add(session: Session, table: type[R], actor: Actor, written: Entry | House, now: datetime) -> R:
    """The new row. Who may change only their own looks after it."""
    values = values_of(written)
    if reach(actor.holder, "edit_catalogue") == "own":
        values["owner"] = actor.holder.id
    row = table(id=new_id(), organisation=actor.organisation, changed_at=now, changed_by=actor.name, **values)
    session.add(row)
    session.flush()
    _record(session, actor, row, "add", now)
    return row


def change(
    session: Session, table: type[R], actor: Actor, seen: tuple[str, int], written: Entry | House, now: datetime
) -> Answer:
    """``seen`` is the id and the version that were on the screen: what a colleague wrote meanwhile is not lost."""
    row = find(session, table, actor.organisation, seen[0])
    if row is None or not may_change(actor.holder, row):
        return "missing"
    values = values_of(written)
    if reach(actor.holder, "edit_catalogue") == "own":
        values["owner"] = actor.holder.id
    return _set(session, actor, (row, seen[1], "change"), values, now)


def archive(session: Session, table: type[R], actor: Actor, seen: tuple[str, int], now: datetime) -> Answer:
    """Put it away: it is suggested to nobody any more, and stays readable where somebody was referred to it.

    A partner of whom there still is something on offer cannot be put away.
    """
    row = find(session, table, actor.organisation, seen[0])
    if row is None or not may_change(actor.holder, row):
        return "missing"
    if row.archived_at is not None or (isinstance(row, Partner) and _in_use(session, row)):
        return "not_now"
    return _set(session, actor, (row, seen[1], "archive"), {"archived_at": now}, now)


def restore(session: Session, table: type[R], actor: Actor, seen: tuple[str, int], now: datetime) -> Answer:
    """It is on offer again; not before its partner is."""
    row = find(session, table, actor.organisation, seen[0])
    if row is None or not may_change(actor.holder, row):
        return "missing"
    partner = session.get(Partner, row.partner_id) if isinstance(row, CatalogueEntry) and row.partner_id else None
    if row.archived_at is None or (partner is not None and partner.archived_at is not None):
        return "not_now"
    return _set(session, actor, (row, seen[1], "restore"), {"archived_at": None}, now)


def is_stale(row: Row, day: date, rules: Book) -> bool:
    """Whether somebody should look if it is still true: the day to do so is past, or what it says or a rule that it
    rests on has ended."""
    ended = isinstance(row, CatalogueEntry) and any(
        last is not None and last < day for last in (row.valid_until, row.ends_on, stretch(row.rules, rules)[1])
    )
    return ended or (row.check_before is not None and row.check_before < day)


def staff_names(session: Session, organisation: str) -> dict[str, str]:
    """Who can look after an entry, by id: everybody with an open account."""
    open_ones = select(Staff.id, Staff.name).where(Staff.organisation == organisation, col(Staff.active))
    return dict(session.exec(open_ones.order_by(col(Staff.name))).all())


def may_read_contacts(holder: Holder) -> bool:
    """Contact people are there for those who refer people or keep the catalogue."""
    return may(holder, "refer") or may(holder, "edit_catalogue")


def values_of(written: Entry | House) -> dict[str, Any]:
    """The columns of what was written."""
    values = {name: _plain(value) for name, value in asdict(written).items()}
    if isinstance(written, Entry):
        values["partner_id"] = values.pop("partner")
        values["fits"] = write_condition(read_condition(written.fits))
    return values


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _in_use(session: Session, partner: Partner) -> bool:
    of_them = CatalogueEntry.partner_id == partner.id, col(CatalogueEntry.archived_at).is_(None)
    return session.exec(select(CatalogueEntry.id).where(*of_them).limit(1)).first() is not None


def _set(
    session: Session, actor: Actor, order: tuple[Row, int, str], values: Mapping[str, Any], now: datetime
) -> Answer:
    row, version, word = order
    before = as_it_is(row) if isinstance(row, CatalogueEntry) else None
    if not change_as_read(session, row, version, changed_at=now, changed_by=actor.name, **values):
        return "changed"
    if before is not None:
        session.add(before)
    session.refresh(row)
    _record(session, actor, row, word, now)
    return "done"


def _record(session: Session, actor: Actor, row: Row, word: str, now: datetime) -> None:
    audit.record(session, actor.organisation, actor.name, f"{WORDS[type(row)]}.{word}", row.id, now)
