"""Holds: a time that is kept for somebody until a deadline, as a row that keeps everybody else out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from casework.house.organisation import Organisation
from casework.visiting.booking import take_hold
from casework.visiting.new_visit import Bearer, new_visit
from casework.visiting.slot_rules import kind_of
from casework.visiting.visits import change, current, next_version, of_person
from flows.heard import Slot
from storage.tables import Appointment, Due
from storage.time_claim import claim_time
from storage.trays import DuePlan, plan

END = "end_hold"
"""The kind of the row that ends a hold."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """For whom a time is kept. ``place_in_line`` is that of their row among those who wait, if they do."""

    person_id: str
    language: str
    kind: str | None = None
    way: str | None = None
    place_in_line: int | None = None


def hold(session: Session, organisation: Organisation, slot: Slot, keeper: Keeper, now: datetime) -> Appointment | None:
    """Keep the time for so long as the kind of visit says, and not beyond its start; ``None`` if somebody has it."""
    kind = kind_of(organisation, keeper.kind)
    until = min(now + timedelta(minutes=kind.hold_minutes), slot.start).astimezone(UTC)
    version = next_version(of_person(session, keeper.person_id))
    bearer = Bearer(keeper.person_id, keeper.language, kind.id, keeper.way, version, hold_until=until)
    visit = new_visit(organisation, slot, bearer, now)
    if not claim_time(session, visit):
        return None
    plan(session, _end(visit, until, keeper))
    return visit


def _end(visit: Appointment, until: datetime, keeper: Keeper) -> DuePlan:
    key = f"{END}|{visit.id}|{until.isoformat()}"
    body = {"place_in_line": keeper.place_in_line}
    return DuePlan(key, END, visit.organisation, keeper.person_id, visit.id, visit.version, until, body)


def held_for(session: Session, person_id: str) -> Appointment | None:
    """The time that is kept for this person, if one is."""
    return next((visit for visit in of_person(session, person_id) if visit.state == "held"), None)


def take(
    session: Session, organisation: Organisation, person_id: str, version: int, now: datetime
) -> Appointment | None:
    """The person wants the time that was kept for them: their visit; ``None`` if it is no longer kept.

    Saying so twice is saying so once. Who has another visit by now keeps that one.
    """
    visit = current(session, person_id, now)
    if visit is not None:
        return visit if visit.version == version else None
    kept = held_for(session, person_id)
    if kept is None or kept.version != version or not take_hold(session, organisation, kept, now):
        return None
    return kept


def let_go(session: Session, person_id: str, version: int, now: datetime) -> bool:
    """The person does not want the time that was kept for them: somebody else may have it."""
    kept = held_for(session, person_id)
    return kept is not None and kept.version == version and change(session, kept, "let_go", "person", now)


def end_hold(session: Session, due: Due, now: datetime) -> bool:
    """The deadline has passed: whether the time was still only held, and is free from now on."""
    kept = session.get(Appointment, due.subject)
    return kept is not None and kept.version == due.version and change(session, kept, "expire", "house", now)
