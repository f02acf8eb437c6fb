"""Runs the slow password work in threads: two at once, a short queue, and then nobody is kept waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from aiohttp import web

from casework.door import accounts, passwords

AT_ONCE = 2
WAITING = 20
T = TypeVar("T")


class Busy(Exception):
    """Too many passwords are being checked. Trying again in a minute helps."""


class PasswordChecks:
    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def matches(self, kept: str | None, password: str) -> bool:
        """Whether the password fits; takes the same time when there is no account. Raises ``Busy``."""
        return await self._run(lambda: passwords.matches(kept, password))

    async def hashed(self, password: str, login: str) -> str:
        """The hash to keep. Raises ``Busy``, or ``PasswordRefused`` with the reason."""
        return await self._run(lambda: accounts.hash_for(password, login))

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._free:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


CHECKS = web.AppKey("password_checks", PasswordChecks)
