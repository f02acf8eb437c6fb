"""A group session on the desk of who runs it: its list with first names, walk-ins, and calling it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from sqlmodel import Session, col, select

from casework.cases.called import NOBODY, Known, called
from casework.door.accounts import Account
from casework.hours.hours_desk import Actor, Came, save, version_of
from casework.hours.house_edits import OFF, Edit
from casework.house.in_force import InForce
from casework.house.organisation import Organisation
from casework.sessions.attendance import Participant, Register, participants
from casework.sessions.enrolments import Room, join, line_length, settle
from casework.sessions.group_sessions import ends_at, is_open, meets_at, starts_at
from casework.sessions.seat_states import ATTENDED, ENROLLED, WAITING
from casework.sessions.session_file import GroupSession
from casework.sessions.session_gone import call_off
from storage import audit
from storage.tables import Enrolment, Person
from storage.vault import Vault

KEPT_IN_SIGHT = timedelta(days=60)
"""So long a session that is over stays on the list."""
BEFOREHAND = timedelta(hours=2)
"""So long before people meet somebody may already stand at the door."""
Seated: TypeAlias = Literal["done", "full", "nobody", "too_early", "missing"]


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody on the list: ``position`` is the number of who waits, ``name`` the first name they gave.

    ``opens``: who reads the list may open the case.
    """

    place: Enrolment
    position: int | None
    case: str | None
    name: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Event:
    """A session at this moment. ``off``: it was called off in the console."""

    group: GroupSession
    starts_at: datetime
    ends_at: datetime
    meets_at: datetime
    taken: int
    waiting: int
    open: bool
    off: bool = False

    @property
    def free(self) -> int:
        return max(0, self.group.seats - self.taken)


def events(session: Session, houses: InForce, organisation: Organisation, now: datetime) -> list[Event]:
    """Those ahead and those lately over, the soonest first; called off or not."""
    live = houses.read(session, organisation.id).sessions
    written = houses.every_session(organisation.id).values()
    found = [event(Room(session, organisation, group, now), off=group.id not in live) for group in written]
    return sorted(
        (each for each in found if each.ends_at > now - KEPT_IN_SIGHT), key=lambda each: (each.starts_at, each.group.id)
    )


def event(room: Room, *, off: bool) -> Event:
    organisation, group = room.organisation, room.group
    here = Enrolment.organisation == organisation.id, Enrolment.session == group.id
    taken = room.session.exec(select(Enrolment.seat).where(*here, col(Enrolment.seat).is_not(None))).all()
    return Event(
        group,
        starts_at(organisation, group),
        ends_at(organisation, group),
        meets_at(organisation, group),
        len(taken),
        line_length(room),
        is_open(organisation, group, room.now) and not off,
        off,
    )


def sheet(session: Session, vault: Vault, account: Account, room: Room) -> Sequence[Line]:
    """Who has a seat, by its number, and who waits, in turn, by first name: nothing else of them."""
    found = participants(session, account, room.group, room.now)
    known = called(session, vault, account, [each.place.person_id for each in found])
    return [_line(each, known.get(each.place.person_id, NOBODY)) for each in found]


def _line(found: Participant, known: Known) -> Line:
    return Line(found.place, found.position, found.case, known.name, known.opens)


def seat_next(register: Register) -> Seated:
    """The first in line gets a free seat at once, as when somebody has called them; they are told."""
    room = register.room
    here = Enrolment.organisation == room.organisation.id, Enrolment.session == room.group.id
    line = select(Enrolment).where(*here, Enrolment.state == WAITING)
    first = room.session.exec(line.order_by(col(Enrolment.asked_at), col(Enrolment.id)).limit(1)).first()
    if first is None:
        return "nobody"
    seated = register.add(first.person_id)
    return "done" if seated is not None and seated.state == ENROLLED else "full"


def walk_in(register: Register, person_id: str) -> Seated:
    """Somebody stands at the door: they get a seat, if one is free, and were there."""
    room = register.room
    if room.now < meets_at(room.organisation, room.group) - BEFOREHAND:
        return "too_early"
    person = room.session.get(Person, person_id)
    if person is None or person.organisation != room.organisation.id:
        return "missing"
    place = join(room, person.id, person.language)
    if place is None or place.state == WAITING:
        return "full"
    if place.state == ENROLLED:
        settle(room, place, ATTENDED)
    audit.record(room.session, room.organisation.id, register.account.actor, "session.walk_in", place.id, room.now)
    return "done"


def unknown_walk_in(register: Register, vault: Vault) -> Seated:
    """The same for somebody of whom there is no case: they are counted, and nothing is known of them."""
    room = register.room
    wrapped, _ = vault.new_key()
    person = Person(
        organisation=room.organisation.id,
        language=room.organisation.languages[0],
        wrapped_key=wrapped,
        created_at=room.now,
    )
    savepoint = room.session.begin_nested()
    room.session.add(person)
    room.session.flush()
    came_of = walk_in(register, person.id)
    savepoint.commit() if came_of == "done" else savepoint.rollback()
    return came_of


def call_session_off(session: Session, houses: InForce, account: Actor, group: GroupSession, now: datetime) -> Came:
    """It does not take place, for good: who is on its list is told, and nobody can sign up any more."""
    organisation = houses.files[account.organisation]
    place = f"sessions.{group.id}.{OFF}"
    meets = meets_at(organisation, group)
    if meets <= now or group.id not in houses.read(session, organisation.id).sessions:
        return "changed"
    came_of = save(session, houses, account, Edit(place, True, version_of(session, organisation.id, place)), now)
    if came_of == "done":
        call_off(session, organisation, group.id, now, meets)
    return came_of
