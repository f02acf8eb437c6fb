"""The pages that are open now, so that none takes too many streams and all end when the server stops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from storage.bell import Bell, Ear

PER_CHAT = 6


class Streams:
    def __init__(self) -> None:
        self.closing = False
        self._ears: defaultdict[str, set[Ear]] = defaultdict(set)

    def full(self, chat_id: str) -> bool:
        return self.closing or len(self._ears.get(chat_id, ())) >= PER_CHAT

    @contextmanager
    def listen(self, bell: Bell, chat_id: str) -> Iterator[Ear]:
        with bell.listen(f"chat/{chat_id}") as ear:
            self._ears[chat_id].add(ear)
            try:
                yield ear
            finally:
                self._ears[chat_id].discard(ear)
                if not self._ears[chat_id]:
                    del self._ears[chat_id]

    def close(self) -> None:
        """Ends every stream; the pages come back by themselves when the server does."""
        self.closing = True
        for ears in self._ears.values():
            for ear in ears:
                ear.hear()
