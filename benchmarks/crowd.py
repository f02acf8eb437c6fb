"""People who talk with a bot through its webhook, so many of them at once, and how long each had to wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import orjson

from benchmarks.bot_api import END, Message, content_length
from benchmarks.contender import HEADER
from benchmarks.dialogue import GOODBYE_HEARD_BY, QUESTIONS, Question

PATIENCE = 60.0
"""Seconds after which a silent bot is given up."""
HEARD_BY = (*(question.heard_by for question in QUESTIONS), GOODBYE_HEARD_BY)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a bot hears updates."""

    port: int
    path: str
    secret: str


NOWHERE = Door(0, "", "")


class Misheard(AssertionError):
    """A bot said something else than the dialogue has, or refused an update."""


@dataclass
class Crowd:
    """``waits`` are the seconds from each update sent until its answer was at the Bot API."""

    door: Door = NOWHERE
    waits: list[float] = field(default_factory=list)
    _waiting: dict[int, asyncio.Future[Message]] = field(default_factory=dict)
    _updates: Iterator[int] = field(default_factory=lambda: count(1))

    def hear(self, message: Message) -> None:
        """To be called with every message that arrives at the Bot API."""
        waiting = self._waiting.pop(message.chat, None)
        if waiting is None:
            raise Misheard(f"nobody waited for {message.fields['text']!r}")
        waiting.set_result(message)

    async def talk(self, chats: range, in_flight: int, questions: int = len(QUESTIONS)) -> float:
        """A conversation in each of ``chats``, ``in_flight`` at a time; the seconds it took."""
        queue = iter(chats)
        began = time.perf_counter()
        async with asyncio.timeout(PATIENCE + len(chats)):
            await asyncio.gather(*(self._talkers(queue, questions) for _ in range(in_flight)))
        return time.perf_counter() - began

    async def _talkers(self, chats: Iterator[int], questions: int) -> None:
        knocker = await Knocker.at(self.door)
        try:
            for chat in chats:
                await self._conversation(knocker, chat, questions)
        finally:
            knocker.close()

    async def _conversation(self, knocker: Knocker, chat: int, questions: int) -> None:
        message = await self._turn(knocker, chat, _typed(chat, "/start"), HEARD_BY[0])
        for question, heard_by in zip(QUESTIONS[:questions], HEARD_BY[1:], strict=False):
            message = await self._turn(knocker, chat, _answer(chat, question, message), heard_by)

    async def _turn(self, knocker: Knocker, chat: int, update: dict[str, Any], heard_by: str) -> Message:
        arriving: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[chat] = arriving
        sent = time.perf_counter()
        await knocker.post(orjson.dumps({"update_id": next(self._updates), **update}))
        message = await arriving
        self.waits.append(message.at - sent)
        if heard_by not in message.fields["text"]:
            raise Misheard(f"expected {heard_by!r}, heard {message.fields['text']!r}")
        return message


def _answer(chat: int, question: Question, message: Message) -> dict[str, Any]:
    if not question.buttons:
        return _typed(chat, question.answer)
    buttons = (button for row in message.keyboard for button in row)
    data = next(button["callback_data"] for button in buttons if button["text"] == question.answer)
    return _tapped(chat, data, message)


def _person(chat: int) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "nl"}


def _typed(chat: int, text: str) -> dict[str, Any]:
    command = {"entities": [{"type": "bot_command", "offset": 0, "length": len(text)}]} if text[0] == "/" else {}
    return {"message": _message(chat) | {"from": _person(chat), "text": text} | command}


def _tapped(chat: int, data: str, message: Message) -> dict[str, Any]:
    shown = _message(chat) | {
        "from": {"id": 1, "is_bot": True, "first_name": "Proef", "username": "proef_bot"},
        "text": message.fields["text"],
        "reply_markup": {"inline_keyboard": message.keyboard},
    }
    query = {"id": "1", "from": _person(chat), "chat_instance": "1", "data": data, "message": shown}
    return {"callback_query": query}


def _message(chat: int) -> dict[str, Any]:
    return {"message_id": 1, "date": int(time.time()), "chat": {"id": chat, "type": "private", "first_name": "Anna"}}


class Knocker(asyncio.Protocol):
    """One kept-alive connection to a webhook, as Telegram has up to forty of them."""

    def __init__(self, door: Door) -> None:
        self._head = (
            f"POST {door.path} HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
            f"{HEADER}: {door.secret}\r\nContent-Length: "
        ).encode()
        self._held = b""
        self._answered: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def at(cls, door: Door) -> Knocker:
        loop = asyncio.get_running_loop()
        _, knocker = await loop.create_connection(lambda: cls(door), "127.0.0.1", door.port)
        return knocker

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def post(self, body: bytes) -> None:
        """Returns when the bot has answered 200."""
        assert self._transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(self._head + str(len(body)).encode() + END + body)
        await self._answered

    def data_received(self, data: bytes) -> None:
        self._held += data
        head, found, rest = self._held.partition(END)
        if not found or not _is_whole(head, rest):
            return
        self._held = b""
        assert self._answered is not None
        if head.startswith(b"HTTP/1.1 200"):
            self._answered.set_result(None)
        else:
            self._answered.set_exception(Misheard(f"the bot answered {head[:40]!r}"))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(Misheard("the bot hung up"))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _is_whole(head: bytes, rest: bytes) -> bool:
    if b"chunked" in head.lower():
        return rest.endswith(b"0" + END)
    return len(rest) >= content_length(head)
