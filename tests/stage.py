"""A whole house in memory with a clock that tests move: the conversation without any wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from pydantic import SecretStr
from sqlmodel import Session, col, select

from bot.clock import Clock
from bot.converse import Converse
from bot.house import House
from bot.incoming import Incoming, Taken
from bot.notebook import read_log
from bot.opening import make_house
from bot.people import Partner, Place, find
from bot.settings import Settings
from bot.ticker import Ticker
from flows.heard import Heard, Said, Started, Tap, Tapped
from flows.log import Log
from flows.messages import Bubble, Button
from storage.ledger import Ledger, open_ledger
from storage.tables import Outgoing

ROOT = Path(__file__).parent.parent
WEDNESDAY = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)


class StageClock(Clock):
    """Stands still until it is moved."""

    def __init__(self, at: datetime = WEDNESDAY) -> None:
        super().__init__(at, 1.0)
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


def stage_settings(url: str = "sqlite://") -> Settings:
    return Settings(database_url=url, secret_key=SecretStr("s" * 40), organisations=ROOT / "organisations")


@asynccontextmanager
async def open_stage(ledger: Ledger | None = None, at: datetime = WEDNESDAY) -> AsyncIterator[Stage]:
    """A house over ``ledger``, or over a database in memory."""
    own = ledger or await open_ledger("sqlite://")
    clock = StageClock(at)
    try:
        yield Stage(make_house(stage_settings(), own, clock), clock)
    finally:
        if ledger is None:
            await own.close()


@dataclass
class Stage:
    house: House
    clock: StageClock
    converse: Converse = field(init=False)

    def __post_init__(self) -> None:
        self.converse = Converse(self.house)

    def actor(self, name: str = "ann", organisation: str = "genk", channel: str = "web") -> Actor:
        return Actor(self, Place(organisation, channel, name))

    async def tick(self) -> int:
        """Let everything that is due by now happen."""
        return await Ticker(self.house).tick()


@dataclass
class Actor:
    """Somebody at a channel; sees every bubble in the order in which it was put out."""

    stage: Stage
    place: Place
    seen: list[Bubble] = field(default_factory=list)
    fresh: list[Bubble] = field(default_factory=list)
    toast: str | None = None
    count: int = 0
    _row: int = 0

    async def starts(self, language: str | None = None, payload: str = "") -> list[Bubble]:
        return await self._hear(self.incoming(Started(payload), language=language))

    async def says(self, text: str) -> list[Bubble]:
        return await self._hear(self.incoming(Said(text), text))

    async def taps(self, label: str) -> list[Bubble]:
        return await self._hear(self.incoming(Tapped(self.button(label).tap), label))

    async def tap(self, question: str, option: str) -> list[Bubble]:
        return await self._hear(self.incoming(Tapped(Tap(question, option))))

    async def at_once(self, *updates: Incoming) -> list[Bubble]:
        """Several updates at the same moment."""
        await asyncio.gather(*(self.stage.converse.take(update) for update in updates))
        return await self.looks()

    async def again(self, update: Incoming) -> Taken:
        return await self.stage.converse.take(update)

    def incoming(self, heard: Heard, body: str | None = None, language: str | None = None) -> Incoming:
        self.count += 1
        place = self.place
        return Incoming(
            place.organisation, place.channel, f"{place.address}-{self.count}", place.address, heard, language, body
        )

    def button(self, label: str) -> Button:
        """The newest button whose label is ``label``, with or without its icon."""
        for bubble in reversed(self.seen):
            for button in (*bubble.buttons, *bubble.tools):
                if label in (button.label, button.label.partition(" ")[2]):
                    return button
        raise AssertionError(f"no button {label!r} was ever shown")

    async def _hear(self, incoming: Incoming) -> list[Bubble]:
        taken = await self.stage.converse.take(incoming)
        self.toast = taken.toast
        return await self.looks()

    async def looks(self) -> list[Bubble]:
        """What is new on the screen."""
        self.fresh = await self.stage.house.ledger.write(self._fetch)
        self.seen += self.fresh
        return self.fresh

    def _fetch(self, session: Session) -> list[Bubble]:
        partner = self._partner(session)
        new = select(Outgoing).where(Outgoing.chat_id == partner.chat_id, col(Outgoing.id) > self._row)
        bubbles = []
        for row in session.exec(new.order_by(col(Outgoing.id))):
            self._row = row.id or 0
            bubbles.append(Bubble.from_json(orjson.loads(partner.key.open(row.sealed, f"outgoing|{partner.chat_id}"))))
        return bubbles

    def _partner(self, session: Session) -> Partner:
        partner = find(session, self.stage.house.vault, self.place)
        assert isinstance(partner, Partner)
        return partner

    async def log(self) -> Log:
        """The log as it lies in the database."""

        def work(session: Session) -> Log:
            partner = self._partner(session)
            return read_log(session, partner.key, partner.conversation_id)

        return await self.stage.house.ledger.write(work)
