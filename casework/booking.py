"""The booking desk: finds, books and moves visits within the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from casework.diary import Diary
from casework.organisation import Organisation
from casework.reminders import plan_reminders
from casework.slot_rules import held, slot_by_rule
from casework.slots import Wanted, free_slots, slots_at
from casework.visits import cancel, confirm, current, is_ahead, leave, of_person, taken_time
from flows.heard import Slot, slot_start
from storage.columns import new_id
from storage.tables import Appointment, Person
from storage.time_claim import claim_time

__all__ = ["BookRequest", "Booked", "Taken", "Wanted", "book", "cancel", "confirm", "current", "find"]

KIND = "visit"
LOCK_PERSON = (
    select(col(Person.id))
    .where(col(Person.id) == bindparam("person_id"), col(Person.organisation) == bindparam("organisation"))
    .with_for_update(key_share=True)
)


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
    """Free times, the soonest first, and whether later ones exist; at other places if ``wanted.place`` is full."""
    return _find(organisation, wanted, taken_time(session, organisation, now), now)


def _find(organisation: Organisation, wanted: Wanted, diary: Diary, now: datetime) -> tuple[list[Slot], bool]:
    slots, more = free_slots(organisation, wanted, diary, now)
    if slots or wanted.place is None or wanted.after:
        return slots, more
    return free_slots(organisation, replace(wanted, place=None), diary, now)


def book(session: Session, organisation: Organisation, request: BookRequest, now: datetime) -> Outcome:
    """Book the time for the person; with another coach who is free then, if the chosen one no longer is.

    Somebody has at most one visit ahead of them: booking the same time again answers with that visit, and
    booking another time moves it. The old visit stays if the new time could not be had.
    """
    _one_at_a_time(session, organisation, request.person_id)
    visits = of_person(session, request.person_id)
    old = _to_replace(visits, request, now)
    chosen = slot_by_rule(organisation, request.slot_value, now)
    if old and _is_about(old, request, chosen):
        return Booked(old)
    booking = _Booking(session, organisation, request, old, _next_version(visits), now)
    visit = booking.claim(chosen) if chosen else None
    return Booked(visit) if visit else booking.otherwise(chosen)


def _one_at_a_time(session: Session, organisation: Organisation, person_id: str) -> None:
    """Two taps of one person at the same moment wait for each other; raises for a person of another house."""
    asked = {"person_id": person_id, "organisation": organisation.id}
    session.connection().execute(LOCK_PERSON, asked).one()


def _to_replace(visits: list[Appointment], request: BookRequest, now: datetime) -> Appointment | None:
    """A visit that is going on is replaced only when the person asked to move it."""
    replaceable = (visit for visit in visits if visit.starts_at > now or visit.id == request.moved_from)
    return next((visit for visit in replaceable if is_ahead(visit, now)), None)


def _next_version(visits: list[Appointment]) -> int:
    """Higher than of any visit this person had, so that no old button fits a newer visit."""
    return 1 + max((visit.version for visit in visits), default=0)


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
    version: int
    now: datetime

    def claim(self, slot: Slot) -> Appointment | None:
        """The visit at this time with its reminders planned; ``None`` if somebody else has the time."""
        visit = self._visit(slot)
        if not self._claim_time(visit):
            return None
        plan_reminders(self.session, self.organisation, visit, self.now)
        return visit

    def otherwise(self, chosen: Slot | None) -> Outcome:
        """The same time with another coach, or else other times."""
        wanted = Wanted(self.request.language, place=chosen.place if chosen else None)
        diary = taken_time(self.session, self.organisation, self.now)
        for slot in slots_at(self.organisation, wanted, diary, chosen.start) if chosen else ():
            if visit := self.claim(slot):
                return Booked(visit)
        return Taken(tuple(_find(self.organisation, wanted, diary, self.now)[0]))

    def _visit(self, slot: Slot) -> Appointment:
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
            version=self.version,
            moved_from=self.old.id if self.old else self.request.moved_from,
            created_at=self.now,
        )

    def _claim_time(self, visit: Appointment) -> bool:
        """Claims the new time after freeing the old one, which may overlap it; both or neither."""
        if self.old is None:
            return claim_time(self.session, visit)
        savepoint = self.session.begin_nested()
        if leave(self.session, self.old, "moved") and claim_time(self.session, visit):
            savepoint.commit()
            return True
        savepoint.rollback()
        return False
