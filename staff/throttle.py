"""Holds back a network address that begins too much at the door: each beginning is a row, until it is ten minutes old.

Counted in memory, so a restart forgets and every process counts for itself: wrong passwords and codes are counted in
the database (``casework.door.guessing``).
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from aiohttp import web

TRIES = 60
WINDOW = timedelta(minutes=10)
REMEMBERED = 10_000


class Throttle:
    """Beginnings per address within the window."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, list[datetime]] = OrderedDict()

    def allow(self, address: str, now: datetime) -> bool:
        """Count one; false if there were too many, and then this one does not count."""
        tries = [at for at in self._tries.pop(address, []) if now - at < WINDOW]
        allowed = len(tries) < TRIES
        self._tries[address] = [*tries, now] if allowed else tries
        if len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)
        return allowed


THROTTLE = web.AppKey("throttle", Throttle)
