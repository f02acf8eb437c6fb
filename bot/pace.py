"""How fast one bot may speak: to each chat, in all, and not at all while it was told to be silent."""

from __future__ import annotations

from dataclasses import dataclass

_MOST_CHATS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` messages at once, then ``per_second``."""

    per_second: float
    burst: int


UNLIMITED = Rate(float("inf"), 1)
BOT = Rate(28, 2)
CHAT = Rate(1, 4)


@dataclass(slots=True)
class Bucket:
    """The generic cell rate algorithm: ``full`` is the moment at which the whole burst is there again."""

    rate: Rate
    full: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until one more may leave."""
        return max(0.0, self.full - (self.rate.burst - 1) / self.rate.per_second - now)

    def is_calm(self, now: float) -> bool:
        """Whether no more than one place is taken."""
        return self.full - now <= 1 / self.rate.per_second

    def take(self, now: float) -> float:
        """Take the next place, which others then cannot have; seconds until it comes."""
        wait = self.wait(now)
        self.full = max(self.full, now + wait) + 1 / self.rate.per_second
        return wait


class Pace:
    """``now`` is in seconds of any clock that never goes back.

    A message first waits for its chat (``chat_wait``) and then takes a place in the bot's queue (``take``):
    the other way round, one talkative chat would keep places that others could use.
    """

    def __init__(self, bot: Rate = BOT, chat: Rate = CHAT) -> None:
        self._bot = Bucket(bot)
        self._chat = chat
        self._chats: dict[str, Bucket] = {}
        self._silent_until = 0.0

    def __len__(self) -> int:
        """How many chats it keeps in mind."""
        return len(self._chats)

    @property
    def per_second(self) -> float:
        return self._bot.rate.per_second

    def chat_wait(self, chat: str, now: float) -> float:
        bucket = self._chats.get(chat)
        return bucket.wait(now) if bucket else 0.0

    def take(self, chat: str, now: float) -> float:
        """Seconds until the message may leave; its place is taken."""
        if len(self._chats) > _MOST_CHATS:
            self._forget_the_rested(now)
        self._chats.setdefault(chat, Bucket(self._chat)).take(now)
        return self._bot.take(now)

    def spares(self, chat: str, now: float) -> bool:
        """Whether a call more would delay nobody: nothing waits, and most of what may leave at once is left."""
        own = self._chats.get(chat)
        return not self.silence(now) and self._bot.is_calm(now) and (own is None or own.is_calm(now))

    def be_silent(self, until: float) -> None:
        self._silent_until = max(self._silent_until, until)

    def silence(self, now: float) -> float:
        """Seconds for which nothing at all may leave."""
        return max(0.0, self._silent_until - now)

    def _forget_the_rested(self, now: float) -> None:
        self._chats = {chat: bucket for chat, bucket in self._chats.items() if bucket.full > now}
