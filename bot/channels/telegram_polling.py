"""Fetches updates where no webhook can be: an offset is confirmed only after all before it are committed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import Any

import structlog

from bot.backoff import Backoff
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_updates import ALLOWED_UPDATES, Data, chat_of
from bot.wire import NotSent, TryLater, Unauthorised

log = structlog.get_logger()

_LATE = 10.0
"""Seconds beyond the time asked for after which an answer is no longer waited for."""


class TelegramPolling:
    """``seconds`` is how long Telegram may hold one call until there is something to tell."""

    def __init__(
        self,
        api: TelegramApi,
        channel: TelegramChannel,
        backoff: Backoff | None = None,
        seconds: float = 50.0,
    ) -> None:
        self._api = api
        self._channel = channel
        self._backoff = backoff or Backoff()
        self._seconds = seconds
        self._offset = 0
        self._no_webhook = False

    async def run(self) -> None:
        """Until it is cancelled, or the bot's token turns out to be refused."""
        failures = 0
        while True:
            wait = 0.0
            try:
                failures = 0 if await self._round() else failures + 1
            except Unauthorised:
                log.error("telegram.token_refused", organisation=self._channel.organisation)
                return
            except NotSent as problem:
                failures += 1
                wait = problem.seconds or 0.0 if isinstance(problem, TryLater) else 0.0
                self._no_webhook = False
                self._warn("telegram.poll_failed", problem)
            if failures:
                await asyncio.sleep(max(wait, self._backoff.wait(failures)))

    async def _round(self) -> bool:
        """One fetch; true when all of it is committed."""
        if not self._no_webhook:
            await self._api.call("deleteWebhook", {})
            self._no_webhook = True
        asked = {"offset": self._offset, "timeout": self._seconds, "allowed_updates": ALLOWED_UPDATES}
        updates = await self._api.call("getUpdates", asked, read_timeout=self._seconds + _LATE)
        if not isinstance(updates, list) or not all(map(_is_update, updates)):
            return False
        taken = await self._take_all(updates)
        if taken and updates:
            self._offset = updates[-1]["update_id"] + 1
        return taken

    async def _take_all(self, updates: list[dict[str, Any]]) -> bool:
        chats: defaultdict[str, list[Data]] = defaultdict(list)
        for update in updates:
            chats[chat_of(update)].append(update)
        outcomes = await asyncio.gather(*map(self._take_in_order, chats.values()), return_exceptions=True)
        failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for problem in failed:
            self._warn("telegram.not_taken", problem)
        return not failed

    async def _take_in_order(self, updates: list[Data]) -> None:
        for update in updates:
            answer = await self._channel.hear(update)
            if answer is not None:
                with suppress(NotSent):
                    await self._api.call(answer["method"], answer)

    def _warn(self, event: str, problem: BaseException) -> None:
        log.warning(event, organisation=self._channel.organisation, error=type(problem).__name__)


def _is_update(found: Any) -> bool:
    return isinstance(found, dict) and isinstance(found.get("update_id"), int)
