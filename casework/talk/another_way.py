"""What was lost at a chat that is blocked goes to another one of the person's; and where each message went then."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
from sqlmodel import Session, col, select

from casework.telling.announcements import Voice
from casework.telling.bells import chat_topic
from casework.visiting.own_accord import LANE
from flows.heard import REFERRAL
from flows.messages import Bubble, Button
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
    return send_bubble(session, vault, chat, Bubble(text, person.language), key, now)


def send_bubble(session: Session, vault: Vault, chat: Chat, bubble: Bubble, key: str | None, now: datetime) -> int:
    person = session.get_one(Person, chat.person_id)
    said = orjson.dumps(bubble.as_json())
    sealed = vault.open_key(person.wrapped_key).seal(said, f"outgoing|{chat.id}")
    row = put(session, Parcel(chat.organisation, chat.channel, chat.id, None, "message", sealed, key=key), now)
    ring(session, f"chat/{chat.id}" if chat.channel == PULLED else f"outgoing/{chat.organisation}/{chat.channel}")
    ring(session, chat_topic(chat.id))
    return row


def text_of(session: Session, vault: Vault, row: Outgoing, person_id: str) -> str:
    return _bubble_of(session, vault, row, person_id).text


def _bubble_of(session: Session, vault: Vault, row: Outgoing, person_id: str) -> Bubble:
    key = vault.open_key(session.get_one(Person, person_id).wrapped_key)
    return Bubble.from_json(orjson.loads(key.open(row.sealed, f"outgoing|{row.chat_id}")))


def carry_over(session: Session, voice: Voice, chat: Chat, other: Chat, now: datetime) -> int:
    """Of what we said by ourselves (a reminder), all of the last day, with buttons that work at the other chat.

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
    carried = 0
    for row in rows:
        bubble = _bubble_of(session, voice.vault, row, chat.person_id or "")
        if _may_stand(bubble, other):
            send_bubble(session, voice.vault, other, _signed(voice, bubble, other), _key(row.id or 0), now)
            carried += 1
    return carried


def _may_stand(bubble: Bubble, chat: Chat) -> bool:
    """What a coach asks about a referral was worded for the channel it was said at: it only comes to our own page."""
    return chat.channel == PULLED or not any(button.tap.question == REFERRAL for button in bubble.buttons)


def _signed(voice: Voice, bubble: Bubble, chat: Chat) -> Bubble:
    """A button works at one chat only: that of its signature."""
    place = f"{chat.organisation}/{chat.channel}/{chat.address}"

    def sign(button: Button) -> Button:
        return replace(button, token=voice.token(place, button.tap))

    return replace(bubble, buttons=tuple(map(sign, bubble.buttons)), tools=tuple(map(sign, bubble.tools)))


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
