"""Notes beside a case: sealed, by tier; the author changes one for a quarter of an hour, then it is only added to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from sqlmodel import col, select

from casework.cases.case_desk import CaseDesk, Tier
from storage.as_read import change_as_read
from storage.columns import new_id
from storage.dossier_tables import CaseNote

LONGEST = 4000
EDITABLE = timedelta(minutes=15)
Noted: TypeAlias = Literal["done", "empty", "not_for_you", "too_late", "changed", "missing"]
"""``changed``: edited elsewhere since it was read; ``too_late``: it can only be added to."""


@dataclass(frozen=True, slots=True)
class Note:
    """``author`` as in the audit; ``more`` was added later, the earliest first. ``editable`` by who reads it now."""

    id: str
    author: str
    tier: str
    text: str
    version: int
    at: datetime
    edited_at: datetime | None
    editable: bool
    more: tuple[Note, ...] = ()


def write_note(desk: CaseDesk, text: str, tier: Tier) -> CaseNote | Noted:
    said = text.strip()[:LONGEST]
    if not said:
        return "empty"
    if not desk.sees(tier):
        return "not_for_you"
    return _add(desk, said, tier, None)


def add_to_note(desk: CaseDesk, note_id: str, text: str) -> CaseNote | Noted:
    """What comes after: it stands under the note, and is as private."""
    note, said = _find(desk, note_id), text.strip()[:LONGEST]
    if note is None:
        return "missing"
    return _add(desk, said, note.tier, note.adds_to or note.id) if said else "empty"


def edit_note(desk: CaseDesk, note_id: str, version: int, text: str) -> Noted:
    """The text of before is gone, as if it had been written so: that is why there is so little time."""
    note, said = _find(desk, note_id), text.strip()[:LONGEST]
    if note is None:
        return "missing"
    if not said:
        return "empty"
    if not is_editable(note, desk.actor.name, desk.now):
        return "too_late"
    sealed = desk.key.seal(said.encode(), _about(note.id))
    if not change_as_read(desk.session, note, version, sealed=sealed, edited_at=desk.now):
        return "changed"
    desk.changed("note.edit", note.id)
    return "done"


def is_editable(note: CaseNote, actor: str, now: datetime) -> bool:
    return note.author == actor and now - note.at < EDITABLE


def notes(desk: CaseDesk) -> list[Note]:
    """Those that this reader may see, the newest first, each with what was added to it."""
    query = select(CaseNote).where(CaseNote.case_id == desk.case.id).order_by(col(CaseNote.at), col(CaseNote.id))
    rows = [row for row in desk.session.exec(query) if desk.sees(row.tier)]
    first = [row for row in rows if row.adds_to is None]
    return [_read(desk, row, rows) for row in reversed(first)]


def find_note(desk: CaseDesk, note_id: str) -> Note | None:
    row = _find(desk, note_id)
    return _read(desk, row, list(_added(desk, row))) if row else None


def _added(desk: CaseDesk, row: CaseNote) -> Iterator[CaseNote]:
    query = select(CaseNote).where(CaseNote.adds_to == row.id)
    yield from desk.session.exec(query.order_by(col(CaseNote.at), col(CaseNote.id)))


def _find(desk: CaseDesk, note_id: str) -> CaseNote | None:
    row = desk.session.get(CaseNote, note_id)
    return row if row is not None and row.case_id == desk.case.id and desk.sees(row.tier) else None


def _add(desk: CaseDesk, said: str, tier: str, adds_to: str | None) -> CaseNote:
    id = new_id()
    row = CaseNote(**desk.facts(), id=id, tier=tier, adds_to=adds_to, sealed=b"", at=desk.now)
    row.sealed = desk.key.seal(said.encode(), _about(id))
    desk.session.add(row)
    desk.changed("note.write", id)
    return row


def _read(desk: CaseDesk, row: CaseNote, rows: list[CaseNote]) -> Note:
    return Note(
        row.id,
        row.author,
        row.tier,
        desk.key.open(row.sealed, _about(row.id)).decode(),
        row.version,
        row.at,
        row.edited_at,
        is_editable(row, desk.actor.name, desk.now),
        tuple(_read(desk, more, []) for more in rows if more.adds_to == row.id),
    )


def _about(note_id: str) -> str:
    return f"note|{note_id}"
