"""Somebody else's appointment system in the talk: three answers that differ, and no booking that nobody wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.agenda_asking import Asking
from bot.agenda_fetching import Calendars
from bot.agenda_http import HttpAgenda
from bot.agenda_network import Limits, Outside
from bot.converse import Converse
from bot.incoming import Incoming, Taken
from bot.people import Place
from bot.ticker import Ticker
from casework.agendas.agenda_orders import ASK, LEAVE
from casework.agendas.agenda_times import open_agenda
from casework.agendas.outside_times import FETCH
from casework.door.accounts import Account
from casework.house.in_force import InForce
from casework.house.organisation import OutsideAgenda
from casework.visiting.holds import end_hold
from casework.visiting.staff_booking import Order, make_visit
from casework.visiting.staff_visits import move_visit
from flows.messages import Bubble
from storage.ledger import Ledger
from storage.tables import Appointment, Case, Due, Notice
from storage.verify import verify
from tests.outside_server import HERE
from tests.port_server import TOKEN, PortServer
from tests.stage import Actor, Stage, open_stage

BRUSSELS = ZoneInfo("Europe/Brussels")
QUICK = ("ja", "snel een mens", "34 tot 49 jaar", "3600", "een job", "ja")
TEN, ELEVEN = "do 25 mrt, 10 uur", "do 25 mrt, 11 uur"
ASKED = "Ik vraag dit moment aan. Ik schrijf je hier als het zeker is."
SILENT = "Ik kan nu niet in de agenda kijken"
TAKEN = "Dat moment is net bezet. Deze momenten zijn vrij."
SURE = "Goed, dit moment is voor jou: donderdag 25 maart om 10 uur."


@dataclass
class Scene:
    """A town whose only desk has its agenda elsewhere."""

    stage: Stage
    server: PortServer
    ticker: Ticker = field(init=False)

    def __post_init__(self) -> None:
        self.ticker = self._ticker(Converse(self.stage.house))

    def _ticker(self, converse: Converse) -> Ticker:
        outside, house = Outside(HERE, Limits(size=2**20, seconds=0.7)), self.stage.house
        ports = {"genk": HttpAgenda(outside, self.server.url, TOKEN)}
        asking = Asking(house, converse, ports)
        looking = Calendars(house, outside, ports)
        return Ticker(house, {FETCH: looking.carry_out, ASK: asking.ask, LEAVE: asking.leave})

    async def tick(self, **wait: float) -> None:
        """Let everything that is due by then happen, and all that follows from it."""
        self.stage.clock.move(timedelta(**wait))
        while await self.ticker.tick():
            await asyncio.gather(*self.ticker._away)

    def breaks_down_before_telling(self) -> Ticker:
        """The process that has asked goes away before a turn of it: what it would tell is never taken."""

        class Dead(Converse):
            async def take(self, incoming: Incoming) -> Taken:
                raise RuntimeError("the process is gone")

        before = self.ticker
        self.ticker = self._ticker(Dead(self.stage.house))
        return before

    async def starts_again(self, ticker: Ticker) -> None:
        """What the dead process held is let go."""
        self.ticker = ticker
        await self.stage.house.ledger.write(lambda session: session.exec(update(Due).values(lease_until=None)))

    async def chooses(self, name: str = "ann") -> Actor:
        """Somebody at the question of a time."""
        actor = Actor(self.stage, Place("genk", "web", name))
        await actor.starts(language="nl")
        for words in QUICK:
            await actor.says(words)
        return actor

    async def asks(self, name: str = "ann", at: str = TEN) -> Actor:
        actor = await self.chooses(name)
        await actor.taps(at)
        assert ASKED in text(actor.fresh)
        return actor

    async def visits(self) -> list[tuple[str, str]]:
        def work(session: Session) -> list[tuple[str, str]]:
            assert verify(session) == []
            rows = session.exec(select(Appointment).order_by(col(Appointment.created_at), col(Appointment.version)))
            return [(row.wall[5:], row.state) for row in rows]

        return await self.stage.house.ledger.read(work)


def at(day: int, hour: int) -> datetime:
    return datetime(2027, 3, day, hour, tzinfo=BRUSSELS)


@asynccontextmanager
async def scene(looked: bool = True, ledger: Ledger | None = None) -> AsyncIterator[Scene]:
    async with PortServer() as server, open_stage(ledger) as stage:
        server.free = {f"{start:%d%H}": start for start in (at(25, 10), at(25, 11), at(30, 9), at(30, 11))}
        genk = stage.house.organisations["genk"]
        agenda = OutsideAgenda(f"{server.url}", "visit", "karima")
        genk = replace(genk, agenda=agenda, coaches={"karima": genk.coaches["karima"]})
        stage.house = replace(stage.house, organisations=InForce({**stage.house.organisations, "genk": genk}))
        stage.converse = Converse(stage.house)
        now = stage.clock.now()
        await stage.house.ledger.write(lambda session: open_agenda(session, stage.house.vault, genk, now))
        here = Scene(stage, server)
        if looked:
            await here.tick()
        yield here


def text(bubbles: list[Bubble]) -> str:
    return "\n".join(bubble.text for bubble in bubbles)


def labels(bubbles: list[Bubble]) -> list[str]:
    return [button.label for button in bubbles[-1].buttons]


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
