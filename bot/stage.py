"""A whole house in memory that is gone afterwards, with a clock that stands still: for trying out and for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import orjson
from pydantic import SecretStr
from sqlmodel import Session, col, select

from bot.aloud.engine import PROGRAM, Engine
from bot.aloud.reading import Reading
from bot.aloud.shelf import Shelf
from bot.clock import Clock
from bot.converse import Converse
from bot.hearing import VOICE
from bot.house import House
from bot.incoming import Incoming, Taken
from bot.notebook import read_log
from bot.opening import Papers, make_house
from bot.people import Partner, Place, find
from bot.settings import Settings
from bot.ticker import Ticker
from flows.heard import Heard, Said, Started, Tap, Tapped
from flows.log import Log
from flows.messages import Bubble, Button
from storage.ledger import open_ledger
from storage.tables import Outgoing

WEDNESDAY = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
"""In Belgium it is 10 o'clock then, on 24 March."""
APART = {
    "database_url": "sqlite://",
    "secret_key": SecretStr("a house in memory keeps nothing that this could open"),
    "public_url": "https://opstap.example",
}
"""Settings that are the same on every machine, so that a story goes the same way everywhere."""


NOTE, CLIP = "♪", "📎"
READS = Reading(Engine(PROGRAM), {}, lambda source, _: source, Shelf(), b"")
"""A story goes the same way where nothing can be read aloud: nobody here listens to the sound itself."""


class NotShown(LookupError):
    """A button that is wanted was never on the screen."""


class StageClock(Clock):
    """Stands still until it is moved."""

    def __init__(self, at: datetime = WEDNESDAY) -> None:
        super().__init__(at, 1.0)
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


@dataclass
class Stage:
    house: House
    clock: StageClock
    converse: Converse = field(init=False)

    def __post_init__(self) -> None:
        self.house = replace(self.house, reading=READS)
        self.converse = Converse(self.house)

    async def tick(self) -> int:
        """Let everything that is due by now happen."""
        return await Ticker(self.house).tick()


@asynccontextmanager
async def open_stage(settings: Settings, papers: Papers | None = None) -> AsyncIterator[Stage]:
    """A stage with ``papers``, or with those that ``settings`` name; the database of these is not touched."""
    apart = settings.model_copy(update=APART)
    ledger = await open_ledger(apart.database_url)
    try:
        clock = StageClock()
        yield Stage(make_house(apart, ledger, clock, papers), clock)
    finally:
        await ledger.close()


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
        raise NotShown(f"no button [{label}] was ever shown")

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
        partner = self.partner(session)
        new = select(Outgoing).where(Outgoing.chat_id == partner.chat_id, col(Outgoing.id) > self._row)
        bubbles = []
        for row in session.exec(new.order_by(col(Outgoing.id))):
            self._row = row.id or 0
            bubble = Bubble.from_json(orjson.loads(partner.key.open(row.sealed, f"outgoing|{partner.chat_id}")))
            bubbles.append(_heard(bubble) if row.kind == VOICE else _with_file(bubble))
        return bubbles

    def partner(self, session: Session) -> Partner:
        """Who we say this is. Raises ``NotShown`` for somebody who has said nothing yet."""
        partner = find(session, self.stage.house.vault, self.place)
        if not isinstance(partner, Partner):
            raise NotShown(f"nobody has begun to talk at {self.place}")
        return partner

    async def log(self) -> Log:
        """The log as it lies in the database."""
        return (await self.conversation())[1]

    async def conversation(self) -> tuple[str, Log]:
        """The id of the conversation that is going on here, and its log."""

        def work(session: Session) -> tuple[str, Log]:
            partner = self.partner(session)
            return partner.conversation_id, read_log(session, partner.key, partner.conversation_id)

        return await self.stage.house.ledger.write(work)


def _with_file(bubble: Bubble) -> Bubble:
    """A file as it stands in a story: its name above what is written under it."""
    return replace(bubble, text=f"{CLIP} {bubble.file.name}\n{bubble.text}") if bubble.file else bubble


def _heard(bubble: Bubble) -> Bubble:
    """A voice message, as it stands in a story: its words behind a note."""
    return Bubble(f"{NOTE} {' '.join(bubble.text.split())}", bubble.language)
