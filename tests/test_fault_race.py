"""Hundreds of people want fifty times at the same moment, and two processes hear one person at once."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, replace
from random import Random

from sqlmodel import Session, col, select

from bot.converse import Converse
from bot.house import House
from bot.incoming import Taken
from casework.house.in_force import InForce
from casework.visiting.booking import Booked, BookRequest, Wanted, book, cancel, find
from flows.log import Missed
from flows.messages import Bubble
from storage.ledger import Ledger, open_ledger
from storage.tables import Appointment, Conversation, Heard, Person
from storage.time_claim import LIVE
from storage.verify import verify
from tests.faults.inside import NOW, Guest, all_bubbles, house_on, many_like

PEOPLE = int(os.environ.get("FAULT_PEOPLE", "150"))
TIMES = 50


@dataclass(frozen=True, slots=True)
class Free:
    """One free time of one coach."""

    appointment: str
    value: str


async def only_free(house: House, number: int) -> list[str]:
    """Fill every coach's diary with visits of one person each, and free ``number`` of them again."""
    organisation = house.organisations["genk"]

    def fill(session: Session) -> list[Free]:
        booked: list[Free] = []
        while slots := find(session, organisation, Wanted("nl", limit=1000), NOW)[0]:
            for slot in slots:
                person = Person(organisation="genk", language="nl", wrapped_key=b"", created_at=NOW)
                session.add(person)
                session.flush()
                visit = book(session, organisation, BookRequest(person.id, slot.value, "nl"), NOW)
                if isinstance(visit, Booked):
                    booked.append(Free(visit.appointment.id, slot.value))
        return booked

    def free(session: Session) -> list[str]:
        chosen = Random(1).sample(filled, number)
        assert all(cancel(session, each.appointment, NOW) for each in chosen)
        return [each.value for each in chosen]

    filled = await house.ledger.write(fill)
    return await house.ledger.write(free)


async def live(ledger: Ledger) -> list[Appointment]:
    query = select(Appointment).where(col(Appointment.state).in_(LIVE))
    return await ledger.read(lambda session: list(session.exec(query)))


async def test_of_hundreds_of_people_fifty_get_the_fifty_times_and_all_others_an_honest_answer(ledger: Ledger) -> None:
    house = one_week_ahead(house_on(ledger))
    converse = Converse(house)
    values = await only_free(house, TIMES)
    others = len(await live(ledger))
    model = Guest(converse, 1)
    await model.reach("slot")
    people = await many_like(model, range(1001, 1001 + PEOPLE))
    chance = Random(2)
    wanted = values + chance.choices(values, k=PEOPLE - TIMES)
    chance.shuffle(wanted)

    await all_at_once(guest.taps("slot", value) for guest, value in zip(people, wanted, strict=True))
    assert len(await live(ledger)) == others + TIMES

    screens = zip(people, await all_bubbles(people), strict=True)
    offered = [(guest, screen[-1].buttons[0].tap.option) for guest, screen in screens if asked_last(screen) == "slot"]
    assert offered
    await all_at_once(guest.taps("slot", value) for guest, value in offered)

    assert len(await live(ledger)) == others + TIMES
    assert Counter(map(asked_last, await all_bubbles(people))) == {"contact_way": PEOPLE}
    assert await parked(ledger) == []
    assert await ledger.read(verify) == []


def one_week_ahead(house: House) -> House:
    """A shorter diary, so that fifty times are nearly all there is."""
    genk = house.organisations["genk"]
    week = replace(genk, visits={genk.visit.id: replace(genk.visit, horizon_days=8)})
    return replace(house, organisations=InForce({**house.organisations, "genk": week}))


async def all_at_once(takings: Iterable[Awaitable[Taken]]) -> None:
    """As many at a time as Telegram lets through, so long as each has an answer."""
    crowd = asyncio.Semaphore(40)

    async def one(taking: Awaitable[Taken]) -> None:
        async with crowd:
            assert not (await taking).duplicate

    await asyncio.gather(*map(one, takings))


def asked_last(bubbles: list[Bubble]) -> str | None:
    return next((bubble.question for bubble in reversed(bubbles) if bubble.question), None)


async def parked(ledger: Ledger) -> list[str | None]:
    query = select(Heard.reason).where(Heard.state == "parked")
    return await ledger.read(lambda session: list(session.exec(query)))


async def test_two_processes_that_hear_one_person_at_the_same_moment_take_turns(postgres_url: str) -> None:
    ledgers = [await open_ledger(postgres_url) for _ in range(2)]
    doors = [Converse(house_on(ledger)) for ledger in ledgers]
    guests = [Guest(doors[0], number) for number in range(1, 9)]
    for guest in guests:
        await guest.reach("goal")
    beside = [Guest(doors[1], guest.number) for guest in guests]
    for guest in beside:
        guest.keys = iter(range(1000, 2000))  # type: ignore[assignment]  # keys that the other does not give
    for _ in range(6):
        taps = [guest.taps("!", "why") for guest in (*guests, *beside)]
        more = [guest.says("xyzzy") for guest in (*guests, *beside)]
        await asyncio.gather(*taps, *more)
    assert await parked(ledgers[0]) == []
    assert await ledgers[0].read(verify) == []
    query = select(Conversation.chat_id, Conversation.version)
    turns = await ledgers[0].read(lambda session: dict(tuple(row) for row in session.exec(query)))
    heard = await ledgers[0].read(lambda session: list(session.exec(select(Heard.chat_id))))
    assert turns == {chat: heard.count(chat) for chat in turns}
    assert [sum(isinstance(entry, Missed) for entry in await guest.log()) for guest in guests] == [12] * len(guests)
    for ledger in ledgers:
        await ledger.close()
