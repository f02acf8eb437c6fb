"""Keeps a conversation's log: reads it into a memory, and adds the entries of a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, bindparam, insert, select, update
from sqlmodel import Session

from bot.entries import from_row, to_json
from bot.people import CHAT, TALK, Partner
from flows.log import Entry, Log
from storage.prepared import Prepared
from storage.tables import LogEntry
from storage.vault import Key

LOG: Table = LogEntry.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

_READ = Prepared(
    select(LOG.c.seq, LOG.c.kind, LOG.c.question, LOG.c.sealed, LOG.c.at)
    .where(LOG.c.conversation_id == bindparam("conversation_id"))
    .order_by(LOG.c.seq)
)
_LAST_REST = (
    select(LOG.c.kind)
    .where(LOG.c.conversation_id == bindparam("conversation_id"), LOG.c.kind.in_(("distressed", "wenton")))
    .order_by(LOG.c.seq.desc())
    .limit(1)
)
_ADD = Prepared(insert(LOG))
_COUNT = Prepared(update(TALK).where(TALK.c.id == bindparam("talk")))
_LENGTHEN = Prepared(update(TALK).where(TALK.c.id == bindparam("talk")).values(entries=bindparam("entries")))
_SHOW = Prepared(update(CHAT).where(CHAT.c.id == bindparam("chat")))


def read_log(session: Session, key: Key, conversation_id: str) -> Log:
    """The whole log, the oldest entry first."""
    rows = _READ.all(session, {"conversation_id": conversation_id})
    return tuple(
        from_row(row.kind, row.question, row.at, key.open(row.sealed, _about(conversation_id, row.seq))) for row in rows
    )


def is_resting(session: Session, conversation_id: str) -> bool:
    """Whether the talk rests after distress; read without opening what is sealed."""
    return session.connection().execute(_LAST_REST, {"conversation_id": conversation_id}).scalar() == "distressed"


@dataclass(frozen=True, slots=True)
class Page:
    """What a turn leaves behind: its entries, the question that stands open, and the outgoing row that shows it."""

    entries: Sequence[Entry]
    asked: str | None
    screen: int | None


def add_turn(session: Session, partner: Partner, page: Page, now: datetime) -> None:
    """Add the turn's entries behind the others, and count the turn at the chat where it was held."""
    entries = page.entries
    if entries:
        _ADD.change_each(session, [_row(partner, seq, entry) for seq, entry in enumerate(entries, partner.entries + 1)])
    counted = {
        "talk": partner.conversation_id,
        "version": partner.version + 1,
        "entries": partner.entries + len(entries),
        "asked": page.asked,
        "chat_id": partner.chat_id,
        "updated_at": now,
    }
    _COUNT.change(session, counted)
    if page.screen != partner.screen:
        _SHOW.change(session, {"chat": partner.chat_id, "screen": page.screen})


def add_beside(session: Session, partner: Partner, entries: Sequence[Entry]) -> None:
    """Add entries of our own accord: nobody has said anything, so the moment of the last turn stays."""
    _ADD.change_each(session, [_row(partner, seq, entry) for seq, entry in enumerate(entries, partner.entries + 1)])
    _LENGTHEN.change(session, {"talk": partner.conversation_id, "entries": partner.entries + len(entries)})


def _row(partner: Partner, seq: int, entry: Entry) -> dict[str, object]:
    about = _about(partner.conversation_id, seq)
    return {
        "conversation_id": partner.conversation_id,
        "seq": seq,
        "kind": type(entry).__name__.lower(),
        "question": getattr(entry, "question", None),
        "sealed": partner.key.seal(to_json(entry), about),
        "at": entry.at,
    }


def _about(conversation_id: str, seq: int) -> str:
    return f"log|{conversation_id}|{seq}"
