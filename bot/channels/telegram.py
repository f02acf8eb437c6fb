"""An organisation's bot: takes each update to the conversation and knows what to answer to a tap."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakValueDictionary

import structlog

from bot.channels.telegram_updates import Data, Query, Reading, read_update
from bot.incoming import Incoming, Taken
from bot.reach import Reach
from bot.taps import Taps

log = structlog.get_logger()

Take = Callable[[Incoming], Awaitable[Taken]]
Note = Callable[[Reach], Awaitable[None]]


class TelegramChannel:
    """``take`` commits what was heard, ``note`` that somebody left or came back. ``unreadable`` counts updates
    of a shape that Telegram never sends."""

    def __init__(self, organisation: str, taps: Taps, take: Take, note: Note) -> None:
        self.organisation = organisation
        self.unreadable = 0
        self._taps = taps
        self._take = take
        self._note = note
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def hear(self, update: Data) -> dict[str, Any] | None:
        """Returns once the update is committed: the answer that a tap waits for, as a method with its fields.

        Updates of one chat are taken in the order in which they came. What ``take`` raises comes out: then the
        update must be heard again.
        """
        reading = self._read(update)
        taken = await self._in_order(reading.heard) if reading.heard else None
        return _answer(reading.query, taken) if reading.query else None

    def _read(self, update: Data) -> Reading:
        try:
            return read_update(self.organisation, self._taps, update)
        except (KeyError, TypeError, AttributeError) as error:
            self.count_unreadable(type(error).__name__)
            return Reading()

    def count_unreadable(self, error: str) -> None:
        self.unreadable += 1
        log.warning("telegram.unreadable", organisation=self.organisation, error=error, count=self.unreadable)

    async def _in_order(self, heard: Incoming | Reach) -> Taken | None:
        lock = self._locks.get(heard.address)
        if lock is None:
            lock = self._locks[heard.address] = asyncio.Lock()
        async with lock:
            if isinstance(heard, Incoming):
                return await self._take(heard)
            await self._note(heard)
            return None


def _answer(query: Query, taken: Taken | None) -> dict[str, Any]:
    answer = {"method": "answerCallbackQuery", "callback_query_id": query.id}
    return answer | ({"text": taken.toast} if taken and taken.toast else {})
