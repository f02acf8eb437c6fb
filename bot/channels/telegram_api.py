"""One bot's calls of the Bot API, with every refusal and failure translated once into the words of the courier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from telegram import Bot
from telegram.error import NetworkError, TimedOut

from bot.telegram_request import AiohttpRequest, File, NotReached, parsed
from bot.wire import Blocked, Conflict, NotSent, Refused, TryLater, Unauthorised, Unknown

_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")
_LONGEST_REASON = 200
_ADDRESS = re.compile(r"\w+://[^\s']+")
_FILE_PATH = re.compile(r"[A-Za-z0-9_][\w./-]{0,200}", re.ASCII)


class TelegramApi:
    """``call`` speaks plain JSON: a message then costs no objects of the library. ``bot`` is for all the rest."""

    def __init__(self, token: str, address: str, request: AiohttpRequest) -> None:
        self._request = request
        self._url = f"{address}/bot{token}"
        self._files = f"{address}/file/bot{token}"
        self.bot = Bot(token, base_url=f"{address}/bot", request=request, get_updates_request=request)

    async def open(self) -> None:
        await self._request.initialize()

    async def close(self) -> None:
        await self._request.shutdown()

    async def call(self, method: str, fields: Mapping[str, Any], read_timeout: float | None = None) -> Any:
        """The result, ``None`` if it was carried out and the answer broke off. Raises a ``NotSent``."""
        with _in_our_words():
            status, body = await self._request.post_json(f"{self._url}/{method}", fields, read_timeout)
        return _result(status, body)

    async def upload(self, method: str, fields: Mapping[str, Any], file: File) -> Any:
        """The same with a file."""
        with _in_our_words():
            status, body = await self._request.post_file(f"{self._url}/{method}", fields, file)
        return _result(status, body)

    async def fetch(self, ref: str, most: int) -> bytes:
        """A file that somebody sent, of at most ``most`` bytes. Raises a ``NotSent``: ``Refused`` for what is not
        there (any more), is too large, or lies where no file of Telegram's lies."""
        found = await self.call("getFile", {"file_id": ref})
        path = found.get("file_path", "") if isinstance(found, dict) else ""
        if not _FILE_PATH.fullmatch(path) or ".." in path or int(found.get("file_size") or 0) > most:
            raise Refused("no file that we take")
        with _in_our_words():
            status, content = await self._request.get_bytes(f"{self._files}/{path}", most)
        if status == 404 or len(content) > most:
            raise Refused("gone or too large")
        if status != 200:
            raise _refusal(status, parsed(content))
        return content


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except NotReached:
        raise TryLater() from None
    except (TimedOut, NetworkError):
        raise Unknown() from None


def _result(status: int, body: bytes) -> Any:
    answer = parsed(body)
    if status == 200:
        return answer.get("result")
    raise _refusal(status, answer)


def _refusal(status: int, answer: Mapping[str, Any]) -> NotSent:
    """Telegram repeats the address of a button that it refuses; one of ours may let somebody in."""
    description = _ADDRESS.sub("...", str(answer.get("description", "")))[:_LONGEST_REASON]
    match status:
        case 429:
            return TryLater(_retry_after(answer))
        case 403:
            return Blocked()
        case 400 if any(words in description.lower() for words in _GONE):
            return Blocked()
        case 401 | 404:
            return Unauthorised()
        case 409:
            return Conflict()
        case _ if status >= 500:
            return TryLater()
        case _:
            return Refused(description or f"status {status}")


def _retry_after(answer: Mapping[str, Any]) -> float:
    match answer:
        case {"parameters": {"retry_after": int() | float() as seconds}}:
            return float(seconds)
        case _:
            return 1.0
