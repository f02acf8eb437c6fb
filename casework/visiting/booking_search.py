"""Finds the people for whom staff can make a visit, and the free times for them: by number or first name, by wish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from casework.cases.case_names import name_indexes
from casework.cases.case_numbers import is_number, numbered
from casework.cases.case_states import OPEN
from casework.house.organisation import Organisation
from casework.visiting.booking import Wanted, search
from casework.visiting.staff_times import Look, Wish, bounds, days_from, free_with, taken_by, without_notice
from casework.visiting.visits import current
from flows.heard import Slot
from storage.tables import Appointment, Case
from storage.vault import Vault

SHORTEST_NUMBER = 4
FOUND = 20
DAYS, MOST = 14, 60


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody with an open case; ``visit`` is the one they have ahead, or are having."""

    case: Case
    visit: Appointment | None


def find_clients(session: Session, vault: Vault, organisation: str, text: str, now: datetime) -> list[Client]:
    """Whose number begins so or who is called so, the newest case first. Nothing of what is in a case is told."""
    number = text.strip().lower().lstrip("#")
    open_ones = select(Case).where(Case.organisation == organisation, col(Case.state).in_(OPEN)).limit(FOUND)
    called = open_ones.where(col(Case.name_index).in_(name_indexes(vault, organisation, text)))
    found = list(session.exec(called.order_by(col(Case.created_at).desc())))
    if len(number) >= SHORTEST_NUMBER and is_number(number):
        found += session.exec(open_ones.where(numbered(number)))
    newest = sorted({case.id: case for case in found}.values(), key=lambda case: case.created_at, reverse=True)
    return [Client(case, current(session, case.person_id, now)) for case in newest[:FOUND]]


def client(session: Session, organisation: str, case_id: str, now: datetime) -> Client | None:
    """The open case with this id, if it is there."""
    here = Case.id == case_id, Case.organisation == organisation, col(Case.state).in_(OPEN)
    case = session.exec(select(Case).where(*here, col(Case.sealed) != b"")).first()
    return Client(case, current(session, case.person_id, now)) if case else None


@dataclass(frozen=True, slots=True)
class Looking:
    """For which visit times are looked for, from which ``day`` on; without a ``coach`` those of everybody who fits."""

    day: date
    language: str
    kind: str | None = None
    way: str | None = None
    place: str | None = None
    coach: str | None = None


def times(session: Session, organisation: Organisation, looking: Looking, now: datetime) -> list[Slot]:
    """Free times of two weeks, the soonest first."""
    days = days_from(looking.day, DAYS)
    since, until = bounds(organisation, days[0], days[-1])
    if looking.coach is None:
        wanted = Wanted(
            looking.language,
            after=max(since, now),
            limit=MOST,
            a_day=MOST,
            place=looking.place,
            kind=looking.kind,
            way=looking.way,
        )
        found = list(search(session, without_notice(organisation), wanted, now).slots)
    else:
        taken = taken_by(session, organisation, looking.coach, since, until)
        wish = Wish(looking.kind, looking.way)
        found = free_with(organisation, looking.coach, wish, days, Look(taken, now))
    return [slot for slot in found if looking.place in (None, slot.place)][:MOST]
