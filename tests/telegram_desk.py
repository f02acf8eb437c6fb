"""A desk with people and their chats, for tests of what is carried to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import orjson
from sqlmodel import Session, col, select

from bot.backoff import Backoff
from bot.carriers import Carriers
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_wire import TelegramWire
from bot.clock import Clock
from bot.courier import Courier, Manner
from bot.pace import UNLIMITED
from bot.packages import Line
from bot.taps import Taps
from bot.telegram_request import AiohttpRequest
from casework.telling.announcements import Voice
from flows.heard import Tap
from flows.messages import Bubble, Button
from flows.wording import Wording
from storage.ledger import Ledger, ring
from storage.tables import Chat, Notice, Outgoing, Person, Staff
from storage.trays import Parcel, put
from storage.vault import Key, Vault
from tests.patience import PATIENCE
from tests.telegram_server import TelegramServer

TOKEN = "4242:AAE-canary-token-of-the-tests"
TAPS = Taps(b"a secret of the tests, 32 bytes!")
ORGANISATION = "genk"
SWIFT = Manner(bot=UNLIMITED, chat=UNLIMITED, look_every=0.2, drain=1.0, backoff=Backoff(first=0.02, longest=0.1))


@dataclass(slots=True)
class Desk:
    """What a courier needs, and a way to say things. ``keys`` are the persons' keys by the number of their chat."""

    ledger: Ledger
    vault: Vault = field(default_factory=lambda: Vault(["x" * 40]))
    clock: Clock = field(default_factory=Clock)
    keys: dict[int, Key] = field(default_factory=dict)
    carriers: Carriers = field(default_factory=Carriers)

    @property
    def voice(self) -> Voice:
        return Voice(self.vault, Wording(), TAPS.token)

    async def meet(self, *numbers: int, organisation: str = ORGANISATION) -> None:
        """A person with a Telegram chat for each number."""

        def work(session: Session) -> None:
            for number in numbers:
                wrapped, self.keys[number] = self.vault.new_key()
                person = Person(organisation=organisation, language="nl", wrapped_key=wrapped, **self._now())
                session.add(person)
                session.flush()
                session.add(self._chat(number, organisation, person_id=person.id))

        await self.ledger.write(work)

    async def employ(self, number: int, organisation: str = ORGANISATION) -> None:
        """A coach with a Telegram chat."""

        def work(session: Session) -> None:
            coach = Staff(organisation=organisation, login="an", name="An", role="coach", coach="an", **self._now())
            session.add(coach)
            session.flush()
            session.add(self._chat(number, organisation, staff_id=coach.id))

        self.keys[number] = self.vault.house
        await self.ledger.write(work)

    async def say(self, number: int, *texts: str, **more: object) -> list[int]:
        """Put texts into the tray, as a turn would; the ids of the rows."""
        bubbles = [Bubble(text, "nl") for text in texts]
        return [await self.show(number, bubble, **more) for bubble in bubbles]

    async def show(self, number: int, bubble: Bubble, **more: object) -> int:
        def work(session: Session) -> int:
            row = put(session, self._parcel(session, number, bubble, more), self.clock.now())
            ring(session, f"outgoing/{ORGANISATION}/telegram")
            return row

        return await self.ledger.write(work)

    async def say_all(self, numbers: Sequence[int], *texts: str) -> None:
        """The same texts to many, in one transaction."""

        def work(session: Session) -> None:
            for text in texts:
                for number in numbers:
                    put(session, self._parcel(session, number, Bubble(text, "nl"), {}), self.clock.now())
            ring(session, f"outgoing/{ORGANISATION}/telegram")

        await self.ledger.write(work)

    async def rows(self, number: int | None = None) -> list[Outgoing]:
        query = select(Outgoing).join(Chat).order_by(col(Outgoing.id))
        if number is not None:
            query = query.where(Chat.address == str(number))
        return await self.ledger.read(lambda session: list(session.exec(query)))

    async def states(self, number: int | None = None) -> list[str]:
        return [row.state for row in await self.rows(number)]

    async def chat_state(self, number: int) -> str:
        query = select(Chat.state).where(Chat.address == str(number))
        return await self.ledger.read(lambda session: session.exec(query).one())

    async def notices(self) -> list[Notice]:
        return await self.ledger.read(lambda session: list(session.exec(select(Notice))))

    def _parcel(self, session: Session, number: int, bubble: Bubble, more: dict[str, object]) -> Parcel:
        chat = session.exec(select(Chat).where(Chat.address == str(number))).one()
        sealed = self.keys[number].seal(orjson.dumps(bubble.as_json()), f"outgoing|{chat.id}")
        parcel = Parcel(chat.organisation, "telegram", chat.id, None, "message", sealed)
        return replace(parcel, **more)  # type: ignore[arg-type]  # fields of Parcel by name

    def _chat(self, number: int, organisation: str, **owner: str) -> Chat:
        return Chat(organisation=organisation, channel="telegram", address=str(number), **owner, **self._now())

    def _now(self) -> dict[str, object]:
        return {"created_at": self.clock.now()}


def signed(number: int, text: str, question: str, *options: str) -> Bubble:
    """A question with buttons as the conversation stores it."""
    place = f"{ORGANISATION}/telegram/{number}"
    taps = [Tap(question, option) for option in options]
    buttons = tuple(Button(tap.option, tap, token=TAPS.token(place, tap)) for tap in taps)
    return Bubble(text, "nl", buttons, question=question)


@asynccontextmanager
async def open_api(server: TelegramServer, read_timeout: float = PATIENCE) -> AsyncIterator[TelegramApi]:
    server.bot(TOKEN)
    api = TelegramApi(TOKEN, server.url, AiohttpRequest(read_timeout=read_timeout))
    await api.open()
    try:
        yield api
    finally:
        await api.close()


def courier_for(desk: Desk, api: TelegramApi, manner: Manner = SWIFT) -> Courier:
    return Courier(desk, Line(ORGANISATION, "telegram"), TelegramWire(api), manner)
