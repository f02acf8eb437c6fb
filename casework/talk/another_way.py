"""What was lost at a chat that is blocked goes to another one of the person's; and where each message went then."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import orjson
from sqlmodel import Session, col, select

from casework.telling.bells import chat_topic
from casework.visiting.own_accord import LANE
from flows.messages import Bubble
from storage.ledger import ring
from storage.tables import Chat, Outgoing, Person, TalkLine
from storage.trays import Parcel, put
from storage.vault import Vault

LOST = ("permanent-failure", "technical-failure", "cancelled")
STILL_OF_USE = timedelta(days=1)
PULLED = "web"
"""The channel whose page fetches its messages; every other is carried to."""


def send_text(session: Session, vault: Vault, chat: Chat, text: str, key: str | None, now: datetime) -> int:
    """The row of the outgoing tray, behind all that waits for the same chat; with a ``key`` it is put once."""
    person = session.get_one(Person, chat.person_id)
    bubble = orjson.dumps(Bubble(text, person.language).as_json())
    sealed = vault.open_key(person.wrapped_key).seal(bubble, f"outgoing|{chat.id}")
    row = put(session, Parcel(chat.organisation, chat.channel, chat.id, None, "message", sealed, key=key), now)
    ring(session, f"chat/{chat.id}" if chat.channel == PULLED else f"outgoing/{chat.organisation}/{chat.channel}")
    ring(session, chat_topic(chat.id))
    return row


def text_of(session: Session, vault: Vault, row: Outgoing, person_id: str) -> str:
    key = vault.open_key(session.get_one(Person, person_id).wrapped_key)
    return Bubble.from_json(orjson.loads(key.open(row.sealed, f"outgoing|{row.chat_id}"))).text


def carry_over(session: Session, vault: Vault, chat: Chat, other: Chat, now: datetime) -> int:
    """Of what we said by ourselves (a reminder), the words of the last day; buttons belong to the chat they were in.

    How many there were. What the person was answered they can ask again.
    """
    lost = select(Outgoing).where(
        Outgoing.chat_id == chat.id,
        Outgoing.kind == "message",
        Outgoing.lane == LANE,
        col(Outgoing.state).in_(LOST),
        Outgoing.reason == "unreachable",
        col(Outgoing.created_at) > now - STILL_OF_USE,
    )
    rows = session.exec(lost.order_by(col(Outgoing.id))).all()
    for row in rows:
        send_text(session, vault, other, text_of(session, vault, row, chat.person_id or ""), _key(row.id or 0), now)
    return len(rows)


def carried(session: Session, person_id: str, rows: Collection[Outgoing]) -> Mapping[int, str]:
    """By the id of a message that was lost, the channel where it was said again."""
    lost = {_key(row.id or 0): row.id or 0 for row in rows if row.state in LOST}
    if not lost:
        return {}
    ours = session.exec(select(Outgoing.key, Outgoing.channel).where(col(Outgoing.key).in_(list(lost)))).all()
    lines = session.exec(select(TalkLine).where(TalkLine.person_id == person_id)).all()
    by_line = {line.id: line.outgoing_id for line in lines}
    again = {line.outgoing_id: by_line.get(line.instead_of) for line in lines if line.instead_of is not None}
    sent = select(Outgoing.id, Outgoing.channel).where(col(Outgoing.id).in_([id for id in again if id is not None]))
    told = {again[id] or 0: channel for id, channel in session.exec(sent)}
    return {**told, **{lost[key or ""]: channel for key, channel in ours}}


def _key(row_id: int) -> str:
    return f"again|{row_id}"
