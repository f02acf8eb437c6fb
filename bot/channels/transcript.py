"""Reads what was said in a chat: all of it for a page that opens, or what is new for one that is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, assert_never

import orjson
from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from bot.people import PHONE
from casework.talk.talk_reading import PRIVATE, REMOVED, SILENT
from flows.messages import Bubble, Button
from storage import trays
from storage.tables import Chat, Heard, Outgoing, Person
from storage.vault import Key, SealBroken, Vault

OPEN = ("created", "sending", "temporary-failure")
SHOWN = (*OPEN, "sent")
LONGEST = 500
BUTTONS_REMEMBERED = 60


@dataclass(frozen=True, slots=True)
class Reader:
    """A browser's chat and its person, with the key that opens what was said in it."""

    chat_id: str
    person_id: str | None
    organisation: str
    channel: str
    language: str
    key: Key


@dataclass(frozen=True, slots=True)
class Ours:
    """A message of ours. ``replaces`` is the id of the message that it redraws."""

    id: int
    bubble: Bubble
    replaces: int | None
    at: datetime
    shown: bool


@dataclass(frozen=True, slots=True)
class Theirs:
    """What the person said. ``text`` is ``None`` for private words, which are not shown again, and for a number that
    we may not have (``removed``)."""

    update_key: str
    text: str | None
    at: datetime
    removed: bool = False


Line: TypeAlias = Ours | Theirs


def find_reader(session: Session, vault: Vault, place: tuple[str, str, str], language: str) -> Reader | None:
    """The chat at ``place`` (organisation, channel, address); ``language`` stands in for nobody's."""
    organisation, channel, address = place
    chat = session.exec(
        select(Chat).where(Chat.organisation == organisation, Chat.channel == channel, Chat.address == address)
    ).first()
    if chat is None:
        return None
    person = session.get(Person, chat.person_id) if chat.person_id else None
    key = vault.open_key(person.wrapped_key) if person and person.wrapped_key else vault.house
    return Reader(chat.id, chat.person_id, organisation, channel, person.language if person else language, key)


def said_since(session: Session, reader: Reader, after: int) -> list[Ours]:
    """Our messages behind ``after``, in order, and any earlier one that no page has shown yet."""
    new = or_(col(Outgoing.id) > after, col(Outgoing.state).in_(OPEN))
    return list(_opened(reader, reversed(_newest(session, reader, new, LONGEST))))


def transcript(session: Session, reader: Reader) -> list[Line]:
    """Both sides, oldest first; a redrawn message stands where it was, as it looks now.

    What was said at the person's other chats is part of it, without the buttons: they work only there.
    """
    lines = _lines(session, reader)
    for chat_id in _other_chats(session, reader):
        lines += map(_without_buttons, _lines(session, replace(reader, chat_id=chat_id)))
    return sorted(lines, key=_place_in_time)


def _lines(session: Session, reader: Reader) -> list[Line]:
    heard = [line for row in _heard(session, reader) if (line := _theirs(reader, row))]
    return [*heard, *_redrawn(said_since(session, reader, 0))]


def _other_chats(session: Session, reader: Reader) -> Sequence[str]:
    """Not those where a coach filled in: what was said there was said aloud."""
    if reader.person_id is None or reader.channel == PHONE:
        return ()
    mine = select(Chat.id).where(Chat.person_id == reader.person_id, Chat.id != reader.chat_id, Chat.channel != PHONE)
    return session.exec(mine.where(col(Chat.staff_id).is_(None))).all()


def _without_buttons(line: Line) -> Line:
    """To be looked at only. Whether it was delivered is the business of whoever carries it there."""
    match line:
        case Ours():
            return replace(
                line, bubble=replace(line.bubble, buttons=(), tools=(), question=None, link=None), shown=True
            )
        case Theirs():
            return line
        case _:
            assert_never(line)


def words_of(session: Session, reader: Reader, token: str) -> str:
    """What tapping the button with ``token`` says; empty when no recent message has the button."""
    for said in _opened(reader, _newest(session, reader, col(Outgoing.id) > 0, BUTTONS_REMEMBERED)):
        for button in (*said.bubble.buttons, *said.bubble.tools):
            if button.token == token:
                return _spoken(button, said.bubble.buttons)
    return ""


def _spoken(button: Button, among: Sequence[Button]) -> str:
    """Its label; for "that is all" what is ticked, unless some of it stands on another screen."""
    ticked = [each.label for each in among if each.ticked]
    several_screens = any(each.tap.option.startswith(">") for each in among)
    if button.tap.option != "=" or several_screens or not ticked:
        return button.label
    return ", ".join(ticked)


def message_of(session: Session, reader: Reader, id_: int) -> Bubble | None:
    """The message with that id as it looks now, if it was said in this chat."""
    this = or_(col(Outgoing.id) == id_, col(Outgoing.replaces) == id_)
    newest = next(iter(_opened(reader, _newest(session, reader, this, 1))), None)
    return newest.bubble if newest else None


def mark_shown(session: Session, ids: Iterable[int], now: datetime) -> None:
    for id_ in ids:
        trays.mark(session, id_, OPEN, state="sent", sent_at=now)


def _newest(session: Session, reader: Reader, which: ColumnElement[bool], limit: int) -> Sequence[Outgoing]:
    query = select(Outgoing).where(Outgoing.chat_id == reader.chat_id, col(Outgoing.state).in_(SHOWN), which)
    return session.exec(query.order_by(col(Outgoing.id).desc()).limit(limit)).all()


def _opened(reader: Reader, rows: Iterable[Outgoing]) -> Iterable[Ours]:
    for row in rows:
        try:
            plain = reader.key.open(row.sealed, f"outgoing|{reader.chat_id}")
        except SealBroken:
            # The person had everything erased: their key is gone, and with it what was said.
            continue
        yield Ours(
            row.id or 0,
            Bubble.from_json(orjson.loads(plain)),
            row.replaces,
            row.created_at,
            row.state == "sent",
        )


def _heard(session: Session, reader: Reader) -> Sequence[Heard]:
    query = select(Heard).where(Heard.chat_id == reader.chat_id)
    return session.exec(query.order_by(col(Heard.at).desc()).limit(LONGEST)).all()


def _theirs(reader: Reader, row: Heard) -> Theirs | None:
    if SILENT in row.update_key:
        return None
    if row.sealed is None:
        return Theirs(row.update_key, None, row.at)
    about = f"heard|{row.organisation}|{row.channel}|{row.update_key}"
    try:
        text = reader.key.open(row.sealed, about).decode()
    except SealBroken:
        return None
    return Theirs(row.update_key, None if text in (PRIVATE, REMOVED) else text, row.at, text == REMOVED)


def _redrawn(said: Iterable[Ours]) -> list[Ours]:
    """Each message once, with the buttons of its last redrawing."""
    shown: dict[int, Ours] = {}
    first: dict[int, int] = {}
    for message in said:
        place = first[message.id] = first.get(message.replaces or 0, message.id)
        shown[place] = replace(shown[place], bubble=message.bubble) if place in shown else message
    return list(shown.values())


def _place_in_time(line: Line) -> tuple[datetime, int, int]:
    match line:
        case Theirs():
            return line.at, 0, 0
        case Ours():
            return line.at, 1, line.id
