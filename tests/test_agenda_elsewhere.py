"""Somebody else's appointment system in the talk: three answers that differ, and no booking that nobody wants."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from casework.agendas.agenda_orders import ASK
from casework.visiting.holds import end_hold
from storage.ledger import Ledger
from storage.tables import Due
from tests.agenda_scene import ELEVEN, SURE, TAKEN, TEN, at, labels, scene, text

SILENT = "Ik kan nu niet in de agenda kijken"


async def test_what_is_free_there_is_offered_here_and_nothing_else() -> None:
    async with scene() as here:
        person = await here.chooses()
        times = [label for label in labels(person.fresh) if "mrt" in label or "apr" in label]
        assert times == [TEN, ELEVEN, "di 30 mrt, 9 uur", "di 30 mrt, 11 uur"]


async def test_before_the_system_was_heard_it_cannot_be_reached_and_is_not_fully_booked() -> None:
    async with scene(looked=False) as here:
        person = await here.chooses()
        assert SILENT in text(person.fresh)
        await here.tick()
        assert TEN in labels(await person.says("probeer opnieuw"))


async def test_fully_booked_is_another_answer() -> None:
    async with scene() as here:
        here.server.free = {}
        await here.tick(minutes=20)
        person = await here.chooses()
        assert "Er is nu geen moment vrij" in text(person.fresh)


async def test_a_time_is_asked_for_and_the_answer_comes_into_the_talk(ledger: Ledger) -> None:
    async with scene(ledger=ledger) as here:
        person = await here.asks()
        assert await here.visits() == [("03-25T10:00", "held")]
        await here.tick()
        said = await person.looks()
        assert SURE in text(said)
        assert await here.visits() == [("03-25T10:00", "booked")]
        assert list(here.server.booked.values()) == [at(25, 10).isoformat()]
        await here.tick(minutes=30)
        assert await person.looks() == []
        done = await person.says("chat")
        assert "Je afspraak: donderdag 25 maart om 10 uur" in text(done)


@pytest.mark.parametrize("words", ["annuleer mijn afspraak", "ander moment", "agenda"])
async def test_as_long_as_it_is_asked_for_nobody_is_told_that_there_is_no_visit(words: str) -> None:
    async with scene() as here:
        person = await here.asks()
        said = text(await person.says(words))
        assert "Ik wacht nog op een antwoord over je afspraak. Ik schrijf je als ik het weet." in said
        assert "geen afspraak" not in said
        await here.tick()
        assert SURE in text(await person.looks())


async def test_just_taken_comes_with_the_others_at_once() -> None:
    async with scene() as here:
        person = await here.asks()
        here.server.free.pop("2510")
        await here.tick()
        said = await person.looks()
        assert TAKEN in text(said)
        assert labels(said)[:3] == [ELEVEN, "di 30 mrt, 9 uur", "di 30 mrt, 11 uur"]
        await person.taps(ELEVEN)
        await here.tick()
        assert "donderdag 25 maart om 11 uur" in text(await person.looks())
        assert await here.visits() == [("03-25T10:00", "cancelled"), ("03-25T11:00", "booked")]


async def test_no_answer_is_told_after_a_while_and_nothing_stays_behind() -> None:
    async with scene() as here:
        person = await here.asks()
        here.server.faults = ["500"] * 4
        for _ in range(3):
            await here.tick(seconds=6)
        said = await person.looks()
        assert "Je hebt dit moment nog niet" in text(said)
        assert SILENT in text(said)
        here.server.faults = []
        await here.tick(minutes=20)
        assert (here.server.booked, await here.visits()) == ({}, [("03-25T10:00", "cancelled")])
        assert ELEVEN in labels(await person.says("probeer opnieuw"))


async def test_taken_without_others_shows_what_is_known_here() -> None:
    async with scene() as here:
        person = await here.asks()
        here.server.names_others = False
        here.server.gone = {"2510"}
        await here.tick()
        assert TAKEN in text(await person.looks())
        assert "di 30 mrt, 9 uur" in labels(person.fresh)


async def test_a_deadline_that_passed_while_nobody_was_at_work_is_told() -> None:
    async with scene() as here:
        person = await here.asks()
        here.stage.clock.move(timedelta(minutes=30))
        await here.stage.house.ledger.write(_deadline_passes)
        await here.tick()
        assert "Je hebt dit moment nog niet" in text(await person.looks())
        assert await here.visits() == [("03-25T10:00", "expired")]
        assert here.server.booked == {}


def _deadline_passes(session: Session) -> None:
    """The hold ends before anybody has asked."""
    row = session.exec(select(Due).where(Due.kind == "end_hold")).one()
    assert end_hold(session, row, row.due_at)


async def test_erased_while_it_is_asked_for_gives_the_booking_back() -> None:
    async with scene() as here:
        person = await here.asks()
        here.server.faults = [None, "late"]
        await here.tick()
        assert len(here.server.booked) == 1
        await person.says("wis alles")
        await person.says("ja")
        await here.tick(minutes=6)
        await here.tick(minutes=6)
        assert here.server.booked == {}


async def test_an_answer_that_is_lost_does_not_book_twice() -> None:
    async with scene() as here:
        person = await here.asks()
        here.server.faults = [None, "late"]
        await here.tick()
        assert await here.visits() == [("03-25T10:00", "held")]
        await here.tick(seconds=6)
        assert SURE in text(await person.looks())
        assert len(here.server.booked) == 1


async def test_a_booking_whose_answer_came_too_late_is_given_back() -> None:
    async with scene() as here:
        person = await here.asks()
        here.server.faults = [None, "late", "500", "500"]
        for _ in range(3):
            await here.tick(seconds=6)
        assert SILENT in text(await person.looks())
        assert len(here.server.booked) == 1
        await here.tick(minutes=6)
        await here.tick(minutes=6)
        assert here.server.booked == {}
        assert await person.looks() == []


async def test_nothing_in_the_rows_or_on_the_way_says_who() -> None:
    async with scene() as here:
        await here.asks()
        await here.tick()
        rows = await here.stage.house.ledger.read(
            lambda s: [row.body for row in s.exec(select(Due).where(Due.kind == ASK))]
        )
        assert [set(body) for body in rows] == [{"step", "question", "moved_from", "time", "booking"}]
        sent = [body for method, _, body in here.server.seen if method == "POST"]
        assert [set(body) for body in sent] == [{"product", "time", "reference", "language"}]
