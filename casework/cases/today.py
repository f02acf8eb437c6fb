"""What somebody finds on their desk in the morning: visits, offers, who wrote, what to do, what is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from casework.cases.case_states import OPEN, WAITING
from casework.cases.cases import within_reach
from casework.cases.dealing import others_deal_with
from casework.door.accounts import Account
from casework.door.rights import may
from casework.hours.calendar import moment_or_next
from casework.house.organisation import Organisation
from casework.talk.talk_unread import unread
from casework.telling.notice_cases import cases_about, theirs
from casework.telling.notices import waiting
from casework.visiting.visit_states import AGREED
from storage.tables import Appointment, Case, Notice

SHOWN = 20
OF_A_LIST = frozenset({"new_case", "case_waits", "case_late", "person_wrote", "task"})
"""Notices of what the desk shows by itself: the case, the talk or the task stands there until it is dealt with."""
CALL = "call_person"
LOOKED_BACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Desk:
    """``cases`` has the open case of each visit's person; ``about`` that of each task. ``wrote``: lines by case."""

    visits: Sequence[Appointment] = ()
    offered: Sequence[Case] = ()
    wrote: Mapping[str, int] = field(default_factory=dict)
    tasks: Sequence[Notice] = ()
    late_cases: Sequence[Case] = ()
    late_visits: Sequence[Appointment] = ()
    cases: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_clear(self) -> bool:
        return not (self.visits or self.offered or self.wrote or self.tasks or self.late_cases or self.late_visits)


def desk(session: Session, organisation: Organisation, account: Account, now: datetime) -> Desk:
    """Only what they have a right to: others get an empty list. A call to make about a case is a task of that case."""
    visits, late_visits = _visits(session, organisation, account, now), _unsaid(session, account, now)
    takes = may(account, "take_cases")
    tasks = _tasks(session, account) if takes else []
    return Desk(
        visits=visits,
        offered=_offered(session, organisation, account, now) if takes else (),
        wrote=unread(session, account) if may(account, "talk") else {},
        tasks=tasks,
        late_cases=_late(session, account, now) if takes else (),
        late_visits=late_visits,
        cases=_cases(session, account, (*visits, *late_visits)) if may(account, "see_cases") else {},
        about=cases_about(session, account, [notice.subject for notice in tasks]),
    )


def _tasks(session: Session, account: Account) -> list[Notice]:
    def keep(notices: Sequence[Notice]) -> list[Notice]:
        told = theirs(session, account, notices)
        calls = [notice.subject for notice in told if notice.kind == CALL]
        of_a_case = cases_about(session, account, calls)
        return [notice for notice in told if notice.kind != CALL or notice.subject not in of_a_case]

    return waiting(session, account, OF_A_LIST, keep)


def _visits(session: Session, organisation: Organisation, account: Account, now: datetime) -> Sequence[Appointment]:
    """Those of today: their own, or everybody's for who has no calendar of their own but looks after all."""
    if not may(account, "see_calendar"):
        return ()
    day = now.astimezone(organisation.tz).date()
    since, until = (moment_or_next(datetime.combine(on, time.min), organisation.tz) for on in (day, day + timedelta(1)))
    query = select(Appointment).where(
        Appointment.organisation == account.organisation,
        col(Appointment.starts_at) >= since,
        col(Appointment.starts_at) < until,
        col(Appointment.state).in_((*AGREED, "attended", "no_show")),
    )
    if account.reads_cases:
        query = query.where(Appointment.coach == account.coach)
    return session.exec(query.order_by(col(Appointment.starts_at), col(Appointment.id))).all()


def _unsaid(session: Session, account: Account, now: datetime) -> Sequence[Appointment]:
    """Their visits that are over, of which nobody said yet whether the person came."""
    if not (may(account, "book") and account.coach):
        return ()
    query = select(Appointment).where(
        Appointment.organisation == account.organisation,
        Appointment.coach == account.coach,
        col(Appointment.state).in_(AGREED),
        col(Appointment.ends_at) < now,
        col(Appointment.starts_at) > now - LOOKED_BACK,
    )
    return session.exec(query.order_by(col(Appointment.starts_at)).limit(SHOWN)).all()


def _offered(session: Session, organisation: Organisation, account: Account, now: datetime) -> Sequence[Case]:
    """What waits for them, or for anybody, but for what others deal with; what is late stands in its own list."""
    in_time = or_(col(Case.answer_by).is_(None), col(Case.answer_by) >= now)
    not_theirs = col(Case.kind).not_in(others_deal_with(session, organisation, account))
    anybodys = col(Case.coach).is_(None) & or_(not_theirs, col(Case.state) != "offered")
    query = _of(account, ("offered", "declined")).where(in_time, or_(anybodys, col(Case.coach) == account.coach))
    return session.exec(query).all()


def _late(session: Session, account: Account, now: datetime) -> Sequence[Case]:
    """Offers that were not answered in time: their own, and everybody's for who may give cases to others."""
    query = _of(account, WAITING).where(or_(col(Case.answer_by) < now, col(Case.state) == "expired"))
    if not may(account, "assign"):
        query = query.where(or_(col(Case.coach).is_(None), col(Case.coach) == account.coach))
    return session.exec(query).all()


def _of(account: Account, states: Iterable[str]) -> SelectOfScalar[Case]:
    """The cases that they see in these states, who waits longest first."""
    query = (
        select(Case)
        .where(Case.organisation == account.organisation, col(Case.state).in_(list(states)), col(Case.sealed) != b"")
        .where(*within_reach(account))
    )
    return query.order_by(col(Case.created_at), col(Case.id)).limit(SHOWN)


def _cases(session: Session, account: Account, visits: Iterable[Appointment]) -> dict[str, str]:
    people = {visit.person_id for visit in visits}
    query = (
        select(Case.person_id, Case.id)
        .where(Case.organisation == account.organisation, col(Case.person_id).in_(people), col(Case.state).in_(OPEN))
        .where(*within_reach(account))
    )
    return dict(session.exec(query).all())
