"""The talk as the person saw it, at all of their chats, for a coach; with what became of each message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias

import orjson
from sqlmodel import Session, col, select

from casework.talk.another_way import carried
from casework.talk.coach_talk import first_name
from flows.messages import Bubble
from storage.dossier_tables import CaseTask
from storage.tables import Case, Chat, Heard, Outgoing, Person, Staff, TalkLine
from storage.vault import Key, SealBroken, Vault

PRIVATE = "•••"
"""What stands in the talk for an answer that is not for the eyes of whoever holds the phone next."""
REMOVED = "⌫"
"""What is kept of a message with a number in it that we may not have."""
SILENT = "~"
"""In an update's key: the person pressed something, but said nothing that a transcript would show."""
LAST = 200
"""Lines that are shown; what is older stands in the case."""
UNSEEN = ("phone",)
"""Channels where a coach filled in: what was said there was said aloud."""
Who: TypeAlias = Literal["person", "assistant", "coach"]
Delivery: TypeAlias = Literal["queued", "on_its_way", "sent", "seen", "later", "blocked", "failed", "cancelled"]
Shown: TypeAlias = Literal["text", "private", "removed"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """``name`` is the coach's, ``id`` orders what came at the same moment. ``again``: a coach's line, repeated here
    because another chat was blocked. Of what did not arrive: the channel where it was said ``instead``, or that a
    ``call`` is asked for."""

    who: Who
    text: str
    language: str
    at: datetime
    channel: str
    id: int = 0
    name: str = ""
    delivery: Delivery | None = None
    shown: Shown = "text"
    choices: tuple[str, ...] = ()
    unread: bool = False
    again: bool = False
    instead: str = ""
    call: bool = False


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who reads: from which line on it is new to them, and which questions are not for them."""

    read: int
    hidden: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines between staff and the person, by where their words stand."""

    person_id: str
    sent: Mapping[int, TalkLine]
    heard: Mapping[tuple[str, str], TalkLine]
    names: Mapping[str, str]
    carried: Mapping[int, str] = field(default_factory=dict)
    calls: bool = False


def read_talk(session: Session, vault: Vault, case: Case, eyes: Eyes) -> list[Spoken]:
    """Oldest first; nothing of somebody who has had everything erased."""
    person = session.get_one(Person, case.person_id)
    if not person.wrapped_key:
        return []
    key, lines = vault.open_key(person.wrapped_key), _lines(session, person.id)
    chats = {chat.id: chat for chat in _chats(session, person.id)}
    ours = _ours(session, chats, key, lines, eyes)
    theirs = (_theirs(row, key, lines, eyes.read) for row in _heard(session, chats))
    said = [*ours, *(replace(each, language=person.language) for each in theirs if each)]
    return sorted(said, key=lambda each: (each.at, each.who != "person", each.id))[-LAST:]


def _chats(session: Session, person_id: str) -> Iterable[Chat]:
    mine = select(Chat).where(Chat.person_id == person_id, col(Chat.staff_id).is_(None))
    return session.exec(mine.where(col(Chat.channel).not_in(UNSEEN))).all()


def _lines(session: Session, person_id: str) -> _Lines:
    found = session.exec(select(TalkLine).where(TalkLine.person_id == person_id)).all()
    staff = {line.staff_id for line in found if line.staff_id}
    people = session.exec(select(Staff).where(col(Staff.id).in_(staff))).all() if staff else ()
    return _Lines(
        person_id,
        {line.outgoing_id: line for line in found if line.outgoing_id is not None},
        {(line.channel or "", line.update_key or ""): line for line in found if line.staff_id is None},
        {each.id: first_name(each) for each in people},
        calls=bool(
            session.exec(select(CaseTask.id).where(CaseTask.person_id == person_id, CaseTask.kind == "call")).first()
        ),
    )


def _heard(session: Session, chats: Mapping[str, Chat]) -> Sequence[Heard]:
    query = select(Heard).where(col(Heard.chat_id).in_(list(chats)), ~col(Heard.update_key).contains(SILENT))
    return session.exec(query.order_by(col(Heard.at).desc()).limit(LAST)).all()


def _theirs(row: Heard, key: Key, lines: _Lines, read: int) -> Spoken | None:
    line = lines.heard.get((row.channel, row.update_key))
    number = line.id or 0 if line else 0
    said = Spoken("person", "", "", row.at, row.channel, number, unread=number > read)
    if row.sealed is None:
        return replace(said, shown="private") if line or row.channel == "web" else None
    try:
        text = key.open(row.sealed, f"heard|{row.organisation}|{row.channel}|{row.update_key}").decode()
    except SealBroken:
        return None
    if text in (PRIVATE, REMOVED):
        return replace(said, shown="private" if text == PRIVATE else "removed")
    return replace(said, text=text)


def _ours(session: Session, chats: Mapping[str, Chat], key: Key, lines: _Lines, eyes: Eyes) -> list[Spoken]:
    """Each message once, as it looked last."""
    query = select(Outgoing).where(
        col(Outgoing.chat_id).in_(list(chats)), col(Outgoing.kind).in_(("message", "redraw", "document"))
    )
    newest = session.exec(query.order_by(col(Outgoing.id).desc()).limit(LAST)).all()
    lines = replace(lines, carried=carried(session, lines.person_id, newest))
    shown: dict[int, Spoken] = {}
    for row in reversed(newest):
        said = _said(row, key, lines, eyes)
        if said is None:
            continue
        first = row.replaces if row.kind == "redraw" and row.replaces else row.id or 0
        before = shown.get(first)
        shown[first] = replace(said, at=before.at, id=before.id, delivery=before.delivery) if before else said
    return list(shown.values())


def _said(row: Outgoing, key: Key, lines: _Lines, eyes: Eyes) -> Spoken | None:
    try:
        bubble = Bubble.from_json(orjson.loads(key.open(row.sealed, f"outgoing|{row.chat_id}")))
    except SealBroken:
        return None
    said = Spoken(
        "assistant", bubble.text, bubble.language, row.created_at, row.channel, row.id or 0, delivery=delivery(row)
    )
    if said.delivery in ("blocked", "failed"):
        instead = lines.carried.get(row.id or 0, "")
        said = replace(said, instead=instead, call=lines.calls and not instead)
    line = lines.sent.get(row.id or 0)
    if line is not None:
        name = lines.names.get(line.staff_id or "", "")
        text = bubble.text.removeprefix(f"{name}: ")
        return replace(said, who="coach", name=name, text=text, again=line.instead_of is not None)
    if bubble.question and eyes.hidden(bubble.question):
        return replace(said, text="", shown="private")
    return replace(said, choices=tuple(button.label for button in bubble.buttons))


def delivery(row: Outgoing) -> Delivery:
    """What became of a message. Only a page of ours can say that it was seen; other channels say that they have it."""
    match row.state:
        case "created":
            return "queued"
        case "sending":
            return "on_its_way"
        case "sent":
            return "seen" if row.channel == "web" else "sent"
        case "temporary-failure":
            return "later"
        case "permanent-failure":
            return "blocked"
        case "cancelled":
            return "blocked" if row.reason == "unreachable" else "cancelled"
        case _:
            return "failed"
