"""How long what people said is kept: who is to be erased by now, and whose chat; counted first, done in small steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, select, update
from sqlmodel import Session, col

from casework.cases.case_states import OPEN
from casework.house.organisation import Retention
from casework.privacy.erasing import DESTROYED, erase
from casework.sessions.seat_states import INVOLVED
from storage import audit
from storage.tables import (
    Appointment,
    Case,
    Chat,
    CoachTalk,
    Consent,
    Conversation,
    Enrolment,
    Heard,
    Outgoing,
    Person,
)

HOUSE = "house"
STEP = 50
"""People in one transaction."""
COMING = ("held", "booked", "confirmed")
FARTHEST = timedelta(days=366)
"""No group session is planned further ahead."""
FINAL = ("sent", "permanent-failure", "technical-failure", "cancelled")


@dataclass(frozen=True, slots=True)
class Due:
    """How many people are to be erased by now, for each of the reasons, and how many messages of others."""

    left: int
    unfinished: int
    closed: int
    chat: int


def due(session: Session, organisation: str, keep: Retention, now: datetime) -> Due:
    """Counted, and nothing is done."""
    run = session.connection().execute
    rules = _rules(keep, now)
    people = {name: run(_people((organisation, now), rule, func.count())).scalar() or 0 for name, rule in rules.items()}
    return Due(**people, chat=_count_messages(session, organisation, keep, now))


def purge(session: Session, organisation: str, keep: Retention, now: datetime) -> int:
    """Erase some of those who are due; how many. Call it again until there are none."""
    run, count = session.connection().execute, 0
    for name, rule in _rules(keep, now).items():
        found = _people((organisation, now), rule, col(Person.id)).order_by(col(Person.id)).limit(STEP - count)
        for (person,) in run(found).all():
            erase(session, person, now)
            audit.record(session, organisation, HOUSE, f"person.purge.{name}", person, now)
            count += 1
    return count


def purge_chats(session: Session, organisation: str, keep: Retention, now: datetime) -> int:
    """Forget the words of chats that have been silent for long; how many messages. Answers and cases stay."""
    run, chats, before = session.connection().execute, _silent_chats(organisation, keep, now), _since(keep.chat, now)
    heard = update(Heard).where(col(Heard.chat_id).in_(chats), col(Heard.at) < before, col(Heard.sealed).is_not(None))
    said = update(Outgoing).where(*_old_messages(chats, before))
    return run(heard.values(sealed=None)).rowcount + run(said.values(sealed=DESTROYED)).rowcount


def _count_messages(session: Session, organisation: str, keep: Retention, now: datetime) -> int:
    run, chats, before = session.connection().execute, _silent_chats(organisation, keep, now), _since(keep.chat, now)
    heard = select(func.count()).where(
        col(Heard.chat_id).in_(chats), col(Heard.at) < before, col(Heard.sealed).is_not(None)
    )
    said = select(func.count()).where(*_old_messages(chats, before))
    return (run(heard).scalar() or 0) + (run(said).scalar() or 0)


def _old_messages(chats: ScalarSelect[str], before: datetime) -> Iterator[ColumnElement[bool]]:
    """The question that stands open on a screen stays."""
    yield col(Outgoing.chat_id).in_(chats)
    yield col(Outgoing.created_at) < before
    yield col(Outgoing.state).in_(FINAL)
    yield col(Outgoing.sealed) != DESTROYED
    yield ~exists().where(col(Chat.screen) == col(Outgoing.id))


def _silent_chats(organisation: str, keep: Retention, now: datetime) -> ScalarSelect[str]:
    silent = select(col(Conversation.person_id)).where(
        col(Conversation.organisation) == organisation, col(Conversation.updated_at) < _since(keep.chat, now)
    )
    theirs = select(col(Chat.id)).where(col(Chat.organisation) == organisation, col(Chat.person_id).in_(silent))
    return theirs.scalar_subquery()


def _rules(keep: Retention, now: datetime) -> dict[str, tuple[ColumnElement[bool], ...]]:
    case = exists().where(col(Case.person_id) == col(Person.id))
    agreed = exists().where(col(Consent.person_id) == col(Person.id), col(Consent.granted))
    open_case = case.where(col(Case.state).in_(OPEN))
    changed = case.where(col(Case.updated_at) >= _since(keep.closed, now))
    return {
        "left": (_silent_since(_since(keep.left, now)), ~case, ~agreed),
        "unfinished": (_silent_since(_since(keep.unfinished, now)), ~case, agreed),
        "closed": (_silent_since(_since(keep.closed, now)), case, ~open_case, ~changed),
    }


def _people(at: tuple[str, datetime], rule: tuple[ColumnElement[bool], ...], what: Any) -> Select[Any]:
    """Of those who are not erased yet and have nothing before them: no visit, no seat, no coach in their chat."""
    (organisation, now), of = at, col(Person.id)
    visit = exists().where(
        col(Appointment.person_id) == of, col(Appointment.state).in_(COMING), col(Appointment.ends_at) > now
    )
    recent = col(Enrolment.changed_at) > now - FARTHEST
    seat = exists().where(col(Enrolment.person_id) == of, col(Enrolment.state).in_(INVOLVED), recent)
    talk = exists().where(col(CoachTalk.person_id) == of, col(CoachTalk.staff_id).is_not(None))
    theirs = col(Person.organisation) == organisation, col(Person.wrapped_key) != DESTROYED
    return select(what).select_from(Person).where(*theirs, *rule, ~visit, ~seat, ~talk)


def _silent_since(moment: datetime) -> ColumnElement[bool]:
    """They said nothing since then; who never said anything is as old as their row."""
    later = exists().where(col(Conversation.person_id) == col(Person.id), col(Conversation.updated_at) >= moment)
    return (col(Person.created_at) < moment) & ~later


def _since(days: int, now: datetime) -> datetime:
    return now - timedelta(days=days)
