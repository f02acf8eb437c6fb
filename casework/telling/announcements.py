"""Tells staff, each on the way they chose, that something waits. The text names nobody and nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from sqlmodel import Session, select

from casework.cases.case_numbers import case_by_number
from casework.cases.cases import Acceptance, accept
from casework.door.accounts import Account
from casework.door.links import one_time_link
from casework.door.rights import may
from casework.hours.calendar import is_staffed, office_hours_later
from casework.house.organisation import Organisation
from casework.telling.notice_sending import begin, fail, lost_in, plan_sending
from casework.telling.notice_ways import Way, chat_of_staff, recipients, ways
from casework.telling.notices import ABOUT_A_CASE, News, give_notice
from flows.heard import Tap
from flows.messages import Bubble, Button, Phrase
from flows.wording import Wording
from storage.ledger import ring
from storage.tables import Case, Chat, Notice, NoticeDelivery, Staff
from storage.trays import Parcel, put
from storage.vault import Vault

AT_ANY_HOUR = frozenset({"urgent", "test"})
"""Notices that do not wait for office hours; an alert comes on every way there is."""
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
    "task": Phrase("There is a task for you. Look in the console."),
    "referral_answered": Phrase("Somebody answered your question. Look in the console."),
    "may_call": Phrase("A list of who may be called has changed. Look in the console."),
    "step_told": Phrase("Somebody says how their steps go. Look in the console."),
    "test": Phrase("This is a test. Your notices come here."),
    "calendar_away": Phrase("Your other calendar cannot be read. Look in the console."),
    "overlap": Phrase("Your other calendar has something during a visit. Look in the console."),
    "session_gone": Phrase("A group session is off. The people on its list are told."),
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
    organisations: Mapping[str, Organisation] = field(default_factory=dict)

    def office_opens(self, organisation: str, now: datetime) -> datetime:
        """``now``, or when somebody is at work again."""
        known = self.organisations.get(organisation)
        return now if known is None or is_staffed(known, now) else office_hours_later(known, now, 0)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What to answer to a coach's tap. ``path`` is a one-time way into the console, to be shown as a link."""

    text: Phrase
    path: str | None = None


def announce(session: Session, voice: Voice, notice: Notice, now: datetime) -> int:
    """Send the notice to everybody it is for, as they chose; on how many ways. With none, it waits on the console."""
    count = 0
    for staff in recipients(session, notice):
        urgent = notice.kind in AT_ANY_HOUR
        open_ways = ways(session, staff.id, whatever=urgent)
        for way in open_ways if urgent else open_ways[:1]:
            count += send(session, voice, notice, (staff, way), now)
    return count


def send(session: Session, voice: Voice, notice: Notice, to: tuple[Staff, Way], now: datetime) -> bool:
    """On its way now, or when the office opens; false if it was sent that way before."""
    staff, way = to
    delivery = begin(session, notice, staff.id, way, now)
    if delivery is None:
        return False
    at = now if notice.kind in AT_ANY_HOUR else voice.office_opens(notice.organisation, now)
    if way == "telegram" and at <= now:
        return write_to_chat(session, voice, delivery, now)
    plan_sending(session, notice.organisation, delivery, at)
    return True


def write_to_chat(session: Session, voice: Voice, delivery: NoticeDelivery, now: datetime) -> bool:
    """Put the notice into the chat that is tied to the account; false if there is none any more."""
    chat = chat_of_staff(session, delivery.staff_id)
    if chat is None:
        fail(session, delivery, "no chat")
        return False
    notice, staff = session.get_one(Notice, delivery.notice_id), session.get_one(Staff, delivery.staff_id)
    bubble = _bubble(voice, chat, notice.kind, staff.language, _choices(session, notice))
    delivery.outgoing_id = put(session, _parcel(voice.vault, chat, bubble, f"notice|{notice.id}|{chat.id}"), now)
    delivery.state, delivery.sent_at = "sent", now
    session.add(delivery)
    ring(session, f"outgoing/{chat.organisation}/{chat.channel}")
    return True


def send_test(session: Session, voice: Voice, account: Account, now: datetime) -> bool:
    """To one member of staff, on the way they chose; false if that is the console only."""
    there = ways(session, account.id)
    id = give_notice(session, News(account.organisation, "test", account.id, f"test|{account.id}|{now}"), now)
    if id is None:
        return bool(there)
    notice = session.get_one(Notice, id)
    notice.state, notice.seen_at = "seen", now
    session.add(notice)
    return bool(there) and send(session, voice, notice, (session.get_one(Staff, account.id), there[0]), now)


def go_past(session: Session, voice: Voice, chat: Chat, now: datetime) -> None:
    """The chat of a member of staff is blocked: what did not arrive there goes another way."""
    for delivery in lost_in(session, chat.id):
        fail(session, delivery, "unreachable")
        go_next_way(session, voice, delivery, now)


def go_next_way(session: Session, voice: Voice, delivery: NoticeDelivery, now: datetime) -> bool:
    """The way failed: another one that was not tried yet, if there is one; the console has the notice anyway."""
    notice, staff = session.get_one(Notice, delivery.notice_id), session.get_one(Staff, delivery.staff_id)
    others = (way for way in ways(session, staff.id, whatever=True) if way != delivery.way)
    return any(send(session, voice, notice, (staff, way), now) for way in others)


def announce_about(session: Session, voice: Voice, subject: str, now: datetime) -> int:
    """Write what waits about this subject since this very moment; to be called in the turn that told it."""
    fresh = select(Notice).where(Notice.subject == subject, Notice.state == "waiting", Notice.created_at == now)
    return sum(announce(session, voice, notice, now) for notice in session.exec(fresh).all())


def press(session: Session, account: Account, option: str, now: datetime) -> Pressed:
    """A coach tapped a button of an announcement."""
    wish, _, rest = option.partition(":")
    ref, _, version = rest.partition(":")
    case = case_by_number(session, account.organisation, ref)
    if case is None or not may(account, "take_cases", case):
        return Pressed(ANSWERS["missing"])
    if wish == "accept" and version.isdecimal():
        return Pressed(ANSWERS[accept(session, case.id, account, int(version), now)])
    staff = session.get_one(Staff, account.id)
    token = one_time_link(session, staff, "sign_in", now)
    return Pressed(Phrase("Open the case with this link. It works once."), f"/staff/link/{token}?case={case.id}")


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
