"""A Bot API that costs next to nothing: answers every call at once and passes messages on to their readers.

``tests/telegram_server.py`` is a faithful one, and with it the measurement would be one of that server: it
takes about as long for a message as the bots do. This one knows no rules; it is the same for all contenders.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

END = b"\r\n\r\n"
ME = {"id": 1, "is_bot": True, "first_name": "Proef", "username": "proef_bot"}


@dataclass(frozen=True, slots=True)
class Message:
    """A ``sendMessage`` as it arrived; ``at`` is of ``time.perf_counter``."""

    chat: int
    fields: dict[str, Any]
    at: float

    @property
    def keyboard(self) -> list[list[dict[str, Any]]]:
        markup = self.fields.get("reply_markup") or {}
        plain = orjson.loads(markup) if isinstance(markup, str) else markup
        rows: list[list[dict[str, Any]]] = plain.get("inline_keyboard", [])
        return rows


class BotApi:
    """``heard`` is called with every message. ``calls`` counts the calls by method."""

    def __init__(self, heard: Callable[[Message], None]) -> None:
        self.calls: Counter[str] = Counter()
        self._heard = heard
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """The address for the bots."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Line(self), "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    def call(self, method: str, body: bytes) -> bytes:
        at = time.perf_counter()
        self.calls[method] += 1
        match method:
            case "sendMessage":
                return self._message(fields_of(body), at)
            case "getMe":
                return _result(ME)
            case "getMyCommands":
                return _result([])
            case _:
                return b'{"ok":true,"result":true}'

    def _message(self, fields: dict[str, Any], at: float) -> bytes:
        message = Message(int(fields["chat_id"]), fields, at)
        self._heard(message)
        chat = {"id": message.chat, "type": "private", "first_name": "Anna"}
        number = self.calls["sendMessage"]
        return _result({"message_id": number, "date": 1_800_000_000, "chat": chat, "from": ME, "text": fields["text"]})


def fields_of(body: bytes) -> dict[str, Any]:
    """JSON, or a form as the libraries send it."""
    if body.startswith(b"{"):
        plain: dict[str, Any] = orjson.loads(body)
        return plain
    return dict(parse_qsl(body.decode()))


def _result(result: Any) -> bytes:
    return orjson.dumps({"ok": True, "result": result})


class _Line(asyncio.Protocol):
    """One kept-alive connection of a bot."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._held = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while self._one():
            pass

    def _one(self) -> bool:
        head, found, rest = self._held.partition(END)
        length = content_length(head)
        if not found or len(rest) < length:
            return False
        self._held = rest[length:]
        path = head.partition(b" HTTP/")[0]
        answer = self._api.call(path.rpartition(b"/")[2].decode(), rest[:length])
        assert self._transport is not None
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(answer), answer)
        )
        return True


def content_length(head: bytes) -> int:
    """0 for a message without a body."""
    lower = head.lower()
    start = lower.find(b"content-length:")
    return int(lower[start + 15 :].partition(b"\r\n")[0]) if start >= 0 else 0
