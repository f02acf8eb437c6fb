"""Carries calls of the Bot API over one pool of kept-alive aiohttp connections; no address is ever logged.

An address of the Bot API holds the bot's token, and aiohttp's errors may quote it: so errors leave here as
python-telegram-bot's own, with the name of the cause and nothing else.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

# At DEBUG the library logs the parameters of every call: texts, chat ids, the webhook's secret.
logging.getLogger("telegram").setLevel(logging.INFO)
# Without it the library warns about its own errors whenever Telegram asks us to wait.
os.environ.setdefault("PTB_TIMEDELTA", "1")


@dataclass(frozen=True, slots=True)
class File:
    """A file to send: the field it belongs to, and its name and kind."""

    field: str
    name: str
    mime: str
    content: bytes


class NotReached(NetworkError):
    """What was to be sent has certainly not arrived: nobody was there, or somebody who is not Telegram refused it."""


class AiohttpRequest(BaseRequest):
    """For ``telegram.Bot``, and ``post_json`` for calls that need no objects of the library. Seconds."""

    def __init__(self, connections: int = 300, read_timeout: float = 20.0, connect_timeout: float = 5.0) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None:
            pool = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(connector=pool, headers={"User-Agent": "opstap"})

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post_json(
        self, url: str, fields: Mapping[str, Any], read_timeout: float | None = None
    ) -> tuple[int, bytes]:
        """HTTP status and body. Raises ``NotReached``, ``TimedOut`` or ``NetworkError``."""
        return await self._exchange(
            "POST",
            url,
            self._limits(read_timeout),
            data=orjson.dumps(fields),
            headers={"Content-Type": "application/json"},
        )

    async def get_bytes(self, url: str, most: int) -> tuple[int, bytes]:
        """HTTP status and body, of which no more than one byte beyond ``most`` is read."""
        if self._session is None:
            raise RuntimeError("call initialize() first")
        with _translated():
            async with self._session.get(url, timeout=self._limits(None), allow_redirects=False) as response:
                body = bytearray()
                async for chunk in response.content.iter_chunked(2**16):
                    body += chunk
                    if len(body) > most:
                        break
                return response.status, bytes(body[: most + 1])

    async def post_file(self, url: str, fields: Mapping[str, Any], file: File) -> tuple[int, bytes]:
        """The same as ``post_json``, with a file beside the fields."""
        form = aiohttp.FormData({name: str(value) for name, value in fields.items()})
        form.add_field(file.field, file.content, filename=file.name, content_type=file.mime)
        return await self._exchange("POST", url, self._limits(None), data=form)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        wanted = read_timeout if isinstance(read_timeout, int | float) else None
        return await self._exchange(method, url, self._limits(wanted), data=_form(request_data))

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The library's own version logs what it cannot read, and takes what Telegram never answers."""
        answer = parsed(payload)
        if "result" not in answer and not _is_refusal(answer):
            raise TelegramError("Invalid server response")
        return answer

    def _limits(self, read_timeout: float | None) -> aiohttp.ClientTimeout:
        reading = read_timeout or self._read_timeout
        return aiohttp.ClientTimeout(
            total=None, connect=self._connect_timeout, sock_connect=self._connect_timeout, sock_read=reading
        )

    async def _exchange(self, method: str, url: str, limits: aiohttp.ClientTimeout, **more: Any) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("call initialize() first")
        with _translated():
            async with self._session.request(method, url, timeout=limits, allow_redirects=False, **more) as response:
                body = await _body(response)
                if response.status != 200 and not _is_refusal(parsed(body)):
                    raise NotReached(f"status {response.status}")
                return response.status, body


def parsed(body: bytes) -> dict[str, Any]:
    """Empty for what is no JSON object."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _is_refusal(answer: Mapping[str, Any]) -> bool:
    """Telegram says no in words of its own. A page with a status is from a gateway on the way: it knows nothing of our
    token, of a chat or of a message."""
    return "error_code" in answer


@contextmanager
def _translated() -> Iterator[None]:
    """No word of aiohttp's errors: they may quote the address, and with it the token."""
    try:
        yield
    except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
        raise NotReached(type(error).__name__) from None
    except TimeoutError as error:
        raise TimedOut(type(error).__name__) from None
    except (aiohttp.ClientError, OSError) as error:
        raise NetworkError(type(error).__name__) from None


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Empty when it breaks off: the status has been given, so the call was carried out or refused."""
    try:
        return await response.read()
    except (aiohttp.ClientPayloadError, ConnectionError):
        return b""


def _form(request_data: RequestData | None) -> aiohttp.FormData | None:
    if request_data is None:
        return None
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    if request_data.contains_files:
        for name, (filename, content, content_type) in request_data.multipart_data.items():
            form.add_field(name, content, filename=filename, content_type=content_type)
    return form
