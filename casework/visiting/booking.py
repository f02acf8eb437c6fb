"""The booking desk: finds, books and moves visits within the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from casework.hooks.webhook_events import tell_of_visit
from casework.house.organisation import Organisation
from casework.telling.bells import ring_visit
from casework.visiting.coach_time import taken_time
from casework.visiting.cut_off import is_too_late
from casework.visiting.day_limit import claim_within_limit
from casework.visiting.new_visit import Bearer, new_visit
from casework.visiting.reminders import plan_reminders
from casework.visiting.slot_rules import slot_by_rule
from casework.visiting.slots import Found, Wanted, find_times, slots_at
from casework.visiting.visit_states import Change, Who
from casework.visiting.visits import cancel, change, confirm, current, is_ahead, next_version, of_person
from flows.heard import Slot, slot_start
from storage.tables import Appointment, Person
from storage.time_claim import claim_time, lock_coach

__all__ = [
    "BookRequest",
    "Booked",
    "Taken",
    "TooLate",
    "Wanted",
    "book",
    "cancel",
    "confirm",
    "current",
    "find",
    "search",
]

LOCK_PERSON = (
    select(col(Person.id))
    .where(col(Person.id) == bindparam("person_id"), col(Person.organisation) == bindparam("organisation"))
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class BookRequest:
    """``slot_value`` comes from a button and is not trusted. ``moved_from`` is the visit the person asked to move.

    A visit that is moved keeps its ``kind`` and its ``way``, unless others are named; a new one has the usual ones.
    ``by`` staff a visit is moved also when the person no longer could.
    """

    person_id: str
    slot_value: str
    language: str
    moved_from: str | None = None
    kind: str | None = None
    way: str | None = None
    by: Who = "person"


@dataclass(frozen=True, slots=True)
class Booked:
    appointment: Appointment


@dataclass(frozen=True, slots=True)
class Taken:
    """The time could not be had; ``find`` in the same transaction tells which others can."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """``appointment`` is so near that only the coach can still move it."""

    appointment: Appointment


Outcome: TypeAlias = Booked | Taken | TooLate


def find(session: Session, organisation: Organisation, wanted: Wanted, now: datetime) -> tuple[list[Slot], bool]:
    """Free times, the soonest first, and whether later ones exist."""
    found = search(session, organisation, wanted, now)
    return list(found.slots), found.more


def search(session: Session, organisation: Organisation, wanted: Wanted, now: datetime) -> Found:
    """The same, with what the person must hear before they book."""
    return find_times(organisation, wanted, taken_time(session, organisation, now), now)


def book(session: Session, organisation: Organisation, request: BookRequest, now: datetime) -> Outcome:
    """Book the time for the person; with another coach who is free then, if the chosen one no longer is.

    Somebody has at most one visit ahead of them: booking the same time again answers with that visit, and
    booking another time moves it. The old visit stays if the new time could not be had. A time that is held for
    the person is let go, unless it is the one they book: then it is theirs as it stands.
    """
    _one_at_a_time(session, organisation, request.person_id)
    visits = of_person(session, request.person_id)
    old = _to_replace(visits, request, now)
    request = _as_before(request, old)
    chosen = slot_by_rule(organisation, request.slot_value, now, request.kind, request.way)
    if old and _is_about(old, request, chosen):
        return Booked(old)
    if old and request.by == "person" and is_too_late(organisation, old, now):
        return TooLate(old)
    holds = tuple(visit for visit in visits if visit.state == "held")
    kept = next((hold for hold in holds if old is None and _is_about(hold, request, chosen)), None)
    if kept and take_hold(session, organisation, kept, now):
        return Booked(kept)
    booking = _Booking(session, organisation, request, old, holds, next_version(visits), now)
    visit = (booking.claim(chosen) or booking.claim_with_another(chosen)) if chosen else None
    return Booked(visit) if visit else Taken()


def take_hold(session: Session, organisation: Organisation, hold: Appointment, now: datetime) -> bool:
    """The held time becomes a visit, with its reminders; false if it is no longer held."""
    taken = change(session, hold, "take", "person", now)
    if taken:
        plan_reminders(session, organisation, hold, now)
    return taken


def _one_at_a_time(session: Session, organisation: Organisation, person_id: str) -> None:
    """Two taps of one person at the same moment wait for each other; raises for a person of another house."""
    asked = {"person_id": person_id, "organisation": organisation.id}
    session.connection().execute(LOCK_PERSON, asked).one()


def _to_replace(visits: list[Appointment], request: BookRequest, now: datetime) -> Appointment | None:
    """A visit that is going on is replaced only when the person asked to move it."""
    replaceable = (visit for visit in visits if visit.starts_at > now or visit.id == request.moved_from)
    return next((visit for visit in replaceable if is_ahead(visit, now)), None)


def _as_before(request: BookRequest, old: Appointment | None) -> BookRequest:
    if old is None:
        return request
    return replace(request, kind=request.kind or old.kind, way=request.way or old.way)


def _is_about(visit: Appointment, request: BookRequest, chosen: Slot | None) -> bool:
    same_time = slot_start(request.slot_value) == visit.starts_at
    same_sort = request.kind in (None, visit.kind) and request.way in (None, visit.way)
    return same_time and same_sort and (chosen is None or chosen.place == visit.place)


@dataclass(frozen=True, slots=True)
class _Booking:
    """One person's try; ``old`` is the visit that the new one would replace, ``holds`` are let go for it."""

    session: Session
    organisation: Organisation
    request: BookRequest
    old: Appointment | None
    holds: tuple[Appointment, ...]
    version: int
    now: datetime

    def claim(self, slot: Slot) -> Appointment | None:
        """The visit at this time with its reminders planned; ``None`` if somebody else has the time."""
        visit = new_visit(self.organisation, slot, self._bearer(), self.now)
        if not self._claim(visit):
            return None
        plan_reminders(self.session, self.organisation, visit, self.now)
        ring_visit(self.session, visit)
        tell_of_visit(self.session, visit, "appointment.moved" if self.old else "appointment.booked", self.now)
        return visit

    def claim_with_another(self, chosen: Slot) -> Appointment | None:
        """The same time with another coach; ``None`` if none is free then, and for staff, who choose the coach."""
        request = self.request
        if request.by == "staff":
            return None
        wanted = Wanted(request.language, place=chosen.place, kind=request.kind, way=request.way)
        diary = taken_time(self.session, self.organisation, self.now)
        others = slots_at(self.organisation, wanted, diary, chosen.start)
        return next(filter(None, map(self.claim, others)), None)

    def _bearer(self) -> Bearer:
        request, old = self.request, self.old
        return Bearer(
            request.person_id,
            request.language,
            request.kind,
            request.way,
            self.version,
            moved_from=old.id if old else request.moved_from,
            uid=old.uid if old else None,
        )

    def _claim(self, visit: Appointment) -> bool:
        """Staff may give a coach more visits on a day than people can book themselves."""
        if self.request.by == "staff":
            return self._claim_time(visit)
        claim = partial(self._claim_time, visit)
        return claim_within_limit(self.session, self.organisation, visit, claim, self.old)

    def _claim_time(self, visit: Appointment) -> bool:
        """Claims the new time and frees what the person had; both or neither.

        The claim comes first: on PostgreSQL two who swap their times would otherwise wait for each other. Where the
        new time overlaps the person's own old one it cannot, and then the coach's other visitors wait instead.
        """
        given_up: list[tuple[Appointment, Change]] = [(hold, "let_go") for hold in self.holds]
        if self.old:
            given_up.append((self.old, "move"))
        if not given_up:
            return claim_time(self.session, visit)
        savepoint = self.session.begin_nested()
        if self._exchange(visit, given_up):
            savepoint.commit()
            return True
        savepoint.rollback()
        return False

    def _exchange(self, visit: Appointment, given_up: list[tuple[Appointment, Change]]) -> bool:
        in_the_way = [each for each in given_up if _overlap(each[0], visit)]
        if in_the_way:
            lock_coach(self.session, visit)
        afterwards = [each for each in given_up if each not in in_the_way]
        return self._give_up(in_the_way) and claim_time(self.session, visit) and self._give_up(afterwards)

    def _give_up(self, visits: list[tuple[Appointment, Change]]) -> bool:
        by = self.request.by
        return all(change(self.session, visit, what, by, self.now) for visit, what in visits)


def _overlap(old: Appointment, new: Appointment) -> bool:
    return old.coach == new.coach and old.busy_from < new.busy_until and new.busy_from < old.busy_until
