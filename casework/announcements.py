"""Tells a coach in their own Telegram chat that something waits. The text names nobody and nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlmodel import Session, col, select

from casework.accounts import READERS, Account
from casework.cases import Acceptance, accept, case_by_ref
from casework.links import one_time_link
from casework.notices import ABOUT_A_CASE
from flows.heard import Tap
from flows.messages import Bubble, Button, Phrase
from flows.wording import Wording
from storage.ledger import ring
from storage.tables import Case, Chat, Notice, Staff
from storage.trays import Parcel, put
from storage.vault import Vault

CASE = "case"
"""The ``question`` of a coach's button; its option is ``accept:<ref>:<version>`` or ``open:<ref>``."""

TEXTS = {
    "new_case": Phrase("New intake. Open the case."),
    "changed_case": Phrase("An intake has changed. Open the case."),
    "person_asked": Phrase("Somebody asks for a person. Look in the console."),
    "urgent": Phrase("Somebody wants contact urgently. Look in the console."),
    "parked_update": Phrase("A message needs a look. Open the console."),
    "erased": Phrase("Somebody erased their data. A visit is cancelled."),
    "late_move": Phrase("Somebody asks for another time, very late. Look in the console."),
    "late_cancel": Phrase("Somebody cannot come, very late. Look in the console."),
    "unanswered": Phrase("Somebody did not answer a reminder. Look in the console."),
    "interpreter": Phrase("A visit needs an interpreter. Look in the console."),
    "unreachable": Phrase("Somebody can no longer be reached. Look in the console."),
    "agenda_refused": Phrase("An agenda refused a booking. Look in the console."),
    "case_waits": Phrase("An intake waits for your answer. Open the case."),
    "case_late": Phrase("An intake waits too long. Give it to a colleague."),
    "person_wrote": Phrase("Somebody wrote to you. Look in the console."),
    "call_person": Phrase("Somebody needs a call. Look in the console."),
    "test": Phrase("This is a test. Your notices come here."),
    "calendar_away": Phrase("Your other calendar cannot be read. Look in the console."),
}
ANSWERS: dict[Acceptance, Phrase] = {
    "accepted": Phrase("Thank you. You have accepted the case."),
    "taken": Phrase("A colleague has accepted this case already."),
    "changed": Phrase("This case has changed. Open it first."),
    "missing": Phrase("This case is no longer here."),
}
REF = 16
"""How much of a case's id a button carries: Telegram leaves it few bytes."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What it takes to write to a coach. ``token`` signs a tap for the place where its button stands."""

    vault: Vault
    wording: Wording
    token: Callable[[str, Tap], str]


@dataclass(frozen=True, slots=True)
class Pressed:
    """What to answer to a coach's tap. ``path`` is a one-time way into the console, to be shown as a link."""

    text: Phrase
    path: str | None = None


def announce(session: Session, voice: Voice, notice: Notice, now: datetime) -> int:
    """Write the notice to every linked chat it is for; to how many. With none, it waits on the console."""
    chats = _chats(session, notice)
    choices = _choices(session, notice)
    for chat, language in chats:
        bubble = _bubble(voice, chat, notice.kind, language, choices)
        put(session, _parcel(voice.vault, chat, bubble, f"notice|{notice.id}|{chat.id}"), now)
        ring(session, f"outgoing/{chat.organisation}/{chat.channel}")
    return len(chats)


def announce_about(session: Session, voice: Voice, subject: str, now: datetime) -> int:
    """Write what waits about this subject since this very moment; to be called in the turn that told it."""
    fresh = select(Notice).where(Notice.subject == subject, Notice.state == "waiting", Notice.created_at == now)
    return sum(announce(session, voice, notice, now) for notice in session.exec(fresh).all())


def press(session: Session, account: Account, option: str, now: datetime) -> Pressed:
    """A coach tapped a button of an announcement."""
    wish, _, rest = option.partition(":")
    ref, _, version = rest.partition(":")
    case = case_by_ref(session, account, ref) if account.reads_cases else None
    if case is None:
        return Pressed(ANSWERS["missing"])
    if wish == "accept" and version.isdecimal():
        return Pressed(ANSWERS[accept(session, case.id, account, int(version), now)])
    staff = session.get_one(Staff, account.id)
    token = one_time_link(session, staff, "sign_in", now)
    return Pressed(Phrase("Open the case with this link. It works once."), f"/staff/link/{token}?case={case.id}")


def _chats(session: Session, notice: Notice) -> list[tuple[Chat, str]]:
    query = (
        select(Chat, Staff.language)
        .join(Staff, col(Chat.staff_id) == Staff.id)
        .where(
            Chat.organisation == notice.organisation,
            Staff.organisation == notice.organisation,
            Chat.state == "open",
            col(Staff.active),
            col(Staff.role).in_(READERS),
        )
    )
    if notice.coach is not None:
        query = query.where(Staff.coach == notice.coach)
    return list(session.exec(query))


def _choices(session: Session, notice: Notice) -> tuple[tuple[Phrase, Tap], ...]:
    case = session.get(Case, notice.subject) if notice.kind in ABOUT_A_CASE else None
    if case is None:
        return ()
    ref = case.id[:REF]
    accepting = (Phrase("Accept"), Tap(CASE, f"accept:{ref}:{case.version}"))
    opening = (Phrase("Open"), Tap(CASE, f"open:{ref}"))
    return (accepting, opening) if case.state == "offered" else (opening,)


def _bubble(voice: Voice, chat: Chat, kind: str, language: str, choices: tuple[tuple[Phrase, Tap], ...]) -> Bubble:
    place = f"{chat.organisation}/{chat.channel}/{chat.address}"

    def say(phrase: Phrase) -> str:
        return voice.wording.translate(phrase.source, language)

    buttons = tuple(Button(say(label), tap, token=voice.token(place, tap)) for label, tap in choices)
    return Bubble(say(TEXTS[kind]), language, buttons)


def _parcel(vault: Vault, chat: Chat, bubble: Bubble, key: str) -> Parcel:
    return Parcel(
        organisation=chat.organisation,
        channel=chat.channel,
        chat_id=chat.id,
        conversation_id=None,
        kind="message",
        sealed=vault.house.seal(orjson.dumps(bubble.as_json()), f"outgoing|{chat.id}"),
        key=key,
    )
