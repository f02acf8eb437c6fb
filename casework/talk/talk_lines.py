"""The lines between a coach and a person: put on their way in order, repeated elsewhere where a chat is blocked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlmodel import Session, col, select

from casework.cases.case_states import OPEN
from casework.cases.tasks import ask_for_call
from casework.door.accounts import Account
from casework.house.organisation import Organisation
from casework.talk.another_way import LOST, carry_over, send_text, text_of
from casework.talk.coach_talk import first_name, lock, open_case_of, take, talk_of, topic
from casework.telling.announcements import Voice
from casework.telling.notices import News, give_notice
from flows.messages import Phrase
from flows.wording import Wording
from storage import audit
from storage.ledger import ring
from storage.tables import Case, Chat, Conversation, Outgoing, Person, Staff, TalkLine
from storage.vault import Vault

WITH_YOU = Phrase("You are now talking with {coach}. My questions wait.")
SENDABLE = ("web", "telegram", "terminal")
LONGEST = 2000
Written: TypeAlias = Literal["written", "empty", "busy", "unreachable"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What it takes to write to the people of one organisation."""

    vault: Vault
    wording: Wording
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes to the person of which case; ``over``: although a colleague has the talk."""

    account: Account
    case: Case
    over: bool = False


def begin(session: Session, desk: Desk, writer: Writer, now: datetime) -> Written:
    """Take the talk, and tell the person with whom they talk from now on."""
    person_id = writer.case.person_id
    lock(session, person_id)
    talk = talk_of(session, person_id)
    if talk is not None and talk.staff_id not in (None, writer.account.id) and not writer.over:
        return "busy"
    chat = chat_of(session, person_id)
    if chat is None:
        return "unreachable"
    if take(session, desk.organisation, writer.account, writer.case, now):
        person, coach = session.get_one(Person, person_id), session.get_one(Staff, writer.account.id)
        told = desk.wording.translate(WITH_YOU.source, person.language).replace("{coach}", first_name(coach))
        _send(session, desk.vault, chat, told, now)
    return "written"


def write(session: Session, desk: Desk, writer: Writer, text: str, now: datetime) -> Written:
    """Put a line on its way; whoever writes has the talk. Where no chat is left it becomes a call to make."""
    said, case = text.strip()[:LONGEST], writer.case
    if not said:
        return "empty"
    began = begin(session, desk, writer, now)
    if began == "unreachable":
        call_instead(session, case.organisation, case.person_id, f"{writer.account.id}|{now.isoformat()}", now)
    chat = chat_of(session, case.person_id)
    if began != "written" or chat is None:
        return began
    coach = session.get_one(Staff, writer.account.id)
    row = _send(session, desk.vault, chat, said_by(first_name(coach), said), now)
    line = TalkLine(organisation=case.organisation, person_id=case.person_id, outgoing_id=row, at=now)
    line.staff_id = writer.account.id
    session.add(line)
    audit.record(session, case.organisation, writer.account.actor, "talk.write", case.id, now)
    return "written"


def said_by(name: str, text: str) -> str:
    """So that nobody takes it for the assistant's."""
    return f"{name}: {text}"


def chat_of(session: Session, person_id: str, but: str | None = None) -> Chat | None:
    """Where the person can be written to: at the chat they used last, or another open one of theirs."""
    here = (
        select(Chat)
        .join(Conversation, col(Conversation.person_id) == col(Chat.person_id))
        .where(Chat.person_id == person_id, Chat.state == "open", col(Chat.channel).in_(SENDABLE), Chat.id != but)
        .order_by((col(Chat.id) == col(Conversation.chat_id)).desc(), col(Chat.created_at).desc())
    )
    return session.exec(here.limit(1)).first()


def _send(session: Session, vault: Vault, chat: Chat, text: str, now: datetime) -> int:
    row = send_text(session, vault, chat, text, None, now)
    ring(session, topic(chat.person_id or ""))
    return row


def go_another_way(session: Session, voice: Voice, chat: Chat, now: datetime) -> list[str]:
    """What coaches wrote to a chat that is blocked now, and what we said there by ourselves, goes to another one of the
    person's, in the same order.

    Where there is none a call is to be made; returns what these notices are about.
    """
    lost = _lost_in(session, chat)
    other = chat_of(session, chat.person_id, but=chat.id) if chat.person_id else None
    if other is not None:
        carry_over(session, voice, chat, other, now)
    if lost and other is None:
        return [call_instead(session, chat.organisation, chat.person_id or "", f"{lost[0][0].id}", now)]
    for line, row in lost:
        if other is not None:
            _repeat(session, voice.vault, line, row, other, now)
    return []


def _lost_in(session: Session, chat: Chat) -> Sequence[tuple[TalkLine, Outgoing]]:
    """The lines that did not arrive there and were not repeated elsewhere."""
    repeated = select(TalkLine.instead_of).where(
        TalkLine.person_id == chat.person_id, col(TalkLine.instead_of).is_not(None)
    )
    lost = (
        select(TalkLine, Outgoing)
        .join(Outgoing, col(Outgoing.id) == col(TalkLine.outgoing_id))
        .where(Outgoing.chat_id == chat.id, col(Outgoing.state).in_(LOST), col(TalkLine.id).not_in(repeated))
        .order_by(col(TalkLine.id))
    )
    return [(line, row) for line, row in session.exec(lost)]


def _repeat(session: Session, vault: Vault, line: TalkLine, row: Outgoing, other: Chat, now: datetime) -> None:
    text = text_of(session, vault, row, line.person_id)
    again = TalkLine(organisation=line.organisation, person_id=line.person_id, instead_of=line.id, at=now)
    again.staff_id, again.outgoing_id = line.staff_id, _send(session, vault, other, text, now)
    session.add(again)


def failed(session: Session, outgoing_id: int, now: datetime) -> str | None:
    """A message was refused for good: if it was a coach's, a call is to be made. What the notice is about."""
    line = session.exec(select(TalkLine).where(TalkLine.outgoing_id == outgoing_id)).first()
    return call_instead(session, line.organisation, line.person_id, f"{line.id}", now) if line else None


def call_instead(session: Session, organisation: str, person_id: str, key: str, now: datetime) -> str:
    """The coach of the case is asked to call, by a task and a notice; what the notice is about."""
    case = open_case_of(session, person_id)
    subject = case.conversation_id if case else person_id
    news = News(organisation, "call_person", subject, f"call_person|{person_id}|{key}", case.coach if case else None)
    give_notice(session, news, now)
    if case is not None and case.state in OPEN:
        ask_for_call(session, case, now)
    return subject
