"""The Telegram bots: for each organisation with a token, its ear, its voice and its registration."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from pydantic import SecretStr

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_answered import AnsweredMarks
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_menu import menus
from bot.channels.telegram_polling import TelegramPolling
from bot.channels.telegram_registration import Door, Registration
from bot.channels.telegram_webhook import Hook, TelegramWebhook, webhook_secret
from bot.channels.telegram_wire import TelegramWire
from bot.converse import Converse
from bot.courier import Courier, Manner
from bot.house import House
from bot.logs import where
from bot.packages import Line
from bot.reach import Reach, note_reach
from bot.telegram_request import AiohttpRequest
from bot.telegram_state import Tells, telegram_state

log = structlog.get_logger()


@dataclass(slots=True)
class Bots:
    """``public_url`` decides: with it Telegram knocks at our door, without it we fetch."""

    house: House
    converse: Converse
    api_address: str
    public_url: str
    tokens: Mapping[str, SecretStr]
    manner: Manner | None = None
    usernames: dict[str, str] = field(default_factory=dict)
    apis: dict[str, TelegramApi] = field(default_factory=dict)
    _channels: dict[str, TelegramChannel] = field(default_factory=dict)
    _couriers: dict[str, Courier] = field(default_factory=dict)
    _marks: dict[str, AnsweredMarks] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for organisation, token in self.tokens.items():
            api = TelegramApi(token.get_secret_value(), self.api_address, AiohttpRequest())
            courier = Courier(
                self.house, Line(organisation, "telegram"), TelegramWire(api, self.house.reading), self.manner
            )
            marks = AnsweredMarks(api, self.house.ledger, self.house.vault, courier.pace)
            self.apis[organisation], self._couriers[organisation] = api, courier
            self._marks[organisation] = marks
            self._channels[organisation] = TelegramChannel(
                organisation, self.house.taps, self.converse.take, self._note, marks
            )

    def webhook(self) -> TelegramWebhook:
        """The doors, one for each bot; where updates are fetched there is none."""
        hooks = (Hook(channel, webhook_secret(self.house.vault, name)) for name, channel in self._channels.items())
        return TelegramWebhook(hooks if self.public_url else ())

    def state(self) -> Tells:
        """A way to ask how a bot is doing."""
        return telegram_state(self.apis, self.public_url)

    async def start(self) -> None:
        """Does not wait for Telegram: an outage there must not keep the web chat closed."""
        for organisation, api in self.apis.items():
            await api.open()
            self._run(self._couriers[organisation].run())
            self._run(self._introduce(organisation, api))
            if not self.public_url:
                self._run(TelegramPolling(api, self._channels[organisation]).run())

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *(marks.close() for marks in self._marks.values()), return_exceptions=True)
        for api in self.apis.values():
            await api.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(_report)
        self._tasks.append(task)

    async def _introduce(self, organisation: str, api: TelegramApi) -> None:
        """Tell Telegram where we are and what we understand, and learn the bot's own name."""
        secret = webhook_secret(self.house.vault, organisation)
        door = Door(f"{self.public_url}/telegram/{organisation}", secret) if self.public_url else None
        known = self.house.organisations[organisation]
        shown = menus(self.house.wording, known.languages, sessions=bool(known.sessions))
        registration = Registration(organisation, api.bot, shown, door)
        await registration.run()
        self.usernames[organisation] = registration.username

    async def _note(self, reach: Reach) -> None:
        now = self.house.clock.now()
        await self.house.ledger.write(lambda session: note_reach(session, self.house.voice, reach, now))


def _report(task: asyncio.Task[None]) -> None:
    """A bot's task that ends by an error is said at once, not only when the program stops."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("bot.task_failed", error=type(error).__name__, where=where(error))
