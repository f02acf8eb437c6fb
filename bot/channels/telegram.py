"""An organisation's bot: takes each update to the conversation and knows what to answer to a tap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.channels.telegram_answered import AnsweredMarks, Chat, Shown
from bot.channels.telegram_updates import Data, Query, Reading, read_update
from bot.incoming import Incoming, Taken
from bot.reach import Reach
from bot.taps import Taps
from storage.errors import DatabaseAway

log = structlog.get_logger()

Take = Callable[[Incoming], Awaitable[Taken]]
Note = Callable[[Reach], Awaitable[None]]
TRIES = 5
"""How often an update is heard that cannot be committed although the database works: others wait behind it."""


class TelegramChannel:
    """``take`` commits what was heard, ``note`` that somebody left or came back. ``unreadable`` counts updates
    of a shape that Telegram never sends."""

    def __init__(
        self, organisation: str, taps: Taps, take: Take, note: Note, marks: AnsweredMarks | None = None
    ) -> None:
        self.organisation = organisation
        self.unreadable = 0
        self._taps = taps
        self._take = take
        self._note = note
        self._marks = marks
        self._failed: Counter[str] = Counter()

    async def hear(self, update: Data) -> dict[str, Any] | None:
        """Returns once the update is committed: the answer that a tap waits for, as a method with its fields.

        What ``take`` and ``note`` raise comes out: then the update must be heard again. After ``TRIES`` times it is
        given up.
        """
        number = str(update.get("update_id"))
        try:
            answer = await self._hear(update)
        except DatabaseAway:
            raise
        except Exception as error:
            self._failed[number] += 1
            if self._failed[number] < TRIES:
                raise
            log.error("telegram.given_up", organisation=self.organisation, update=number, error=type(error).__name__)
            answer = None
        self._failed.pop(number, None)
        return answer

    async def _hear(self, update: Data) -> dict[str, Any] | None:
        reading = self._read(update)
        taken = await self._commit(reading.heard) if reading.heard else None
        if taken and isinstance(reading.heard, Incoming):
            self._mark(reading.heard, taken, reading.query)
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

    def _mark(self, heard: Incoming, taken: Taken, query: Query | None) -> None:
        if self._marks and taken.settled and taken.chat_id:
            tapped = Shown(query.message, query.text) if query and query.message is not None else None
            self._marks.mark(Chat(taken.chat_id, heard.address), taken.settled, tapped)

    async def _commit(self, heard: Incoming | Reach) -> Taken | None:
        if isinstance(heard, Incoming):
            return await self._take(heard)
        await self._note(heard)
        return None


def _answer(query: Query, taken: Taken | None) -> dict[str, Any]:
    answer = {"method": "answerCallbackQuery", "callback_query_id": query.id}
    return answer | ({"text": taken.toast} if taken and taken.toast else {})
