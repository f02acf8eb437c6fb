"""Many people want few seats at the same moment: so many get one, and the others stand in line, in order."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlmodel import Session, col, select

from bot.converse import Converse
from casework.sessions.enrolments import find, join, leave, line_length, position
from flows.heard import SESSION
from storage.ledger import Ledger, open_ledger
from storage.tables import Due, Enrolment, Heard
from storage.verify import verify
from tests import casework_house
from tests.faults.inside import Guest, all_bubbles, house_on, many_like
from tests.session_house import group, house_with, people, places, room, states

T = TypeVar("T")

PEOPLE = int(os.environ.get("FAULT_PEOPLE", "80"))
SEATS = 10
DEMO = house_with(group(seats=SEATS))
CV = "cv-mrt"


async def each(ledger: Ledger, names: list[str], work: Callable[[Session, str], T]) -> list[T]:
    """All at once, each in a transaction of their own."""
    return list(await asyncio.gather(*(ledger.write(partial(_named, work, name)) for name in names)))


def _named(work: Callable[[Session, str], T], name: str, session: Session) -> T:
    return work(session, name)


def joins(session: Session, name: str) -> int | None:
    """The number in line that the person is told; ``None`` with a seat."""
    here = room(session, DEMO)
    place = join(here, name, "nl", line=True)
    assert place is not None
    return position(here, place) if place.state == "waiting" else None


def leaves(session: Session, name: str) -> bool:
    here = room(session, DEMO)
    place = find(here, name)
    return place is not None and leave(here, place) is not None


async def crowd(ledger: Ledger) -> list[str]:
    names = list(people(PEOPLE))
    await ledger.write(lambda session: casework_house.settle(session, *names))
    return names


async def test_exactly_so_many_get_a_seat_and_the_others_their_number(ledger: Ledger) -> None:
    names = await crowd(ledger)
    told = dict(zip(names, await each(ledger, names, joins), strict=True))

    def look(session: Session) -> tuple[list[int], dict[str, int | None]]:
        here, found = room(session, DEMO), places(session)
        seats = sorted(place.seat for place in found.values() if place.seat)
        numbers = {name: position(here, place) for name, place in found.items() if place.state == "waiting"}
        return seats, {name: numbers.get(name) for name in names}

    assert await ledger.read(look) == (list(range(1, SEATS + 1)), told)
    assert sorted(number for number in told.values() if number) == list(range(1, PEOPLE - SEATS + 1))
    assert await ledger.read(verify) == []


async def test_while_some_leave_and_others_come_no_seat_stays_empty_beside_a_line(ledger: Ledger) -> None:
    names = await crowd(ledger)
    first, later = names[: PEOPLE // 2], names[PEOPLE // 2 :]
    await each(ledger, first, joins)
    seated = [name for name, state in (await ledger.read(states)).items() if state == "enrolled"]
    came_of = await asyncio.gather(each(ledger, seated, leaves), each(ledger, later, joins))
    assert all(came_of[0])

    def look(session: Session) -> tuple[list[int], int]:
        seats = sorted(place.seat for place in places(session).values() if place.seat)
        return seats, line_length(room(session, DEMO))

    assert await ledger.read(look) == (list(range(1, SEATS + 1)), PEOPLE - 2 * SEATS)
    assert await ledger.read(verify) == []


async def test_two_taps_of_one_person_are_one(ledger: Ledger) -> None:
    await crowd(ledger)
    await each(ledger, ["p0"] * 8, joins)
    assert await ledger.read(states) == {"p0": "enrolled"}


async def test_in_the_talk_nobody_sees_an_error_and_two_sit_at_the_two_computers(database_url: str) -> None:
    ledger = await open_ledger(database_url)
    model = Guest(Converse(house_on(ledger)), 1)
    await model.reach("goal")
    guests = await many_like(model, range(1001, 1001 + PEOPLE))
    await asyncio.gather(*(guest.taps(SESSION, f"wait:{CV}:0") for guest in guests))

    def look(session: Session) -> tuple[list[str], int, list[str | None]]:
        query = select(Enrolment.state).where(col(Enrolment.seat).is_not(None))
        waiting = select(Enrolment).where(Enrolment.state == "waiting")
        parked = select(Heard.reason).where(Heard.state == "parked")
        return list(session.exec(query)), len(session.exec(waiting).all()), list(session.exec(parked))

    assert await ledger.read(look) == (["enrolled"] * 2, PEOPLE - 2, [])
    assert all(screen[-1].question == "goal" for screen in await all_bubbles(guests))
    assert await ledger.read(verify) == []
    reminders = select(Due).where(col(Due.kind).startswith("remind_session"))
    assert len(await ledger.read(lambda session: session.exec(reminders).all())) == 4
    await ledger.close()
