"""Who has the talk with a person: the assistant, or one coach while lines are written, until it is handed back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from sqlmodel import Session, col, select

from casework.door.accounts import Account
from casework.house.organisation import Organisation
from casework.telling.notices import settle
from storage import audit
from storage.insert import insert_new
from storage.ledger import ring
from storage.tables import Case, CoachTalk, Person, Staff
from storage.trays import DuePlan, plan

HAND_BACK = "hand_back"
ASKING = ("person_asked", "person_wrote", "call_person")
"""The notices that are settled when a coach takes the talk."""
Holder: TypeAlias = Literal["assistant", "you", "colleague"]


def topic(person_id: str) -> str:
    """What the ledger's bell rings when there is something new in the talk with a person."""
    return f"talk/{person_id}"


def lease(organisation: Organisation) -> timedelta:
    return timedelta(minutes=organisation.coach_talk_minutes)


def talk_of(session: Session, person_id: str) -> CoachTalk | None:
    return session.get(CoachTalk, person_id, populate_existing=True)


def holder(talk: CoachTalk | None, account: Account, now: datetime) -> Holder:
    """Who has it at that moment; what is over is handed back within moments."""
    if talk is None or talk.staff_id is None or (talk.until is not None and talk.until <= now):
        return "assistant"
    return "you" if talk.staff_id == account.id else "colleague"


def first_name(staff: Staff) -> str:
    return staff.name.split()[0]


def lock(session: Session, person_id: str) -> None:
    """What the person says at this moment comes before or after, as in a turn of theirs."""
    session.exec(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def take(session: Session, organisation: Organisation, account: Account, case: Case, now: datetime) -> bool:
    """The talk becomes the account's, whoever had it; whether that is new. To be called under ``lock``."""
    talk = _row(session, case.person_id, organisation.id)
    if talk.staff_id == account.id:
        renew(session, organisation, talk, now)
        return False
    talk.staff_id, talk.asked_at = account.id, None
    talk.version += 1
    _lend(session, organisation, talk, now)
    settle(session, organisation.id, case.conversation_id, now, ASKING)
    audit.record(session, organisation.id, account.actor, "talk.take", case.id, now)
    return True


def renew(session: Session, organisation: Organisation, talk: CoachTalk, now: datetime) -> None:
    """Each line, of either side, makes the lease begin anew."""
    talk.until = now + lease(organisation)
    session.add(talk)


def release(session: Session, account: Account, case: Case, now: datetime) -> bool:
    """Give the talk back; the person hears so within moments. False if it is not the account's."""
    talk = talk_of(session, case.person_id)
    if talk is None or talk.staff_id != account.id:
        return False
    talk.until = now
    session.add(talk)
    _plan_end(session, talk)
    audit.record(session, account.organisation, account.actor, "talk.release", case.id, now)
    return True


def end(session: Session, talk: CoachTalk, *, waits: bool, now: datetime) -> None:
    """The assistant has the talk again. ``waits``: nobody has answered the person's last line yet."""
    talk.staff_id, talk.until = None, None
    talk.asked_at = now if waits else None
    talk.version += 1
    session.add(talk)
    ring(session, topic(talk.person_id))


def ask_for_person(session: Session, organisation: str, person_id: str, now: datetime) -> None:
    """From now on, what they write is shown to staff as unread, until somebody takes the talk."""
    talk = _row(session, person_id, organisation)
    talk.asked_at = talk.asked_at or now
    session.add(talk)


def _row(session: Session, person_id: str, organisation: str) -> CoachTalk:
    insert_new(session, CoachTalk, person_id=person_id, organisation=organisation, version=0)
    return session.get_one(CoachTalk, person_id, populate_existing=True)


def _lend(session: Session, organisation: Organisation, talk: CoachTalk, now: datetime) -> None:
    renew(session, organisation, talk, now)
    _plan_end(session, talk)
    ring(session, topic(talk.person_id))


def _plan_end(session: Session, talk: CoachTalk) -> None:
    """Looked at when the lease began to run out, and again as often as it was renewed meanwhile."""
    if talk.until is None:
        raise ValueError("a talk that nobody has does not end")
    key = f"{HAND_BACK}|{talk.person_id}|{talk.version}|{talk.until.isoformat()}"
    due = DuePlan(key, HAND_BACK, talk.organisation, talk.person_id, talk.person_id, talk.version, talk.until)
    plan(session, due)


def name_of_holder(session: Session, talk: CoachTalk | None) -> str:
    """The first name of the coach who has the talk; empty where it is the assistant."""
    staff = session.get(Staff, talk.staff_id) if talk and talk.staff_id else None
    return first_name(staff) if staff else ""


def open_case_of(session: Session, person_id: str) -> Case | None:
    """The case that the talk with this person is about: the newest that is not taken back."""
    mine = select(Case).where(Case.person_id == person_id, col(Case.state) != "revoked")
    return session.exec(mine.order_by(col(Case.created_at).desc()).limit(1)).first()
