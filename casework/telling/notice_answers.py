"""Answers to a notice by the link in its e-mail: accept or decline one case, once, within three days.

The link lets nobody in and shows nothing of the case. It does what the coach's own button in Telegram does, and no
more, so that somebody else who reads the mail can neither read an answer nor find out whose case it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import digest
from typing import Literal, TypeAlias

from sqlmodel import Session, select

from casework.cases.case_answers import Reason, decline
from casework.cases.cases import Actor, accept, find_case
from casework.door.accounts import Account
from casework.door.rights import may
from casework.door.tokens import token_hash
from casework.telling.notices import ABOUT_A_CASE
from storage.tables import Case, Notice, NoticeDelivery, Staff
from storage.vault import Vault

LIFETIME = timedelta(days=3)
Came: TypeAlias = Literal["accepted", "declined", "taken", "changed", "over"]
"""``over``: the link was used, is too old or never was."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link that still works asks, and whom."""

    delivery: NoticeDelivery
    account: Account
    case: Case

    @property
    def may_decline(self) -> bool:
        return self.case.state == "offered" and self.case.coach == self.account.coach is not None


def link_of(session: Session, vault: Vault, delivery: NoticeDelivery) -> str | None:
    """The token of the link in this e-mail, the same however often it is sent; ``None`` if nothing can be answered."""
    notice = session.get_one(Notice, delivery.notice_id)
    case = session.get(Case, notice.subject) if notice.kind in ABOUT_A_CASE else None
    if case is None or case.state not in ("offered", "declined", "expired"):
        return None
    token = digest(vault.derive("answers to notices"), delivery.id.encode(), "sha256").hex()
    delivery.token_hash = token_hash(token)
    session.add(delivery)
    return token


def look(session: Session, token: str, now: datetime, *, to_answer: bool = False) -> Asked | None:
    """What the link asks. Nothing is used up; ``to_answer`` holds it for who is about to."""
    mine = select(NoticeDelivery).where(NoticeDelivery.token_hash == token_hash(token))
    delivery = session.exec(mine.with_for_update() if to_answer else mine).first()
    if delivery is None or delivery.used_at is not None or now - delivery.created_at > LIFETIME:
        return None
    staff, notice = session.get_one(Staff, delivery.staff_id), session.get_one(Notice, delivery.notice_id)
    account = Account.of(staff)
    case = find_case(session, staff.organisation, notice.subject)
    theirs = case is not None and case.sealed and staff.active and may(account, "take_cases", case)
    return Asked(delivery, account, case) if case and theirs else None


def answer(session: Session, token: str, reason: Reason | None, now: datetime) -> Came:
    """Accept the case, or decline it for a ``reason``. What came of it uses the link up."""
    asked = look(session, token, now, to_answer=True)
    if asked is None:
        return "over"
    asked.delivery.used_at = now
    session.add(asked.delivery)
    return _declined(session, asked, reason, now) if reason else _accepted(session, asked, now)


def _accepted(session: Session, asked: Asked, now: datetime) -> Came:
    came = accept(session, asked.case.id, asked.account, asked.delivery.version, now)
    return "over" if came == "missing" else came


def _declined(session: Session, asked: Asked, reason: Reason, now: datetime) -> Came:
    if not asked.may_decline:
        return "taken"
    seen = (asked.case.id, asked.delivery.version)
    came = decline(session, Actor.of(asked.account), seen, reason, now)
    return "declined" if came == "done" else "changed"
