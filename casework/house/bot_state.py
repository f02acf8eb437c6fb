"""How an organisation's Telegram bot is doing, as far as Telegram tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BotState:
    """``knocks``: Telegram brings messages to our door, else we fetch them; ``waiting`` is how many it still has.

    ``reached`` is false when Telegram did not answer us: then nothing else is known.
    """

    reached: bool
    name: str = ""
    username: str = ""
    knocks: bool = False
    at_our_door: bool = False
    waiting: int = 0
    error: str = ""
    error_at: datetime | None = None
