"""Visits in an agenda elsewhere that are moved, given back, or made by staff: nobody is left untold."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from casework.agendas.agenda_orders import LEAVE
from casework.door.accounts import Account
from casework.visiting.staff_booking import Order, make_visit
from casework.visiting.staff_visits import move_visit
from storage.tables import Appointment, Case, Due, Notice
from tests.agenda_scene import ASKED, ELEVEN, SURE, TAKEN, at, labels, scene, text


async def test_who_wants_another_time_meanwhile_gets_that_one_only() -> None:
    async with scene() as here:
        person = await here.asks()
        await person.taps(ELEVEN)
        await person.taps("Ja, verander het")
        assert ASKED in text(person.fresh)
        await here.tick()
        await here.tick(minutes=6)
        live = [visit for visit in await here.visits() if visit[1] in ("held", "booked")]
        assert live == [("03-25T11:00", "booked")]
        assert list(here.server.booked.values()) == [at(25, 11).isoformat()]


async def test_a_move_keeps_the_visit_until_the_new_time_is_sure_and_frees_the_old_one_there() -> None:
    async with scene() as here:
        person = await here.asks()
        await here.tick()
        await person.says("chat")
        await person.says("ander moment")
        await person.taps(ELEVEN)
        assert ASKED in text(person.fresh)
        assert ("03-25T10:00", "booked") in await here.visits()
        await here.tick()
        assert "donderdag 25 maart om 11 uur" in text(await person.looks())
        await here.tick(minutes=1)
        held, visit = ("03-25T11:00", "cancelled"), ("03-25T11:00", "booked")
        assert await here.visits() == [("03-25T10:00", "moved"), held, visit]
        assert list(here.server.booked.values()) == [at(25, 11).isoformat()]


async def test_a_move_to_a_time_that_was_just_taken_leaves_the_visit() -> None:
    async with scene() as here:
        person = await here.asks()
        await here.tick()
        await person.says("chat")
        await person.says("ander moment")
        await person.taps(ELEVEN)
        here.server.free.pop("2511")
        await here.tick()
        assert TAKEN in text(await person.looks())
        assert ("03-25T10:00", "booked") in await here.visits()
        assert "25 maart om 10 uur" in text(await person.says("laat zo"))


@pytest.mark.parametrize("fault", [None, "500"])
async def test_a_visit_that_is_cancelled_is_given_back_there(fault: str | None) -> None:
    async with scene() as here:
        person = await here.asks()
        await here.tick()
        await person.says("chat")
        await person.says("annuleer mijn afspraak")
        here.server.faults = [fault] if fault else []
        await here.tick()
        await here.tick(minutes=6)
        assert here.server.booked == {}


async def test_after_days_without_an_answer_staff_are_told_and_it_ends() -> None:
    async with scene() as here:
        person = await here.asks()
        await here.tick()
        await person.says("chat")
        await person.says("annuleer mijn afspraak")
        await here.stage.house.ledger.write(lambda s: s.exec(update(Due).values(attempts=600)))
        here.server.faults = ["500"]
        await here.tick()
        rows = await here.stage.house.ledger.read(
            lambda s: [
                *s.exec(select(Due.state).where(Due.kind == LEAVE)),
                *s.exec(select(Notice.kind).where(Notice.kind == "agenda_refused")),
            ]
        )
        assert rows == ["dead", "agenda_refused"]


@pytest.mark.parametrize("taken", [True, False])
async def test_a_crash_before_the_person_was_told_leaves_nobody_untold(taken: bool) -> None:
    async with scene() as here:
        person = await here.asks()
        if taken:
            here.server.free.pop("2510")
        telling = here.breaks_down_before_telling()
        await here.tick()
        assert await person.looks() == []
        assert await here.visits() == [("03-25T10:00", "cancelled" if taken else "booked")]
        await here.starts_again(telling)
        await here.tick(minutes=2)
        assert (TAKEN if taken else SURE) in text(await person.looks())
        assert labels(person.fresh)[0] == ELEVEN or not taken
        await here.tick(minutes=2)
        assert await person.looks() == []


@pytest.mark.parametrize("taken", [True, False])
async def test_staff_move_a_visit_only_to_a_time_that_the_agenda_gives(taken: bool) -> None:
    async with scene() as here:
        person = await here.asks()
        await here.tick()
        await person.says("chat")
        await person.looks()
        house = here.stage.house
        genk, now = house.organisations["genk"], here.stage.clock.now()
        account = Account("s", "genk", "s", "S", "coach", None, "nl")

        def move(session: Session) -> object:
            visit = session.exec(select(Appointment).where(Appointment.state == "booked")).one()
            return move_visit(session, genk, account, visit.id, "20270325T1000-karima", now)

        assert await house.ledger.write(move) == "asked"
        assert ("03-25T10:00", "booked") in await here.visits(), "the visit stands until the new time is sure"
        if taken:
            here.server.free.pop("2511")
        await here.tick(minutes=1)
        await here.tick(minutes=1)
        said, kinds = (
            text(await person.looks()),
            await house.ledger.read(
                lambda session: list(session.exec(select(Notice.kind).where(Notice.kind == "agenda_refused")))
            ),
        )
        if taken:
            assert (said, kinds) == ("", ["agenda_refused"])
            assert ("03-25T10:00", "booked") in await here.visits()
        else:
            assert "donderdag 25 maart om 11 uur" in said
            assert kinds == []
            assert ("03-25T11:00", "booked") in await here.visits()
            assert list(here.server.booked.values()) == [at(25, 11).isoformat()]


async def test_a_refusal_goes_to_staff_and_the_person_can_go_on() -> None:
    async with scene() as here:
        genk = here.stage.house.organisations["genk"]
        assert genk.agenda
        person = await here.asks()
        here.server.refuses = True
        await here.tick()
        assert "Je hebt dit moment nog niet" in text(await person.looks())
        kinds = await here.stage.house.ledger.read(lambda s: {row.kind for row in s.exec(select(Notice))})
        assert "agenda_refused" in kinds
        assert await here.visits() == [("03-25T10:00", "cancelled")]


@pytest.mark.parametrize("taken", [True, False])
async def test_staff_make_a_visit_only_at_a_time_that_the_agenda_gives(taken: bool) -> None:
    async with scene() as here:
        person = await here.chooses()
        await person.says("overslaan")
        await person.says("chat")
        await person.looks()
        house = here.stage.house
        genk, now = house.organisations["genk"], here.stage.clock.now()
        account = Account("s", "genk", "s", "S", "coach", None, "nl")

        def make(session: Session) -> object:
            case = session.exec(select(Case)).one()
            return make_visit(session, genk, account, case, Order("20270325T1000-karima", why="go_on"), now)

        assert await house.ledger.write(make) == "asked"
        assert await here.visits() == [("03-25T11:00", "held")]
        if taken:
            here.server.free.pop("2511")
        await here.tick(minutes=1)
        await here.tick(minutes=1)
        said = text(await person.looks())
        refused = await house.ledger.read(
            lambda session: list(session.exec(select(Notice.kind).where(Notice.kind == "agenda_refused")))
        )
        if taken:
            assert (said, refused) == ("", ["agenda_refused"])
            assert await here.visits() == [("03-25T11:00", "cancelled")]
        else:
            assert "We gaan verder met je plan." in said
            assert "Je coach heeft een afspraak voor je gemaakt: donderdag 25 maart om 11 uur" in said
            assert refused == []
            assert await here.visits() == [("03-25T11:00", "booked")]
            assert list(here.server.booked.values()) == [at(25, 11).isoformat()]
