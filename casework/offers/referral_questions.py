"""The question about a referral that is put to the person in their chat: when that can be, and the rows it waits in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from sqlmodel import Session, col, func, select

from casework.talk.talk_lines import chat_of
from storage.tables import Due, Person, Referral, ReferralStep
from storage.trays import DuePlan, plan

ASKED, SILENT = "ask_referral", "referral_silent"
KINDS = frozenset({ASKED, SILENT})
PATIENCE = timedelta(days=7)
"""For so long a question waits for its answer; then the coach asks by word of mouth, or once more here."""
Hindrance: TypeAlias = Literal["no_messages", "unreachable", "asked"]
"""Why it cannot be put now: they want no messages, no chat of theirs is open, or the last question still waits."""


def hindrance(session: Session, referral: Referral, now: datetime) -> Hindrance | None:
    if session.get_one(Person, referral.person_id).quiet:
        return "no_messages"
    if chat_of(session, referral.person_id) is None:
        return "unreachable"
    last = last_asked(session, referral.id)
    return "asked" if last is not None and now - last < PATIENCE else None


def last_asked(session: Session, referral_id: str) -> datetime | None:
    """When somebody last asked for it to be put in the chat."""
    asked = ReferralStep.referral_id == referral_id, ReferralStep.change == "ask"
    return session.exec(select(func.max(col(ReferralStep.at))).where(*asked)).one()


def put_question(session: Session, referral: Referral, now: datetime) -> None:
    """It goes out as soon as the person may be written to."""
    _plan(session, ASKED, referral, now)


def wait_for_answer(session: Session, referral: Referral, now: datetime) -> None:
    _plan(session, SILENT, referral, now + PATIENCE)


def still_open(session: Session, due: Due) -> Referral | None:
    """The referral, while nothing has become of it since it was to be asked."""
    referral = session.get(Referral, due.subject, populate_existing=True)
    same = referral is not None and referral.state == "proposed" and referral.version == due.version
    return referral if same else None


def task_key(referral_id: str) -> str:
    """Of the one task that may stand on the coach's desk because of such a question."""
    return f"referral|{referral_id}"


def _plan(session: Session, kind: str, referral: Referral, at: datetime) -> None:
    key = f"{kind}|{referral.id}|{referral.version}"
    plan(session, DuePlan(key, kind, referral.organisation, referral.person_id, referral.id, referral.version, at))
