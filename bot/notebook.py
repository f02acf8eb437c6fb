"""Keeps a conversation's log: reads it into a memory, and adds the entries of a turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, bindparam, insert, select, update
from sqlmodel import Session

from bot.entries import from_row, to_json
from bot.people import CHAT, TALK, Partner
from flows.log import Entry, Log
from storage.tables import LogEntry
from storage.vault import Key

LOG: Table = LogEntry.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

_READ = (
    select(LOG.c.seq, LOG.c.kind, LOG.c.question, LOG.c.sealed, LOG.c.at)
    .where(LOG.c.conversation_id == bindparam("conversation_id"))
    .order_by(LOG.c.seq)
)
_ADD = insert(LOG)
_COUNT = update(TALK).where(TALK.c.id == bindparam("talk"))
_SHOW = update(CHAT).where(CHAT.c.id == bindparam("chat"))


def read_log(session: Session, key: Key, conversation_id: str) -> Log:
    """The whole log, the oldest entry first."""
    rows = session.connection().execute(_READ, {"conversation_id": conversation_id})
    return tuple(
        from_row(row.kind, row.question, row.at, key.open(row.sealed, _about(conversation_id, row.seq))) for row in rows
    )


def add_turn(session: Session, partner: Partner, entries: Sequence[Entry], screen: int | None, now: datetime) -> None:
    """Add the turn's entries behind the others, and count the turn at the chat where it was held."""
    run = session.connection().execute
    if entries:
        run(_ADD, [_row(partner, seq, entry) for seq, entry in enumerate(entries, partner.entries + 1)])
    counted = {
        "talk": partner.conversation_id,
        "version": partner.version + 1,
        "entries": partner.entries + len(entries),
        "chat_id": partner.chat_id,
        "updated_at": now,
    }
    run(_COUNT, counted)
    if screen != partner.screen:
        run(_SHOW, {"chat": partner.chat_id, "screen": screen})


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
