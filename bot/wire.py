"""What the courier asks of a channel that can push, and the five ways in which sending can fail."""

from __future__ import annotations

from typing import Protocol

from flows.messages import Bubble, TextFile


class Wire(Protocol):
    """One bot. ``address`` is the chat's id at the channel; ids of messages are the channel's own."""

    async def send(self, address: str, bubble: Bubble) -> str:
        """The message's id, empty if the channel accepted it without naming one."""

    async def speak(self, address: str, bubble: Bubble) -> str:
        """Say it in a voice message; its id as in ``send``. ``Refused`` also where it cannot be said."""

    async def send_file(self, address: str, bubble: Bubble, file: TextFile) -> str:
        """The file, with the words of ``bubble`` under it; its id as in ``send``."""

    async def delete(self, address: str, external_id: str) -> None:
        """Delete a message of the person's; that it is gone already is fine. ``Refused`` when it is too old."""

    async def redraw(self, address: str, external_id: str, bubble: Bubble) -> None:
        """Make the message that was sent look like ``bubble``; that it does already is fine."""


class NotSent(Exception):
    """Why a message did not go out. No text of these is personal."""


class Blocked(NotSent):
    """Nothing reaches this chat any more: blocked, deleted, or never there."""


class TryLater(NotSent):
    """Not now. ``seconds`` is given when the channel asks this bot to be silent for so long."""

    def __init__(self, seconds: float | None = None) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Conflict(TryLater):
    """Another program works with the same bot at the same moment."""


class Unknown(NotSent):
    """It left, and no answer came: it may have arrived."""


class Refused(NotSent):
    """This message will never be accepted; ``reason`` is in the channel's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unauthorised(NotSent):
    """The bot's token is not valid (any more)."""
