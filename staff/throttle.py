"""Slows down who guesses passwords: ten tries per account in a quarter of an hour.

Counted in memory, for accounts that exist and for names that do not alike. A restart forgets the tries, and
every process counts for itself; in exchange a flood of guesses costs no write, and no row tells which names
were tried.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from aiohttp import web

TRIES = 10
WINDOW = timedelta(minutes=15)
REMEMBERED = 10_000


class Throttle:
    """Tries per account within the window. Who is signed in stays so, and one-time links still work."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, list[datetime]] = OrderedDict()

    def allow(self, account: str, now: datetime) -> bool:
        """Count a try; false if there were too many, and then this one does not count."""
        tries = [at for at in self._tries.pop(account, []) if now - at < WINDOW]
        allowed = len(tries) < TRIES
        self._tries[account] = [*tries, now] if allowed else tries
        if len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)
        return allowed

    def forget(self, account: str) -> None:
        """The right password was given: the tries before it do not count."""
        self._tries.pop(account, None)


THROTTLE = web.AppKey("throttle", Throttle)
