"""A talk at a house whose times stand in an agenda elsewhere, with that agenda beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

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
from casework.house.in_force import InForce
from casework.house.organisation import OutsideAgenda
from flows.messages import Bubble
from storage.ledger import Ledger
from storage.tables import Appointment, Due
from storage.verify import verify
from tests.outside_server import HERE
from tests.port_server import TOKEN, PortServer
from tests.stage import Actor, Stage, open_stage

BRUSSELS = ZoneInfo("Europe/Brussels")
QUICK = ("ja", "snel een mens", "34 tot 49 jaar", "3600", "een job", "ja")
TEN, ELEVEN = "do 25 mrt, 10 uur", "do 25 mrt, 11 uur"
ASKED = "Ik vraag dit moment aan. Ik schrijf je hier als het zeker is."
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
