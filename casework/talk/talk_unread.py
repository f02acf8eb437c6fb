"""What a person wrote that a coach has yet to read: noted line by line, told by one notice until it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework.cases.case_states import OPEN
from casework.door.accounts import Account
from casework.house.organisation import Organisation
from casework.talk.coach_talk import open_case_of, renew, talk_of, topic
from casework.telling.bells import ring_case, ring_desk
from casework.telling.notices import News, give_notice, settle
from storage.ledger import ring
from storage.tables import Case, Due, Staff, TalkLine, TalkRead
from storage.trays import DuePlan, plan

UNREAD = "unread_line"
MOMENT = timedelta(minutes=1)
"""Who has the talk open reads a line within this time, and needs no notice."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """What a person wrote, by where it stands in the inbox."""

    person_id: str
    channel: str
    update_key: str


def note_line(session: Session, organisation: Organisation, wrote: Wrote, now: datetime) -> None:
    """The line reaches the coach who has the talk, or whoever answers to the wish for a human being."""
    line = TalkLine(organisation=organisation.id, person_id=wrote.person_id, at=now)
    line.channel, line.update_key = wrote.channel, wrote.update_key
    session.add(line)
    session.flush()
    talk = talk_of(session, wrote.person_id)
    if talk is not None and talk.staff_id is not None:
        renew(session, organisation, talk, now)
    key = f"{UNREAD}|{line.id}"
    due = DuePlan(key, UNREAD, organisation.id, wrote.person_id, f"{line.id}", line.id or 0, now + MOMENT)
    plan(session, due)
    ring(session, topic(wrote.person_id))
    case = open_case_of(session, wrote.person_id)
    if case is not None:
        ring_case(session, case)


def tell_if_unread(session: Session, due: Due, now: datetime) -> str | None:
    """One notice for all that is unread since the coach last looked; what it is about, if it is new."""
    case = open_case_of(session, due.person_id or "")
    talk = talk_of(session, due.person_id or "")
    staff = session.get(Staff, talk.staff_id) if talk and talk.staff_id else None
    read = read_by(session, due.person_id or "", staff.id if staff else None)
    if case is None or read >= due.version:
        return None
    coach = staff.coach if staff else case.coach
    key = f"person_wrote|{case.id}|{staff.id if staff else '*'}|{read}"
    told = give_notice(session, News(due.organisation, "person_wrote", case.conversation_id, key, coach), now)
    return case.conversation_id if told else None


def read_by(session: Session, person_id: str, staff_id: str | None) -> int:
    """How far it is read: by that member of staff, or, where nobody has the talk, by whoever read the most."""
    query = select(func.max(TalkRead.line_id)).where(TalkRead.person_id == person_id)
    if staff_id is not None:
        query = query.where(TalkRead.staff_id == staff_id)
    return session.exec(query).one() or 0


def mark_read(session: Session, account: Account, case: Case, now: datetime) -> int:
    """All that is there is read now; up to where it was read before."""
    newest = session.exec(select(func.max(TalkLine.id)).where(TalkLine.person_id == case.person_id)).one() or 0
    mark = session.get(TalkRead, (account.id, case.person_id))
    before = mark.line_id if mark else 0
    if mark is None:
        session.add(TalkRead(staff_id=account.id, person_id=case.person_id, line_id=newest, at=now))
    elif newest > before:
        mark.line_id, mark.at = newest, now
        session.add(mark)
    settle(session, account.organisation, case.conversation_id, now, ("person_wrote",))
    if newest > before:
        ring_desk(session, account.organisation, account.coach)
    return before


def unread(session: Session, account: Account, case: str | None = None) -> Mapping[str, int]:
    """By case: how many lines of people whose coach they are, or whose talk they have, they have yet to read.

    Of this ``case`` alone, if one is given.
    """
    read = (
        select(func.coalesce(func.max(TalkRead.line_id), 0))
        .where(TalkRead.staff_id == account.id, TalkRead.person_id == TalkLine.person_id)
        .scalar_subquery()
    )
    mine = (
        select(Case.id, func.count(col(TalkLine.id)))
        .join(TalkLine, col(TalkLine.person_id) == col(Case.person_id))
        .where(
            Case.organisation == account.organisation,
            col(Case.state).in_(OPEN),
            (col(Case.coach) == account.coach) | col(Case.coach).is_(None),
            col(TalkLine.staff_id).is_(None),
            col(TalkLine.id) > read,
        )
        .group_by(col(Case.id))
    )
    return dict(session.exec(mine if case is None else mine.where(Case.id == case)).all())
