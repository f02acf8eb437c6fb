"""What staff do with a group session: who comes, who came and what came of it, people added and taken off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from sqlmodel import Session, col, select

from casework.cases.case_states import OPEN
from casework.door.rights import Member
from casework.house.organisation import Organisation
from casework.sessions.enrolments import Room, find, join, leave, note_outcome, pass_on, settle
from casework.sessions.group_sessions import is_ahead, meets_at
from casework.sessions.rounds import Plan, Wishes, plan_among
from casework.sessions.seat_states import ABSENT, ATTENDED, ENROLLED, INVOLVED, OFFERED, SEATED, WAITING
from casework.sessions.session_file import GroupSession
from casework.sessions.session_reminders import plan_news, plan_reminders
from storage import audit
from storage.tables import Case, Enrolment, Person

Outcome: TypeAlias = Literal["interview_held", "second_talk", "trial", "hired", "training", "nothing_yet"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""What can come of a session for somebody who was there."""

Done: TypeAlias = Literal["done", "changed", "missing", "too_early"]
"""``changed``: somebody else has changed it since it was read; ``missing``: there is no such place here."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A line of the list. ``position`` is the number in the waiting list of who waits, ``case`` their open case."""

    place: Enrolment
    position: int | None
    case: str | None


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A session whose file has fewer seats than people sit on: they keep theirs until somebody decides."""

    group: str
    places: tuple[str, ...]


def participants(session: Session, account: Member, group: GroupSession, now: datetime) -> list[Participant]:
    """Who has a seat, by its number, and then who waits, in turn; the audit tells who looked."""
    here = Enrolment.organisation == account.organisation, Enrolment.session == group.id
    places = session.exec(select(Enrolment).where(*here, col(Enrolment.state).in_((*SEATED, WAITING)))).all()
    seated = sorted((place for place in places if place.seat), key=lambda place: place.seat or 0)
    line = sorted((place for place in places if not place.seat), key=lambda place: (place.asked_at, place.id))
    cases = _cases(session, [place.person_id for place in places])
    audit.record(session, account.organisation, account.actor, "session.list", group.id, now)
    numbered = [(place, None) for place in seated] + [(place, number) for number, place in enumerate(line, 1)]
    return [Participant(place, number, cases.get(place.person_id)) for place, number in numbered]


def _cases(session: Session, people: list[str]) -> Mapping[str, str]:
    query = select(Case.person_id, Case.id).where(col(Case.person_id).in_(people), col(Case.state).in_(OPEN))
    return dict(session.exec(query).all())


@dataclass(frozen=True, slots=True)
class Register:
    """One session's list in the hands of a member of staff, within the caller's transaction."""

    room: Room
    account: Member

    def mark(self, place_id: str, version: int, *, attended: bool) -> Done:
        """Whether somebody was there; that stands for good."""
        if self.room.now < meets_at(self.room.organisation, self.room.group):
            return "too_early"
        place = self._place(place_id)
        if place is None:
            return "missing"
        state = ATTENDED if attended else ABSENT
        return self._done(place, place.version == version and settle(self.room, place, state), f"session.{state}")

    def outcome(self, place_id: str, outcome: str) -> Done:
        """What came of it for somebody who was there; it may change later."""
        if outcome not in OUTCOMES:
            raise ValueError(f"no such outcome: {outcome!r}; known: {', '.join(OUTCOMES)}")
        place = self._place(place_id)
        if place is None:
            return "missing"
        return self._done(place, note_outcome(self.room, place, outcome), f"session.outcome.{outcome}")

    def add(self, person_id: str) -> Enrolment | None:
        """Sign somebody up; behind the others on the waiting list when it is full. They are told.

        ``None`` for a person of another house.
        """
        person = self.room.session.get(Person, person_id)
        if person is None or person.organisation != self.account.organisation:
            return None
        before = find(self.room, person_id)
        known = before.version if before else 0
        place = join(self.room, person_id, person.language, line=True)
        if place is not None and place.version != known:
            plan_news(self.room.session, place, self.room.now)
            self._record("session.add", place.id)
        return place

    def remove(self, place_id: str, version: int) -> Done:
        """Take somebody off the list. They are told, and the next in line gets the seat."""
        place = self._place(place_id)
        if place is None:
            return "missing"
        left = leave(self.room, place) if place.version == version else None
        if left is not None:
            plan_news(self.room.session, left, self.room.now)
        return self._done(place, left is not None, "session.remove")

    def rounds(self, count: int, tables: int, wishes: Wishes = ()) -> Plan:
        """Who meets whom at a speed date, by the ids of the places of those who come or are there."""
        here = Enrolment.organisation == self.room.organisation.id, Enrolment.session == self.room.group.id
        seated = select(Enrolment.id).where(*here, col(Enrolment.state).in_((ENROLLED, ATTENDED)))
        self._record("session.rounds", self.room.group.id)
        return plan_among(self.room.session.exec(seated.order_by(col(Enrolment.seat))).all(), count, tables, wishes)

    def _place(self, place_id: str) -> Enrolment | None:
        place = self.room.session.get(Enrolment, place_id)
        here = place is not None and (place.organisation, place.session) == (
            self.room.organisation.id,
            self.room.group.id,
        )
        return place if here else None

    def _done(self, place: Enrolment, well: bool, action: str) -> Done:
        if well:
            self._record(action, place.id)
        return "done" if well else "changed"

    def _record(self, action: str, subject: str) -> None:
        audit.record(self.room.session, self.account.organisation, self.account.actor, action, subject, self.room.now)


def open_seats(session: Session, organisation: Organisation, now: datetime) -> list[Squeezed]:
    """After the file was read: seats that are new go to who waits, and a session that was moved is reminded of anew.

    Where there are fewer seats than before nobody loses one; who sits too many is told to who calls this.
    """
    squeezed = []
    for group in organisation.sessions.values():
        if is_ahead(organisation, group, now):
            room = Room(session, organisation, group, now)
            pass_on(room)
            places = _involved(session, organisation, group)
            for place in places:
                if place.state == ENROLLED:
                    plan_reminders(session, organisation, group, place, now)
            beyond = tuple(place.id for place in places if (place.seat or 0) > group.seats)
            squeezed += [Squeezed(group.id, beyond)] if beyond else []
    return squeezed


def _involved(session: Session, organisation: Organisation, group: GroupSession) -> list[Enrolment]:
    here = Enrolment.organisation == organisation.id, Enrolment.session == group.id
    return list(session.exec(select(Enrolment).where(*here, col(Enrolment.state).in_((OFFERED, ENROLLED)))))


def without_session(session: Session, organisation: Organisation, now: datetime) -> dict[str, int]:
    """How many people come to, or wait for, a session that the file no longer has: they were not told."""
    known = tuple(organisation.sessions)
    query = select(Enrolment.session).where(
        Enrolment.organisation == organisation.id,
        col(Enrolment.state).in_(INVOLVED),
        col(Enrolment.session).not_in(known),
    )
    gone = list(session.exec(query))
    return {group: gone.count(group) for group in dict.fromkeys(gone)}
