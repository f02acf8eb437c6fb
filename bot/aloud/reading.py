"""Reads a message aloud: its passages, one after the other, as one sound; a few at once and no more."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from bot.aloud.engine import PAUSE, WORDS_A_MINUTE, Engine
from bot.aloud.lexicon import Lexicon
from bot.aloud.pronouncing import Passage, passages
from bot.aloud.shelf import Shelf
from bot.aloud.sound import BITS, NoSound, Raw, mp3, raw
from bot.web.pages import Translate
from flows.messages import Bubble

AT_ONCE = 2
WAITING = 20
"""So many may stand in line; whoever comes later is asked to come back."""

_MANNER = f"{WORDS_A_MINUTE}|{PAUSE}|{BITS}"


class TooBusy(Exception):
    """Too many want to hear something at this moment."""


@dataclass(slots=True)
class Reading:
    """``secret`` keys the names under which sounds are kept."""

    engine: Engine
    lexicons: Mapping[str, Lexicon]
    translate: Translate
    shelf: Shelf
    secret: bytes
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _at_shelf: asyncio.Lock = field(default_factory=asyncio.Lock)
    _waiting: int = 0

    async def sound(self, bubble: Bubble) -> bytes:
        """The message as MP3. Raises ``NoSound`` if it cannot be said, ``TooBusy`` if not now."""
        said = passages(bubble, self.translate, self.lexicons)
        if not any(passage.text for passage in said):
            raise NoSound("nothing to say in a language we can speak")
        name = self._name(said)
        async with self._at_shelf:
            kept = await asyncio.to_thread(self.shelf.get, name)
        return kept if kept is not None else await self._in_turn(name, said, write=bubble.ours)

    async def _in_turn(self, name: str, said: tuple[Passage, ...], *, write: bool) -> bytes:
        if self._waiting >= WAITING:
            raise TooBusy
        self._waiting += 1
        try:
            async with self._turns:
                recording = await self._said(said)
                sound = await asyncio.to_thread(mp3, recording)
        finally:
            self._waiting -= 1
        async with self._at_shelf:
            await asyncio.to_thread(self.shelf.put, name, sound, write=write)
        return sound

    async def _said(self, said: tuple[Passage, ...]) -> Raw:
        parts = [
            raw(await self.engine.say(self.lexicons[passage.language].voice, passage.text))
            for passage in said
            if passage.text
        ]
        return Raw(parts[0].rate, b"".join(part.samples for part in parts))

    def _name(self, said: tuple[Passage, ...]) -> str:
        words = "\0".join(
            f"{passage.language}|{self.lexicons[passage.language].voice}|{passage.text}" for passage in said
        )
        return hmac.new(self.secret, f"{_MANNER}\0{words}".encode("utf-8", "replace"), sha256).hexdigest()
