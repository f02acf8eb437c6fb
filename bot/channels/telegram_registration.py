"""Learns a bot's name, and tells Telegram where to knock and which commands to show; a silent Telegram delays it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from telegram import Bot, BotCommand
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.backoff import Backoff
from bot.channels.telegram_updates import ALLOWED_UPDATES

log = structlog.get_logger()

Menus = Mapping[str, Mapping[str, str]]
"""By language code (empty: for everybody else), each command with what it does."""

_CONNECTIONS = 40


@dataclass(frozen=True, slots=True)
class Door:
    """Where Telegram is to knock, and the secret it is to show."""

    url: str
    secret: str


class Registration:
    """``door`` is ``None`` where updates are fetched. What Telegram shows already is not set again.

    ``username`` is empty until Telegram has told it.
    """

    def __init__(
        self,
        organisation: str,
        bot: Bot,
        menus: Menus,
        door: Door | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self._organisation = organisation
        self._bot = bot
        self._menus = menus
        self._door = door
        self._backoff = backoff or Backoff()
        self.username = ""

    async def run(self) -> None:
        """Until all is set, or the token turns out to be refused; the log says which."""
        steps = (self._learn_name, self._set_door, self._set_menus)
        for step in steps:
            if not await self._insist(step):
                return
        log.info("telegram.registered", organisation=self._organisation, webhook=self._door is not None)

    async def _insist(self, step: Callable[[], Awaitable[None]]) -> bool:
        """Also when Telegram does not like what it is told: a host name that nobody knows yet is known later."""
        failures = 0
        while True:
            try:
                await step()
            except InvalidToken as refused:
                self._say("telegram.registration_refused", refused)
                return False
            except TelegramError as problem:
                failures += 1
                self._say("telegram.registration_waits", problem)
                await asyncio.sleep(max(_asked(problem), self._backoff.wait(failures)))
            else:
                return True

    async def _learn_name(self) -> None:
        self.username = (await self._bot.get_me()).username or ""

    async def _set_door(self) -> None:
        if self._door is not None:
            await self._bot.set_webhook(
                self._door.url,
                secret_token=self._door.secret,
                allowed_updates=ALLOWED_UPDATES,
                max_connections=_CONNECTIONS,
            )

    async def _set_menus(self) -> None:
        for language, commands in self._menus.items():
            wanted = tuple(BotCommand(name, text) for name, text in commands.items())
            if await self._bot.get_my_commands(language_code=language) != wanted:
                await self._bot.set_my_commands(wanted, language_code=language)

    def _say(self, event: str, problem: TelegramError) -> None:
        say = log.error if isinstance(problem, InvalidToken | BadRequest) else log.warning
        say(event, organisation=self._organisation, error=type(problem).__name__)


def _asked(problem: TelegramError) -> float:
    """The seconds that Telegram asked us to wait."""
    if not isinstance(problem, RetryAfter):
        return 0.0
    asked = problem.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
