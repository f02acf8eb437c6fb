"""What others do at a group session while a story is told: they take its seats, wait for one, or give one up."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session, col, select

from bot.stage import Actor
from casework.sessions.enrolments import Room, has_free_seat, join, leave, settle
from casework.sessions.seat_states import ATTENDED, ENROLLED
from storage.columns import new_id
from storage.tables import Enrolment, Person


async def seats_taken(actor: Actor, group: str) -> None:
    """Others take every seat that is free."""

    def work(room: Room) -> None:
        while has_free_seat(room):
            join(room, _somebody(actor, room), "nl")

    await _in_room(actor, group, work)


async def others_wait(actor: Actor, count: str, group: str) -> None:
    def work(room: Room) -> None:
        for _ in range(int(count)):
            join(room, _somebody(actor, room), "nl", line=True)

    await _in_room(actor, group, work)


async def seat_given_up(actor: Actor, group: str) -> None:
    """One of the others, whoever has the highest seat, cannot come after all."""

    def work(room: Room) -> None:
        mine = actor.partner(room.session).person_id
        others = select(Enrolment).where(
            Enrolment.session == group, Enrolment.state == ENROLLED, Enrolment.person_id != mine
        )
        leave(room, room.session.exec(others.order_by(col(Enrolment.seat).desc()).limit(1)).one())

    await _in_room(actor, group, work)
    await actor.stage.tick()
    await actor.looks()


async def was_there(actor: Actor, group: str) -> None:
    """The host notes on the sheet that the person came."""

    def work(room: Room) -> None:
        place = join(room, actor.partner(room.session).person_id, "nl")
        if place is not None:
            settle(room, place, ATTENDED)

    await _in_room(actor, group, work)
    await actor.stage.tick()
    await actor.looks()


async def _in_room(actor: Actor, group: str, work: Callable[[Room], None]) -> None:
    stage = actor.stage
    organisation = stage.house.organisations[actor.place.organisation]
    if group not in organisation.sessions:
        raise ValueError(f"{organisation.id} has no group session {group!r}")

    def run(session: Session) -> None:
        work(Room(session, organisation, organisation.sessions[group], stage.clock.now()))

    await stage.house.ledger.write(run)


def _somebody(actor: Actor, room: Room) -> str:
    """A person who was not there before; they never say anything."""
    wrapped, _key = actor.stage.house.vault.new_key()
    person = Person(
        id=new_id(), organisation=room.organisation.id, language="nl", wrapped_key=wrapped, created_at=room.now
    )
    room.session.add(person)
    room.session.flush()
    return person.id
