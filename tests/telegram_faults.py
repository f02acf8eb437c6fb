"""What goes wrong at Telegram, on order of a test, and the rate limits that it keeps by itself."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from dataclasses import dataclass, field


class Refusal(Exception):
    """The Bot API says no, in its own words."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class TooManyRequests:
    """429; every call of this bot within ``retry_after`` seconds gets it too and is counted as too early."""

    retry_after: int = 1


@dataclass(frozen=True, slots=True)
class ServerError:
    """A gateway's error page, not JSON; the call never came to Telegram."""

    status: int = 502


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection breaks; ``accepted`` says whether the call was carried out before that."""

    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """The call is carried out and never answered (the connection stays open for ``seconds``)."""

    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Held:
    """The call is carried out, and answered when the test says so."""

    until: asyncio.Event


@dataclass(frozen=True, slots=True)
class HalfAnswer:
    """The call is carried out; the answer breaks off in the middle."""


@dataclass(frozen=True, slots=True)
class NotJson:
    """The call is carried out and answered with 200 and something that Telegram never says."""

    body: bytes = b"surprise"


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """The token was withdrawn."""


@dataclass(frozen=True, slots=True)
class Says:
    """A refusal in the words of the Bot API."""

    status: int
    description: str


Fault = TooManyRequests | ServerError | Reset | Silence | Held | HalfAnswer | NotJson | Unauthorized | Says


@dataclass(frozen=True, slots=True)
class Limits:
    """What is let through: per bot and second, and per chat with a burst; ``None`` lets all through."""

    per_bot: int = 30
    chat_burst: int = 5


@dataclass(slots=True)
class Faults:
    """The scripted faults of one bot, used up call by call, and its rate limits."""

    limits: Limits | None = field(default_factory=Limits)
    too_early: int = 0
    refused: int = 0
    _script: dict[str, deque[Fault | None]] = field(default_factory=dict)
    _closed_until: float = 0.0
    _recent: deque[float] = field(default_factory=deque)
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)

    def script(self, *faults: Fault | None, method: str = "sendMessage") -> None:
        """The next calls of ``method`` meet these, in order; ``None`` lets one pass."""
        self._script.setdefault(method, deque()).extend(faults)

    def forget(self) -> None:
        self._script.clear()

    def next(self, method: str) -> Fault | None:
        script = self._script.get(method)
        return script.popleft() if script else None

    def close(self, seconds: int) -> Refusal:
        self._closed_until = time.monotonic() + seconds
        return _too_many(seconds)

    def check(self, chat: int) -> None:
        """Raise what the limits say about one more message now."""
        now = time.monotonic()
        if now < self._closed_until:
            self.too_early += 1
            raise _too_many(math.ceil(self._closed_until - now))
        if self.limits is not None:
            self._count(self.limits, chat, now)

    def _count(self, limits: Limits, chat: int, now: float) -> None:
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        left, since = self._chats.get(chat, (float(limits.chat_burst), now))
        left = min(limits.chat_burst, left + now - since)
        if len(self._recent) >= limits.per_bot or left < 1:
            self.refused += 1
            raise self.close(1)
        self._recent.append(now)
        self._chats[chat] = (left - 1, now)


def _too_many(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", seconds)
