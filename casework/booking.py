"""The booking desk: finds, books and moves visits within the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import func, select
from sqlmodel import Session, col

from casework.organisation import Organisation
from casework.reminders import plan_reminders
from casework.slot_rules import held, slot_by_rule
from casework.slots import Wanted, free_slots, slots_at
from casework.visits import ahead, cancel, confirm, current, leave, taken_time
from flows.heard import Slot, slot_start
from storage.columns import new_id
from storage.tables import Appointment, Person
from storage.time_claim import claim_time

__all__ = ["BookRequest", "Booked", "Taken", "Wanted", "book", "cancel", "confirm", "current", "find"]

KIND = "visit"


@dataclass(frozen=True, slots=True)
class BookRequest:
    """``slot_value`` comes from a button and is not trusted. ``moved_from`` is the visit the person asked to move."""

    person_id: str
    slot_value: str
    language: str
    moved_from: str | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    appointment: Appointment


@dataclass(frozen=True, slots=True)
class Taken:
    """The time could not be had; ``alternatives`` can be, as far as is known now. It may be empty."""

    alternatives: tuple[Slot, ...]


Outcome: TypeAlias = Booked | Taken


def find(session: Session, organisation: Organisation, wanted: Wanted, now: datetime) -> tuple[list[Slot], bool]:
    """Free times, the soonest first, and whether later ones exist."""
    return free_slots(organisation, wanted, taken_time(session, organisation, now), now)


def book(session: Session, organisation: Organisation, request: BookRequest, now: datetime) -> Outcome:
    """Book the time for the person; with another coach who is free then, if the chosen one no longer is.

    Somebody has at most one visit ahead of them: booking the same time again answers with that visit, and
    booking another time moves it. The old visit stays if the new time could not be had.
    """
    _one_at_a_time(session, organisation, request.person_id)
    old = _to_replace(session, request, now)
    chosen = slot_by_rule(organisation, request.slot_value, now)
    if old and _is_about(old, request, chosen):
        return Booked(old)
    booking = _Booking(session, organisation, request, old, now)
    visit = booking.take_first(chosen) if chosen else None
    return Booked(visit) if visit else Taken(booking.alternatives(chosen))


def _one_at_a_time(session: Session, organisation: Organisation, person_id: str) -> None:
    """Two taps of one person at the same moment wait for each other; raises for a person of another house."""
    mine = col(Person.id) == person_id, col(Person.organisation) == organisation.id
    session.connection().execute(select(col(Person.id)).where(*mine).with_for_update(key_share=True)).one()


def _to_replace(session: Session, request: BookRequest, now: datetime) -> Appointment | None:
    """A visit that is going on is replaced only when the person asked to move it."""
    visits = ahead(session, request.person_id, now)
    return next((visit for visit in visits if visit.starts_at > now or visit.id == request.moved_from), None)


def _is_about(old: Appointment, request: BookRequest, chosen: Slot | None) -> bool:
    same_time = slot_start(request.slot_value) == old.starts_at
    return same_time and (chosen is None or chosen.place == old.place)


@dataclass(frozen=True, slots=True)
class _Booking:
    """One person's try; ``old`` is the visit that the new one would replace."""

    session: Session
    organisation: Organisation
    request: BookRequest
    old: Appointment | None
    now: datetime

    def take_first(self, chosen: Slot) -> Appointment | None:
        """The visit with the first coach whose time could be claimed, its reminders planned."""
        version = self._next_version()
        for slot in self._with_whom(chosen):
            visit = self._visit(slot, version)
            if self._claim(visit):
                plan_reminders(self.session, self.organisation, visit, self.now)
                return visit
        return None

    def alternatives(self, chosen: Slot | None) -> tuple[Slot, ...]:
        wanted = Wanted(self.request.language, place=chosen.place if chosen else None)
        return tuple(find(self.session, self.organisation, wanted, self.now)[0])

    def _with_whom(self, chosen: Slot) -> Iterator[Slot]:
        yield chosen
        wanted = Wanted(self.request.language, place=chosen.place)
        busy = taken_time(self.session, self.organisation, self.now)
        yield from slots_at(self.organisation, wanted, busy, chosen.start)

    def _next_version(self) -> int:
        """Higher than of any visit this person had, so that no old button fits a newer visit."""
        highest = select(func.max(col(Appointment.version)))
        mine = highest.where(col(Appointment.person_id) == self.request.person_id)
        return int(self.session.connection().execute(mine).scalar() or 0) + 1

    def _visit(self, slot: Slot, version: int) -> Appointment:
        start = slot.start.astimezone(UTC)
        busy_from, busy_until = held(self.organisation, start)
        return Appointment(
            id=new_id(),
            organisation=self.organisation.id,
            person_id=self.request.person_id,
            coach=slot.coach,
            place=slot.place,
            kind=KIND,
            starts_at=start,
            ends_at=start + timedelta(minutes=slot.minutes),
            busy_from=busy_from,
            busy_until=busy_until,
            zone=self.organisation.zone,
            wall=slot.start.replace(tzinfo=None).isoformat(timespec="minutes"),
            language=self.request.language,
            version=version,
            moved_from=self.old.id if self.old else self.request.moved_from,
            created_at=self.now,
        )

    def _claim(self, visit: Appointment) -> bool:
        """Claims the new time after freeing the old one, which may overlap it; both or neither."""
        if self.old is None:
            return claim_time(self.session, visit)
        savepoint = self.session.begin_nested()
        if leave(self.session, self.old, "moved") and claim_time(self.session, visit):
            savepoint.commit()
            return True
        savepoint.rollback()
        return False
