"""A small organisation with group sessions for tests, and people who want to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlmodel import Session, col, select

from casework.house.organisation import Organisation
from casework.sessions.enrolments import Room
from casework.sessions.session_file import Bus, GroupSession
from storage.tables import Due, Enrolment
from tests.casework_house import house, texts

NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
"""Wednesday, 10 o'clock in Belgium."""


def group(**changes: Any) -> GroupSession:
    facts: dict[str, Any] = {
        "id": "info",
        "kind": "information",
        "title": texts("Info"),
        "day": date(2027, 4, 8),
        "start": time(10),
        "end": time(12),
        "seats": 2,
        "languages": ("nl", "fr"),
        "place": "hall",
    }
    return GroupSession(**(facts | changes))


def bus(leaves: time = time(9)) -> Bus:
    return Bus(texts("Station"), leaves)


def house_with(*groups: GroupSession, **changes: Any) -> Organisation:
    return house(sessions={each.id: each for each in groups or (group(),)}, **changes)


def room(session: Session, organisation: Organisation, now: datetime = NOW, id: str = "info") -> Room:
    return Room(session, organisation, organisation.sessions[id], now)


def with_seats(organisation: Organisation, seats: int) -> Organisation:
    """After somebody edited the file."""
    changed = {id: replace(each, seats=seats) for id, each in organisation.sessions.items()}
    return replace(organisation, sessions=changed)


def places(session: Session) -> dict[str, Enrolment]:
    """By person."""
    return {place.person_id: place for place in session.exec(select(Enrolment))}


def states(session: Session) -> dict[str, str]:
    return {person: place.state for person, place in places(session).items()}


def planned(session: Session, *kinds: str) -> list[Due]:
    """The rows that wait, the earliest first."""
    query = select(Due).where(Due.state == "planned", col(Due.kind).in_(kinds))
    return list(session.exec(query.order_by(col(Due.due_at))))


def people(count: int) -> Iterable[str]:
    return [f"p{number}" for number in range(count)]
