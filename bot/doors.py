"""One door per chat: who comes while another is inside waits, in the order of coming."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Doors:
    """Locks by name that exist only while somebody is inside or waits."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def through(self, name: str) -> AsyncIterator[None]:
        lock, people = self._locks.get(name, (asyncio.Lock(), 0))
        self._locks[name] = lock, people + 1
        try:
            async with lock:
                yield
        finally:
            lock, people = self._locks[name]
            if people == 1:
                del self._locks[name]
            else:
                self._locks[name] = lock, people - 1
