"""Who is talking: finds the chat, its person and their conversation in one look, or makes them on the first hello."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlmodel import Session

from casework.steps.person_steps import has_steps
from storage.columns import new_id
from storage.insert import insert_new
from storage.prepared import Prepared
from storage.tables import Chat, CoachTalk, Conversation, Person
from storage.vault import Key, Vault

CHAT: Table = Chat.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
PERSON: Table = Person.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
TALK: Table = Conversation.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
WITH: Table = CoachTalk.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

MOMENT = timedelta(minutes=1)
"""After which we look again whether a coach has left the talk."""
PHONE = "phone"
"""The channel of a coach who fills in together with somebody: nothing can be sent to a person there."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message came from: an organisation's channel, and the chat's address there."""

    organisation: str
    channel: str
    address: str

    def __str__(self) -> str:
        return f"{self.organisation}/{self.channel}/{self.address}"


@dataclass(frozen=True, slots=True)
class Partner:
    """Who talks with us there. ``screen`` is the outgoing row of the question on the screen there, if any.

    ``last_chat`` is the chat where the conversation went on last: another one if the person has moved. A coach has the
    talk until ``coach_until``; ``asked_for_person``: they wait for one. ``has_steps``: small steps were agreed on.
    """

    place: Place
    chat_id: str
    chat_state: str
    person_id: str
    conversation_id: str
    key: Key
    language: str
    quiet: bool
    entries: int
    version: int
    screen: int | None
    last_chat: str
    asked: str | None = None
    hears: bool = False
    quiet_until: datetime | None = None
    coach_until: datetime | None = None
    asked_for_person: bool = False
    has_steps: bool = False
    new: bool = False

    @property
    def with_coach(self) -> bool:
        """Whether a coach has the talk; it is theirs until it is handed back, however late that is done."""
        return self.coach_until is not None

    def rests_until(self, now: datetime) -> datetime | None:
        """Until when we send no message of our own accord; ``None`` if we may."""
        with_coach = max(self.coach_until, now + MOMENT) if self.coach_until else now
        until = max(self.quiet_until or now, with_coach)
        return until if now < until else None


@dataclass(frozen=True, slots=True)
class StaffChat:
    """A coach's own chat: it gets notices and holds no conversation."""

    chat_id: str
    staff_id: str


_LOOK = (
    select(
        CHAT.c.id,
        CHAT.c.organisation,
        CHAT.c.channel,
        CHAT.c.address,
        CHAT.c.state,
        CHAT.c.staff_id,
        CHAT.c.person_id,
        CHAT.c.screen,
        PERSON.c.wrapped_key,
        PERSON.c.language,
        PERSON.c.quiet,
        PERSON.c.hears,
        PERSON.c.quiet_until,
        TALK.c.id.label("conversation_id"),
        TALK.c.entries,
        TALK.c.version,
        TALK.c.asked,
        TALK.c.chat_id.label("last_chat"),
        WITH.c.until.label("coach_until"),
        WITH.c.asked_at,
        has_steps(CHAT.c.person_id).label("has_steps"),
    )
    .select_from(CHAT)
    .outerjoin(PERSON, PERSON.c.id == CHAT.c.person_id)
    .outerjoin(WITH, WITH.c.person_id == CHAT.c.person_id)
    .outerjoin(TALK, TALK.c.person_id == CHAT.c.person_id)
)
_HERE = (
    CHAT.c.organisation == bindparam("organisation"),
    CHAT.c.channel == bindparam("channel"),
    CHAT.c.address == bindparam("address"),
)
_AT = Prepared(_LOOK.where(*_HERE))
_WHOSE = select(CHAT.c.person_id).where(*_HERE).scalar_subquery()
_LOCK = select(PERSON.c.id).where(PERSON.c.id == _WHOSE).with_for_update(key_share=True)
_OF = _LOOK.where(
    CHAT.c.person_id == bindparam("person_id"),
    CHAT.c.staff_id.is_(None),
    CHAT.c.state == "open",
    CHAT.c.channel != PHONE,
).order_by((CHAT.c.id == TALK.c.chat_id).desc(), CHAT.c.created_at.desc())
_BELONGS = update(CHAT).where(CHAT.c.id == bindparam("chat")).values(person_id=bindparam("person"))
_BEGIN = insert(TALK)


def find(session: Session, vault: Vault, place: Place) -> Partner | StaffChat | None:
    """Who talks at ``place``; their row stays locked, so that updates of one person, through whichever of
    their chats, wait for each other."""
    row = _look_and_lock(session, place)
    if row is None:
        return None
    return StaffChat(row.id, row.staff_id) if row.staff_id else _partner(vault, row)


def _look_and_lock(session: Session, place: Place) -> Any:
    """The look comes after the lock: a statement that had to wait for one still sees what was there before.

    SQLite has one writer. On PostgreSQL the chat may have become another person's while we waited for the
    lock: then that person's is taken too.
    """
    here, connection = _columns(place), session.connection()
    if connection.dialect.name != "postgresql":
        return _AT.first(session, here)
    while True:
        locked = connection.execute(_LOCK, here).scalar()
        row = _AT.first(session, here)
        if row is None or row.person_id == locked:
            return row


def reach(session: Session, vault: Vault, person_id: str) -> Partner | None:
    """The person at the chat they used last, or another one of theirs; ``None`` if every chat is blocked."""
    row = session.connection().execute(_OF, {"person_id": person_id}).first()
    return _partner(vault, row) if row else None


def _columns(place: Place) -> dict[str, str]:
    return {"organisation": place.organisation, "channel": place.channel, "address": place.address}


def _partner(vault: Vault, row: Any) -> Partner:
    return Partner(
        Place(row.organisation, row.channel, row.address),
        row.id,
        row.state,
        row.person_id,
        row.conversation_id,
        vault.open_key(row.wrapped_key),
        row.language,
        row.quiet,
        row.entries,
        row.version,
        row.screen,
        row.last_chat,
        row.asked,
        row.hears,
        row.quiet_until,
        row.coach_until,
        row.asked_at is not None,
        bool(row.has_steps),
    )


def meet(session: Session, vault: Vault, place: Place, language: str, flow: str, now: datetime) -> Partner | StaffChat:
    """The same, and for a new chat a new person with a key of their own and an empty conversation."""
    found = find(session, vault, place)
    if found is not None:
        return found
    chat_id, person_id, conversation_id = new_id(), new_id(), new_id()
    if not insert_new(session, Chat, id=chat_id, created_at=now, **_columns(place)):
        known = find(session, vault, place)
        if known is None:
            raise LookupError("a chat that was there a moment ago is gone")
        return known
    wrapped, key = vault.new_key()
    insert_new(
        session,
        Person,
        id=person_id,
        organisation=place.organisation,
        language=language,
        wrapped_key=wrapped,
        created_at=now,
    )
    run = session.connection().execute
    run(_BELONGS, {"chat": chat_id, "person": person_id})
    run(
        _BEGIN,
        {
            "id": conversation_id,
            "organisation": place.organisation,
            "person_id": person_id,
            "chat_id": chat_id,
            "flow": flow,
            "version": 0,
            "entries": 0,
            "created_at": now,
            "updated_at": now,
        },
    )
    return Partner(
        place, chat_id, "open", person_id, conversation_id, key, language, False, 0, 0, None, chat_id, new=True
    )
