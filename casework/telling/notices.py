"""Notices: what staff should look at, on the console and as a neutral message in a coach's own chat."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from casework.door.accounts import Account
from casework.telling.bells import ring_desk
from casework.telling.notice_cases import theirs
from storage.columns import new_id
from storage.insert import insert_new
from storage.read_on import read_on
from storage.tables import Notice

KINDS = frozenset(
    {
        "new_case",
        "changed_case",
        "person_asked",
        "urgent",
        "parked_update",
        "unreachable",
        "erased",
        "late_move",
        "late_cancel",
        "unanswered",
        "interpreter",
        "calendar_away",
        "overlap",
        "session_gone",
        "agenda_refused",
        "case_waits",
        "case_late",
        "person_wrote",
        "call_person",
        "task",
        "referral_answered",
        "may_call",
        "step_told",
        "test",
    }
)
ABOUT_A_CASE = frozenset(
    {"new_case", "changed_case", "case_waits", "case_late", "task", "referral_answered", "step_told"}
)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class News:
    """What to tell. ``subject`` is the id it is about, ``key`` keeps the same news from being told twice.

    Without a ``coach`` it is for everybody of the organisation.
    """

    organisation: str
    kind: str
    subject: str
    key: str
    coach: str | None = None


def give_notice(session: Session, news: News, now: datetime) -> str | None:
    """Put the news where staff look; the notice's id, or ``None`` if it was told before."""
    if news.kind not in KINDS:
        raise ValueError(f"no such kind of notice: {news.kind!r}")
    id = new_id()
    told = insert_new(
        session,
        Notice,
        id=id,
        key=news.key,
        organisation=news.organisation,
        coach=news.coach,
        kind=news.kind,
        subject=news.subject,
        state="waiting",
        created_at=now,
    )
    if told:
        ring_desk(session, news.organisation, news.coach)
    return id if told else None


def waiting(
    session: Session,
    account: Account,
    besides: Collection[str] = (),
    keep: Callable[[Sequence[Notice]], list[Notice]] = list,
) -> list[Notice]:
    """What waits for this member of staff or for everybody: what is urgent first, then the oldest.

    At most ``SHOWN`` of those that ``keep`` leaves, without the kinds ``besides``.
    """
    query = (
        select(Notice)
        .where(
            Notice.organisation == account.organisation,
            Notice.state == "waiting",
            or_(col(Notice.coach).is_(None), col(Notice.coach) == account.coach),
            col(Notice.kind).not_in(besides),
        )
        .order_by(col(Notice.kind) != "urgent", col(Notice.created_at), col(Notice.id))
    )
    return read_on(session, query, keep, SHOWN)


def mark_seen(session: Session, notice_id: str, account: Account, now: datetime) -> bool:
    """Put one notice away; false if it is not theirs, or was put away before."""
    notice = session.get(Notice, notice_id)
    if notice is None or not theirs(session, account, [notice]):
        return False
    seen = session.exec(
        update(Notice)
        .where(
            col(Notice.id) == notice_id,
            col(Notice.organisation) == account.organisation,
            col(Notice.state) == "waiting",
            or_(col(Notice.coach).is_(None), col(Notice.coach) == account.coach),
        )
        .values(state="seen", seen_at=now)
    )
    ring_desk(session, account.organisation, account.coach)
    return seen.rowcount == 1


def settle(session: Session, organisation: str, subject: str, now: datetime, kinds: Collection[str] = KINDS) -> None:
    """Put away what was told about a subject, for everybody: somebody has taken it on."""
    settled = session.exec(
        update(Notice)
        .where(
            col(Notice.organisation) == organisation,
            col(Notice.subject) == subject,
            col(Notice.kind).in_(kinds),
            col(Notice.state) == "waiting",
        )
        .values(state="seen", seen_at=now)
    )
    if settled.rowcount:
        ring_desk(session, organisation, None)


def settle_told(session: Session, organisation: str, key: str, now: datetime) -> None:
    """Put away what was told under keys that begin so."""
    told = update(Notice).where(
        col(Notice.organisation) == organisation,
        col(Notice.key).startswith(key, autoescape=True),
        col(Notice.state) == "waiting",
    )
    if session.exec(told.values(state="seen", seen_at=now)).rowcount:
        ring_desk(session, organisation, None)
