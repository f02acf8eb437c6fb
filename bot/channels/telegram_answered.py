"""Takes the buttons off a question that is answered and writes the answer there; best effort, after the commit.

An edit that is lost does no harm: an old button is understood. So it waits until nobody else needs the bot, it is
kept nowhere, and it gives up soon.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import orjson
import structlog
from sqlalchemy import bindparam, select
from sqlmodel import Session

from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_drawing import LONGEST_TEXT, parts
from bot.incoming import Settled
from bot.pace import Pace
from bot.packages import CHAT, PERSON
from bot.wire import NotSent, TryLater
from flows.messages import Bubble
from storage.errors import DatabaseAway
from storage.ledger import Ledger
from storage.prepared import Prepared
from storage.tray_statements import OUTGOING
from storage.vault import SealBroken, Vault

log = structlog.get_logger()

_ROW = Prepared(
    select(OUTGOING.c.external_id, OUTGOING.c.sealed, OUTGOING.c.chat_id, PERSON.c.wrapped_key)
    .join(CHAT, CHAT.c.id == OUTGOING.c.chat_id)
    .join(PERSON, PERSON.c.id == CHAT.c.person_id)
    .where(OUTGOING.c.id == bindparam("row"))
)


@dataclass(frozen=True, slots=True)
class Chat:
    """``id`` is ours, ``address`` Telegram's."""

    id: str
    address: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it stands in the chat."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds before the first look and between looks, how many looks, and how many edits may wait at once."""

    first: float = 0.5
    between: float = 1.0
    looks: int = 8
    waiting: int = 500


class AnsweredMarks:
    """One bot's. ``mark`` returns at once."""

    def __init__(
        self, api: TelegramApi, ledger: Ledger, vault: Vault, pace: Pace, patience: Patience | None = None
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._vault = vault
        self._pace = pace
        self._patience = patience or Patience()
        self._waiting: set[asyncio.Task[None]] = set()

    @property
    def at_work(self) -> int:
        """How many edits wait or are under way."""
        return len(self._waiting)

    def mark(self, chat: Chat, settled: Settled, tapped: Shown | None) -> None:
        """``tapped`` is the message whose button was used, if one was."""
        if tapped is None and settled.row is None:
            return
        if len(self._waiting) < self._patience.waiting:
            task = asyncio.create_task(self._try(chat, settled, tapped))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    async def close(self) -> None:
        for task in self._waiting:
            task.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)

    async def _try(self, chat: Chat, settled: Settled, tapped: Shown | None) -> None:
        await asyncio.sleep(self._patience.first)
        for _ in range(self._patience.looks):
            if self._pace.spares(chat.id, time.monotonic()):
                await self._edit(chat, settled, tapped)
                return
            await asyncio.sleep(self._patience.between)

    async def _edit(self, chat: Chat, settled: Settled, tapped: Shown | None) -> None:
        try:
            shown = await self._ledger.read(lambda session: self._asked(session, settled)) if settled.row else tapped
            if shown:
                self._pace.take(chat.id, time.monotonic())
                await self._api.call(*_drawn(chat.address, shown, settled.mark))
        except TryLater as problem:
            self._pace.be_silent(time.monotonic() + (problem.seconds or 0.0))
        except (NotSent, DatabaseAway, SealBroken) as problem:
            log.debug("telegram.not_marked", error=type(problem).__name__)

    def _asked(self, session: Session, settled: Settled) -> Shown | None:
        """The message that asked the question, if it is there by now and asked this one."""
        row = _ROW.first(session, {"row": settled.row})
        if row is None or not row.external_id:
            return None
        sealed = self._vault.open_key(row.wrapped_key).open(row.sealed, f"outgoing|{row.chat_id}")
        bubble = Bubble.from_json(orjson.loads(sealed))
        return Shown(int(row.external_id), parts(bubble.text)[-1]) if bubble.question == settled.question else None


def _drawn(address: str, shown: Shown, mark: str) -> tuple[str, dict[str, object]]:
    """Without ``reply_markup`` Telegram takes the buttons away."""
    where: dict[str, object] = {"chat_id": int(address), "message_id": shown.id}
    text = f"{shown.text}\n\n{mark}"
    if len(text.encode("utf-16-le", "replace")) // 2 > LONGEST_TEXT:
        return "editMessageReplyMarkup", where
    return "editMessageText", {**where, "text": text, "link_preview_options": {"is_disabled": True}}
