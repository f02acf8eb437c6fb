"""One bot's calls of the Bot API, with every refusal and failure translated once into the words of the courier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from telegram import Bot
from telegram.error import NetworkError, TimedOut

from bot.telegram_request import AiohttpRequest, NotReached
from bot.wire import Blocked, NotSent, Refused, TryLater, Unauthorised, Unknown

_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")
_LONGEST_REASON = 200


class TelegramApi:
    """``call`` speaks plain JSON: a message then costs no objects of the library. ``bot`` is for all the rest."""

    def __init__(self, token: str, address: str, request: AiohttpRequest) -> None:
        self._request = request
        self._url = f"{address}/bot{token}"
        self.bot = Bot(token, base_url=f"{address}/bot", request=request, get_updates_request=request)

    async def open(self) -> None:
        await self._request.initialize()

    async def close(self) -> None:
        await self._request.shutdown()

    async def call(self, method: str, fields: Mapping[str, Any], read_timeout: float | None = None) -> Any:
        """The result, ``None`` if it was carried out and the answer broke off. Raises a ``NotSent``."""
        try:
            status, body = await self._request.post_json(f"{self._url}/{method}", fields, read_timeout)
        except NotReached:
            raise TryLater() from None
        except (TimedOut, NetworkError):
            raise Unknown() from None
        answer = _parsed(body)
        if status == 200:
            return answer.get("result")
        raise _refusal(status, answer)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _refusal(status: int, answer: Mapping[str, Any]) -> NotSent:
    description = str(answer.get("description", ""))[:_LONGEST_REASON]
    match status:
        case 429:
            return TryLater(float(answer.get("parameters", {}).get("retry_after", 1)))
        case 403:
            return Blocked()
        case 400 if any(words in description.lower() for words in _GONE):
            return Blocked()
        case 401 | 404:
            return Unauthorised()
        case _ if status >= 500 or status == 409:
            return TryLater()
        case _:
            return Refused(description or f"status {status}")
