"""The seats of group sessions: taken, waited for, offered, given up and passed on to the next in line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from casework.employers.calls import plan_question
from casework.house.organisation import Organisation
from casework.sessions.group_sessions import answer_by, told_at
from casework.sessions.seat_states import (
    ATTENDED,
    CANCELLED,
    DECLINED,
    ENROLLED,
    EXPIRED,
    OFFERED,
    OUT,
    WAITING,
    may_become,
)
from casework.sessions.session_file import GroupSession
from casework.sessions.session_reminders import plan_offer, plan_passing_on, plan_reminders
from storage.columns import new_id
from storage.seat_claim import change_enrolment, insert_enrolment, queue_up
from storage.tables import Enrolment

COMING = "coming"
"""The outcome of who said after a reminder that they come."""
TICK = timedelta(microseconds=1)

_HERE = (col(Enrolment.organisation) == bindparam("organisation"), col(Enrolment.session) == bindparam("group"))
_MINE = select_rows(Enrolment).where(*_HERE, col(Enrolment.person_id) == bindparam("person"))
_OF_PERSON = select_rows(Enrolment).where(col(Enrolment.person_id) == bindparam("person"))
_TAKEN = select(col(Enrolment.seat)).where(*_HERE, col(Enrolment.seat).is_not(None))
_LINE = (
    select_rows(Enrolment)
    .where(*_HERE, col(Enrolment.state) == WAITING)
    .order_by(col(Enrolment.asked_at), col(Enrolment.id))
    .limit(1)
)
_BEYOND = (
    select_rows(Enrolment)
    .where(*_HERE, col(Enrolment.seat) > bindparam("seats"), col(Enrolment.state).in_((OFFERED, ENROLLED)))
    .order_by(col(Enrolment.seat))
    .limit(1)
)
_LAST_ASKED = select(func.max(Enrolment.asked_at)).where(*_HERE)
_WAITING = select(func.count()).where(*_HERE, col(Enrolment.state) == WAITING)
_BEFORE = select(func.count()).where(
    *_HERE,
    col(Enrolment.state) == WAITING,
    or_(
        col(Enrolment.asked_at) < bindparam("asked_at"),
        (col(Enrolment.asked_at) == bindparam("asked_at")) & (col(Enrolment.id) < bindparam("id")),
    ),
)


@dataclass(frozen=True, slots=True)
class Room:
    """One group session of an organisation at this moment, within the caller's transaction."""

    session: Session
    organisation: Organisation
    group: GroupSession
    now: datetime

    @property
    def key(self) -> dict[str, Any]:
        return {"organisation": self.organisation.id, "group": self.group.id}

    def rows(self, statement: Any, **asked: Any) -> list[Enrolment]:
        """As they are in the database now, whatever this session has seen before."""
        fresh = statement.execution_options(populate_existing=True)
        return list(self.session.exec(fresh, params={**self.key, **asked}))

    def value(self, statement: Any, **asked: Any) -> Any:
        return self.session.connection().execute(statement, {**self.key, **asked}).scalar()


def of_person(session: Session, person_id: str) -> list[Enrolment]:
    """Every place that this person has or had, at whatever session."""
    fresh = _OF_PERSON.execution_options(populate_existing=True)
    return list(session.exec(fresh, params={"person": person_id}))


def find(room: Room, person_id: str) -> Enrolment | None:
    """The person's place at this session, whatever has become of it."""
    return next(iter(room.rows(_MINE, person=person_id)), None)


def has_free_seat(room: Room) -> bool:
    """As far as is known now: only taking it tells."""
    return next(_free(room), None) is not None


def position(room: Room, place: Enrolment) -> int:
    """The number in the waiting list of who waits: 1 is next."""
    return 1 + int(room.value(_BEFORE, asked_at=place.asked_at, id=place.id))


def line_length(room: Room) -> int:
    """How many people wait."""
    return int(room.value(_WAITING))


def join(room: Room, person_id: str, language: str, *, line: bool = False) -> Enrolment | None:
    """The lowest free seat; where there is none, with ``line`` the end of the waiting list, else ``None``.

    Who has a seat, or waits and gets none, keeps what they have. An offered seat is taken.
    """
    queue_up(room.session, room.organisation.id, room.group.id)
    place = find(room, person_id)
    if place is not None and place.state == OFFERED:
        return accept(room, place) or find(room, person_id)
    if place is not None and place.state not in (WAITING, *OUT):
        return place
    for seat in _free(room):
        seated = _take(room, place, person_id, language, state=ENROLLED, seat=seat)
        if seated:
            plan_reminders(room.session, room.organisation, room.group, seated, room.now)
            return seated
    if place is not None and place.state == WAITING:
        return place
    return _take(room, place, person_id, language, state=WAITING, seat=None) if line else None


def _take(room: Room, place: Enrolment | None, person_id: str, language: str, **wanted: Any) -> Enrolment | None:
    """A new row, or the one of who asks again; ``None`` when the seat is somebody else's."""
    asked: dict[str, Any] = {"seats": room.group.seats, "language": language, "asked_at": _in_turn(room), **wanted}
    if place is not None:
        asked = asked if place.state in OUT else {**asked, "asked_at": place.asked_at}
        return _change(room, place, interview=False, outcome=None, **asked)
    row = Enrolment(
        id=new_id(),
        organisation=room.organisation.id,
        session=room.group.id,
        person_id=person_id,
        changed_at=room.now,
        **asked,
    )
    return row if insert_enrolment(room.session, row) else None


def _in_turn(room: Room) -> datetime:
    """Now, or a little later: behind everybody who asked before, also at the same moment."""
    last: datetime | None = room.value(_LAST_ASKED)
    return max(room.now, last + TICK) if last else room.now


def _free(room: Room) -> Iterator[int]:
    taken = set(room.session.connection().execute(_TAKEN, room.key).scalars())
    return (seat for seat in range(1, room.group.seats + 1) if seat not in taken)


def accept(room: Room, place: Enrolment) -> Enrolment | None:
    """Take the seat that was offered; ``None`` when it no longer is."""
    if place.state != OFFERED or place.hold_until is None or place.hold_until <= room.now:
        return None
    seated = _change(room, place, state=ENROLLED)
    if seated:
        plan_reminders(room.session, room.organisation, room.group, seated, room.now)
    return seated


def leave(room: Room, place: Enrolment, state: str = CANCELLED) -> Enrolment | None:
    """Give up the seat, the offer or the place in line; a seat goes to the next. ``None`` when it was given up or
    changed before."""
    queue_up(room.session, room.organisation.id, room.group.id)
    left = _change(room, place, state=state, seat=None)
    if left:
        pass_on(room)
    return left


def decline(room: Room, place: Enrolment) -> Enrolment | None:
    return leave(room, place, DECLINED) if place.state == OFFERED else None


def expire(room: Room, place: Enrolment) -> Enrolment | None:
    """End an offer that nobody has answered, or that cannot be told."""
    return leave(room, place, EXPIRED) if place.state == OFFERED else None


def end_offer(session: Session, place: Enrolment, now: datetime) -> bool:
    """The same where nothing is known of the session any more, so that nobody can be next."""
    ended = {"state": EXPIRED, "seat": None, "hold_until": None, "version": place.version + 1, "changed_at": now}
    return change_enrolment(session, place.id, place.version, OFFERED, **ended)


def say_coming(room: Room, place: Enrolment) -> bool:
    """The person says that they come. The version stays: nothing was agreed anew."""
    return place.state == ENROLLED and _note(room, place, outcome=COMING)


def wish_interview(room: Room, place: Enrolment, *, wished: bool) -> bool:
    """Whether they want a job talk on the spot. The version stays here too."""
    return place.state == ENROLLED and _note(room, place, interview=wished)


def settle(room: Room, place: Enrolment, state: str) -> bool:
    """Whether somebody was there: ``attended`` or ``absent``. Neither is ever left."""
    settled = _change(room, place, state=state) if place.state == ENROLLED else None
    if settled is not None and state == ATTENDED:
        plan_question(room.session, room.organisation, room.group, settled, room.now)
    return settled is not None


def note_outcome(room: Room, place: Enrolment, outcome: str) -> bool:
    """What came of it for somebody who was there."""
    return place.state == ATTENDED and _note(room, place, outcome=outcome)


def hold_longer(room: Room, place: Enrolment, until: datetime) -> bool:
    """The offer is told later than was thought: who gets it has their time all the same."""
    return place.state == OFFERED and _note(room, place, hold_until=until)


def forget(session: Session, person_id: str, now: datetime) -> None:
    """Nothing is left of this person on any list; their seats are passed on."""
    for place in of_person(session, person_id):
        plan_passing_on(session, place.organisation, place.session, now)
    session.connection().execute(delete(Enrolment).where(col(Enrolment.person_id) == person_id))


def pass_on(room: Room) -> None:
    """Every free seat goes on: to somebody whose own seat is no longer there, or as an offer to the next in line."""
    queue_up(room.session, room.organisation.id, room.group.id)
    for seat in list(_free(room)):
        if not _move_down(room, seat) and not _offer(room, seat):
            return


def _move_down(room: Room, seat: int) -> bool:
    """After a session was made smaller, who sits beyond its seats gets the first one inside that comes free."""
    beyond = next(iter(room.rows(_BEYOND, seats=room.group.seats)), None)
    return beyond is not None and _note(room, beyond, seat=seat, seats=room.group.seats)


def _offer(room: Room, seat: int) -> bool:
    told = told_at(room.organisation, room.group, room.now)
    first = next(iter(room.rows(_LINE)), None)
    if first is None or told is None:
        return False
    until = answer_by(room.organisation, room.group, told)
    offered = _change(room, first, state=OFFERED, seat=seat, seats=room.group.seats, hold_until=until)
    if offered:
        plan_offer(room.session, offered, told)
    return offered is not None


def _change(room: Room, place: Enrolment, *, state: str, **changes: Any) -> Enrolment | None:
    """To another state and a higher version, after which no older button or reminder counts."""
    if not may_become(place.state, state):
        return None
    fresh = {"hold_until": None, "state": state, "version": place.version + 1, "changed_at": room.now, **changes}
    if not change_enrolment(room.session, place.id, place.version, place.state, **fresh):
        return None
    return find(room, place.person_id)


def _note(room: Room, place: Enrolment, **changes: Any) -> bool:
    return change_enrolment(room.session, place.id, place.version, place.state, changed_at=room.now, **changes)
