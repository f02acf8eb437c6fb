"""Talks with the conversation itself, without a wire: quick enough for thousands of people."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from pydantic import SecretStr
from sqlmodel import Session, col, select

from bot.clock import Clock
from bot.converse import Converse
from bot.house import House
from bot.incoming import Incoming, Taken
from bot.notebook import Page, add_turn, read_log
from bot.opening import make_house
from bot.people import Partner, Place, meet
from bot.settings import Settings
from flows.heard import COMMAND, Heard, Said, Started, Tap, Tapped
from flows.log import Entry
from flows.memory import Memory, remember
from flows.messages import Bubble
from storage.ledger import Ledger
from storage.tables import Outgoing
from tests.faults.program import SECRET
from tests.faults.talker import QUICK, TYPED
from tests.stage import papers

NOW = datetime.fromisoformat("2027-03-24T10:00+01:00")
SKIP = "skip"
ADULT = QUICK | {"age": "from_26", "goal": "job"}


def house_on(ledger: Ledger) -> House:
    """The real house on this database; its clock stands still."""
    settings = Settings(database_url="sqlite://", secret_key=SecretStr(SECRET))
    return make_house(settings, ledger, Clock(NOW, speed=0.0), papers())


@dataclass
class Guest:
    """Somebody in a Telegram chat of Genk. ``wishes`` are options by question, or ``skip``."""

    converse: Converse
    number: int
    wishes: Mapping[str, str] = field(default_factory=lambda: ADULT)
    keys: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def place(self) -> Place:
        return Place("genk", "telegram", str(self.number))

    async def hears(self, heard: Heard, key: str = "") -> Taken:
        body = heard.text if isinstance(heard, Said) else None
        key = key or f"{self.number}:{next(self.keys)}"
        return await self.converse.take(Incoming("genk", "telegram", key, str(self.number), heard, "nl", body))

    async def says(self, text: str) -> Taken:
        return await self.hears(Said(text))

    async def hears_again(self, text: str, key: str) -> Taken:
        """The same update each time it is called with the same key."""
        return await self.hears(Said(text), key)

    async def taps(self, question: str, option: str) -> Taken:
        return await self.hears(Tapped(Tap(question, option)))

    async def reach(self, question: str) -> None:
        """Talk until this question is open."""
        await self.hears(Started())
        for _ in range(80):
            bubble = await self.asked()
            if bubble is None or bubble.question == question:
                return
            await self.hears(self._answer(bubble))
        raise AssertionError(f"never came to {question}")

    def _answer(self, bubble: Bubble) -> Heard:
        assert bubble.question
        wish = self.wishes.get(bubble.question, "")
        if wish == SKIP:
            return Tapped(Tap(COMMAND, SKIP))
        options = {each.tap.option: each.tap for each in bubble.buttons if each.tap.question == bubble.question}
        if "=" in options:
            return Tapped(options["="])
        chosen = options.get(wish) or options.get(f"+{wish}") or next(iter(options.values()), None)
        return Tapped(chosen) if chosen else Said(TYPED.get(bubble.expects, "Amira"))

    async def asked(self) -> Bubble | None:
        """The newest question on the screen."""
        return next((bubble for bubble in reversed(await self.bubbles()) if bubble.question), None)

    async def bubbles(self) -> list[Bubble]:
        return await self.converse.house.ledger.write(lambda session: bubbles_of(session, self._partner(session)))

    async def memory(self) -> Memory:
        return remember(await self.log())

    async def log(self) -> Sequence[Entry]:
        return await self.converse.house.ledger.write(self.log_in)

    def log_in(self, session: Session) -> Sequence[Entry]:
        partner = self._partner(session)
        return read_log(session, partner.key, partner.conversation_id)

    async def partner(self) -> Partner:
        return await self.converse.house.ledger.write(self._partner)

    def _partner(self, session: Session) -> Partner:
        partner = meet(session, self.converse.house.vault, self.place, "nl", "intake", NOW)
        assert isinstance(partner, Partner)
        return partner


def bubbles_of(session: Session, partner: Partner) -> list[Bubble]:
    query = select(Outgoing).where(Outgoing.chat_id == partner.chat_id).order_by(col(Outgoing.id))
    opened = (partner.key.open(row.sealed, f"outgoing|{partner.chat_id}") for row in session.exec(query))
    return [Bubble.from_json(orjson.loads(plain)) for plain in opened]


async def all_bubbles(guests: Sequence[Guest]) -> list[list[Bubble]]:
    """What each was told, read at once."""

    def work(session: Session) -> list[list[Bubble]]:
        return [bubbles_of(session, guest._partner(session)) for guest in guests]

    return await guests[0].converse.house.ledger.write(work)


async def all_logs(guests: Sequence[Guest]) -> list[Sequence[Entry]]:
    """The same for what is kept of them."""
    return await guests[0].converse.house.ledger.write(lambda session: [guest.log_in(session) for guest in guests])


async def many_like(model: Guest, numbers: Iterable[int]) -> list[Guest]:
    """People who have said what the model said, without the talk: their logs are written at once."""
    entries = await model.log()
    guests = [Guest(model.converse, number, model.wishes) for number in numbers]

    def work(session: Session) -> None:
        for guest in guests:
            add_turn(session, guest._partner(session), Page(entries, None, None), NOW)

    await model.converse.house.ledger.write(work)
    return guests
