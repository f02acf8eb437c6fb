"""A stand-in for the conversation: keeps what it takes, once each, and fails on order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.channels.telegram import TelegramChannel
from bot.incoming import Incoming, Taken
from bot.reach import Reach
from tests.telegram_desk import ORGANISATION, TAPS


@dataclass(slots=True)
class Talk:
    """``failures`` is how many of the next updates raise ``failure``; ``toast`` answers every tap.
    Who is ``deaf`` cannot note who comes and goes."""

    heard: list[Incoming] = field(default_factory=list)
    reached: list[Reach] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    copies: int = 0
    failures: int = 0
    failure: Exception = field(default_factory=lambda: RuntimeError("out of order"))
    deaf: bool = False
    toast: str | None = None
    before: Callable[[Incoming], object] = lambda incoming: None

    async def take(self, incoming: Incoming) -> Taken:
        self.before(incoming)
        if self.failures:
            self.failures -= 1
            raise self.failure
        if incoming.update_key in self.seen:
            self.copies += 1
            return Taken(incoming.address, duplicate=True, toast=self.toast)
        self.seen.add(incoming.update_key)
        self.heard.append(incoming)
        return Taken(incoming.address, toast=self.toast)

    async def note(self, reach: Reach) -> None:
        if self.deaf:
            raise RuntimeError("cannot be noted")
        self.reached.append(reach)

    def channel(self, organisation: str = ORGANISATION) -> TelegramChannel:
        return TelegramChannel(organisation, TAPS, self.take, self.note)

    def texts(self, address: str) -> list[str | None]:
        return [incoming.body for incoming in self.heard if incoming.address == address]
