"""Erases a person: the key is destroyed, so that nothing sealed for them can ever be read again, backups included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from casework.campaigns.forgetting import forget_letters
from casework.employers.forgetting import forget_employers
from casework.figures.report_counting import keep_counts
from casework.hooks.webhook_events import forget_facts, tell_of_case
from casework.local_work.forgetting import forget_local_work
from casework.offers.referrals import forget as forget_referrals
from casework.privacy.dossier_erasing import forget_beside
from casework.sessions.enrolments import forget
from casework.steps.small_steps import forget_steps
from casework.telling.notices import News, give_notice, settle
from casework.visiting.visits import cancel, change, current, of_person
from storage.columns import new_id
from storage.tables import (
    Appointment,
    Case,
    CaseStep,
    Chat,
    CoachTalk,
    Conversation,
    Due,
    Heard,
    KeptVisit,
    LogEntry,
    OneTimeLink,
    Outgoing,
    Person,
    Recording,
    TalkLine,
    TalkRead,
)
from storage.tray_statements import OPEN

DESTROYED = b""


def erase(session: Session, person_id: str, now: datetime) -> None:
    """Give up visits and reminders, take back the case, forget every word; what stays are rows without content.

    The chat itself becomes unknown: who writes from there next is a new person.
    """
    _give_up_visits(session, person_id, now)
    keep_counts(session, person_id, now)
    forget(session, person_id, now)
    _forget_kept(session, person_id)
    forget_beside(session, person_id)
    forget_referrals(session, person_id)
    forget_letters(session, person_id)
    forget_local_work(session, person_id, now)
    forget_employers(session, person_id, now)
    forget_steps(session, person_id)
    talks = list(session.exec(select(Conversation.id).where(Conversation.person_id == person_id)))
    chats = list(session.exec(select(Chat.id).where(Chat.person_id == person_id)))
    run = session.connection().execute
    run(delete(LogEntry).where(col(LogEntry.conversation_id).in_(talks)))
    run(delete(Recording).where(col(Recording.person_id) == person_id))
    for table in (TalkLine, TalkRead, CoachTalk):
        run(delete(table).where(col(table.person_id) == person_id))
    run(delete(OneTimeLink).where(col(OneTimeLink.person_id) == person_id))
    run(update(Conversation).where(col(Conversation.id).in_(talks)).values(entries=0))
    run(update(Heard).where(col(Heard.chat_id).in_(chats)).values(sealed=None))
    run(
        update(Outgoing)
        .where(col(Outgoing.chat_id).in_(chats), col(Outgoing.state).in_(OPEN))
        .values(state="cancelled", reason="erased", lease_until=None)
    )
    run(update(Outgoing).where(col(Outgoing.chat_id).in_(chats)).values(sealed=DESTROYED))
    run(
        update(Due)
        .where(col(Due.person_id) == person_id, col(Due.state) == "planned")
        .values(state="skipped", reason="erased", lease_until=None)
    )
    _take_back_cases(session, person_id, now)
    for chat in chats:
        run(update(Chat).where(col(Chat.id) == chat).values(address=f"erased/{new_id()}", state="erased", screen=None))
    run(update(Person).where(col(Person.id) == person_id).values(wrapped_key=DESTROYED))


def _forget_kept(session: Session, person_id: str) -> None:
    visits = select(Appointment.id).where(Appointment.person_id == person_id)
    session.connection().execute(delete(KeptVisit).where(col(KeptVisit.appointment_id).in_(visits)))


def _give_up_visits(session: Session, person_id: str, now: datetime) -> None:
    """The coach learns that the hour is free again, and no more than that."""
    for held in (visit for visit in of_person(session, person_id) if visit.state == "held"):
        change(session, held, "let_go", "house", now)
    visit = current(session, person_id, now)
    if visit is not None and cancel(session, visit.id, now, "house"):
        news = News(visit.organisation, "erased", visit.id, f"erased|{visit.id}", visit.coach)
        give_notice(session, news, now)


def _cases(session: Session, person_id: str) -> Sequence[Case]:
    return session.exec(select(Case).where(Case.person_id == person_id)).all()


def _take_back_cases(session: Session, person_id: str, now: datetime) -> None:
    told = [case for case in _cases(session, person_id) if case.state != "revoked"]
    for case in told:
        settle(session, case.organisation, case.id, now)
    session.connection().execute(
        update(Case)
        .where(col(Case.person_id) == person_id)
        .values(
            state="revoked",
            sealed=DESTROYED,
            name_index=None,
            outcome=None,
            answer_by=None,
            version=Case.version + 1,
            updated_at=now,
        )
    )
    session.connection().execute(delete(CaseStep).where(col(CaseStep.case_id).in_([case.id for case in told])))
    forget_facts(session, person_id)
    for case in told:
        tell_of_case(session, case, "case.erased", now)
