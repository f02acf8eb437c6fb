"""The state of a notice on its way to one member of staff: waiting, sent, failed, or no longer needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from casework.telling.notice_ways import Way
from storage.columns import new_id
from storage.insert import insert_new
from storage.tables import Case, Notice, NoticeDelivery, Outgoing
from storage.trays import DuePlan, plan

MAIL = "mail_notice"
SEND = "send_notice"
PUSH = "push_notice"
KINDS: Mapping[Way, str] = {"telegram": SEND, "email": MAIL, "push": PUSH}
LOST = ("permanent-failure", "technical-failure", "cancelled")


def begin(session: Session, notice: Notice, staff_id: str, way: Way, now: datetime) -> NoticeDelivery | None:
    """A notice goes each way once: ``None`` if it has been on this one."""
    id, case = new_id(), session.get(Case, notice.subject)
    facts = {"notice_id": notice.id, "staff_id": staff_id, "way": way, "state": "waiting", "created_at": now}
    if not insert_new(session, NoticeDelivery, id=id, version=case.version if case else 0, **facts):
        return None
    return session.get_one(NoticeDelivery, id)


def plan_sending(session: Session, organisation: str, delivery: NoticeDelivery, at: datetime) -> None:
    kind = next(kind for way, kind in KINDS.items() if way == delivery.way)
    plan(session, DuePlan(f"{kind}|{delivery.id}", kind, organisation, None, delivery.id, 0, at))


def still_wanted(session: Session, delivery_id: str) -> NoticeDelivery | None:
    """What waits to be sent; ``None``, and noted so, for what somebody has seen to meanwhile."""
    delivery = session.get(NoticeDelivery, delivery_id)
    if delivery is None or delivery.state != "waiting":
        return None
    notice = session.get_one(Notice, delivery.notice_id)
    if notice.state == "waiting" or notice.kind == "test":
        return delivery
    delivery.state = "cancelled"
    session.add(delivery)
    return None


def sent(session: Session, delivery_id: str, now: datetime) -> None:
    delivery = session.get_one(NoticeDelivery, delivery_id)
    delivery.state, delivery.sent_at = "sent", now
    session.add(delivery)


def fail(session: Session, delivery: NoticeDelivery, reason: str) -> None:
    delivery.state, delivery.reason = "failed", reason
    session.add(delivery)


def lost_in(session: Session, chat_id: str) -> list[NoticeDelivery]:
    """What was written to this chat and did not arrive."""
    lost = (
        select(NoticeDelivery)
        .join(Outgoing, col(Outgoing.id) == col(NoticeDelivery.outgoing_id))
        .where(Outgoing.chat_id == chat_id, col(Outgoing.state).in_(LOST), NoticeDelivery.state == "sent")
    )
    return list(session.exec(lost))
