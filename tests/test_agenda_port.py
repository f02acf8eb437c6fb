"""The port for appointment systems: the same for ours and for one over HTTP, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agenda_http import HttpAgenda, _read
from bot.agenda_network import Answer, Limits, Outside
from casework.agendas.agenda_builtin import BuiltInAgenda
from casework.agendas.agenda_port import Agenda, Asked, Had, JustTaken, Order, Refused, Unreachable
from storage.ledger import Ledger
from tests.casework_house import coach, house, settle
from tests.outside_server import HERE
from tests.port_server import TOKEN, Fault, PortServer, hours

BRUSSELS = ZoneInfo("Europe/Brussels")
NOW = datetime(2027, 3, 23, 9, tzinfo=UTC)
THURSDAY = date(2027, 3, 25)
ASKED = Asked("visit", THURSDAY, THURSDAY, "nl")
SWIFT = Outside(HERE, Limits(size=2**20, seconds=0.7))
PEOPLE = ("ann", "ben")


@asynccontextmanager
async def over_http() -> AsyncIterator[tuple[HttpAgenda, PortServer]]:
    """Seven free hours on a Thursday, with nobody from twelve to one."""
    async with PortServer() as server:
        morning = hours(datetime(2027, 3, 25, 9, tzinfo=BRUSSELS), 3)
        server.free = morning | hours(datetime(2027, 3, 25, 13, tzinfo=BRUSSELS), 4)
        yield HttpAgenda(SWIFT, f"{server.url}/", TOKEN), server


@pytest.fixture(params=["built-in", "http"])
async def agenda(request: pytest.FixtureRequest, ledger: Ledger) -> AsyncIterator[Agenda]:
    if request.param == "http":
        async with over_http() as (there, _):
            yield there
    else:
        await ledger.write(lambda session: settle(session, *PEOPLE))
        demo = house(coach("an", hours={3: house().coaches["an"].hours[3]}))
        yield BuiltInAgenda(ledger, demo, lambda text, _: text, lambda: NOW)


async def order(agenda: Agenda, at: int, who: str = "ann") -> Order:
    """For the free time that begins at that hour."""
    found = next(time for time in await agenda.times(ASKED) if time.start.astimezone(BRUSSELS).hour == at)
    return Order(f"{who}-{at}", "visit", found.id, who, "nl")


async def free_hours(agenda: Agenda) -> list[int]:
    return [time.start.astimezone(BRUSSELS).hour for time in await agenda.times(ASKED)]


async def test_what_can_be_had_where_and_when(agenda: Agenda) -> None:
    (product,) = await agenda.products()
    assert (product.id, product.minutes, set(product.name)) == ("visit", 60, {"nl", "fr"})
    assert [place.id for place in await agenda.places("visit")] == ["hall"]
    assert await agenda.dates(ASKED) == (THURSDAY,)
    assert await free_hours(agenda) == [9, 10, 11, 13, 14, 15, 16]
    friday = date(2027, 3, 26)
    assert await agenda.times(replace(ASKED, first=friday, last=friday)) == ()


async def test_what_was_booked_is_no_longer_free_and_what_was_cancelled_is(agenda: Agenda) -> None:
    had = await agenda.book(await order(agenda, 10))
    assert isinstance(had, Had)
    assert (had.start.astimezone(BRUSSELS).hour, had.minutes, had.place) == (10, 60, "hall")
    assert 10 not in await free_hours(agenda)
    for _ in range(2):
        assert await agenda.cancel(had.booking, "cancel-1") is None
        assert 10 in await free_hours(agenda)


async def test_the_same_order_again_is_the_same_booking(agenda: Agenda) -> None:
    wanted = await order(agenda, 10)
    first, again = await agenda.book(wanted), await agenda.book(wanted)
    assert isinstance(first, Had)
    assert first == again
    assert len(await free_hours(agenda)) == 6


async def test_a_time_that_was_just_taken_is_answered_with_others(agenda: Agenda) -> None:
    mine, theirs = await order(agenda, 10, "ann"), await order(agenda, 10, "ben")
    assert isinstance(await agenda.book(theirs), Had)
    came_of = await agenda.book(mine)
    assert isinstance(came_of, JustTaken)
    assert len(came_of.others) >= 3
    assert mine.time not in {other.id for other in came_of.others}


async def test_a_move_frees_the_old_time_only_if_the_new_one_can_be_had(agenda: Agenda) -> None:
    had = await agenda.book(await order(agenda, 10))
    assert isinstance(had, Had)
    other, new = await order(agenda, 14, "ben"), await order(agenda, 14, "ann")
    assert isinstance(await agenda.book(other), Had)
    assert isinstance(await agenda.move(had.booking, new), JustTaken)
    assert 10 not in await free_hours(agenda)
    moved = await agenda.move(had.booking, await order(agenda, 15))
    assert isinstance(moved, Had)
    assert moved.start.astimezone(BRUSSELS).hour == 15
    assert 10 in await free_hours(agenda)


async def test_fully_booked_is_an_answer(agenda: Agenda) -> None:
    agenda_of = {"ann": 9}
    assert isinstance(await agenda.book(await order(agenda, agenda_of["ann"])), Had)
    nowhere = replace(ASKED, first=date(2027, 3, 28), last=date(2027, 3, 28))
    assert await agenda.times(nowhere) == ()
    assert await agenda.dates(nowhere) == ()


NOT_NOW: list[Fault] = ["slow", "500", "503", "429", "reset", "nonsense", "redirect"]


@pytest.mark.parametrize("fault", NOT_NOW)
async def test_no_answer_is_not_the_same_as_fully_booked(fault: Fault) -> None:
    async with over_http() as (agenda, server):
        server.faults = [fault, fault]  # a question is asked once more by itself where the line broke
        with pytest.raises(Unreachable) as unreachable:
            await agenda.times(ASKED)
        assert server.url not in str(unreachable.value)
        server.faults, server.free = [], {}
        assert await agenda.times(ASKED) == ()


@pytest.mark.parametrize("fault", ["late", "half", *NOT_NOW])
async def test_after_a_lost_answer_the_same_key_gives_the_same_booking(fault: Fault) -> None:
    async with over_http() as (agenda, server):
        wanted = await order(agenda, 10)
        server.faults = [fault]
        with pytest.raises(Unreachable):
            await agenda.book(wanted)
        had = await agenda.book(wanted)
        assert isinstance(had, Had)
        assert list(server.booked) == [had.booking]


async def test_a_refusal_is_for_good_and_its_words_are_left_there() -> None:
    async with over_http() as (agenda, _):
        wanted = replace(await order(agenda, 10), product="other")
        assert await agenda.book(wanted) == Refused("it answers 422")
        stranger = HttpAgenda(SWIFT, agenda._address, "wrong")
        assert await stranger.book(wanted) == Refused("it answers 401")
        with pytest.raises(Unreachable):
            await stranger.times(ASKED)


async def test_nothing_of_a_person_goes_along() -> None:
    async with over_http() as (agenda, server):
        await agenda.book(await order(agenda, 10))
        method, path, body = server.seen[-1]
        assert (method, path, set(body)) == ("POST", "/bookings", {"product", "time", "reference", "language"})


@given(st.binary(max_size=200))
def test_any_answer_is_an_object_or_none(body: bytes) -> None:
    with suppress(Unreachable):
        assert isinstance(_read(Answer(200, body)), dict)
