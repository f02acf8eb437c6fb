"""Keeps the organisations as they are in force, whichever process something was changed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from bot.house import House
from casework.house.in_force import TOPIC
from storage.ledger import DatabaseAway

log = structlog.get_logger()
EVERY = 60.0
"""Seconds between two looks, if no ring is heard: it may be lost with a connection."""


async def follow(house: House, _: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(_follow(house))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _follow(house: House) -> None:
    this = asyncio.current_task()
    with house.ledger.bell.listen(TOPIC) as ear:
        while this and not this.cancelling():  # Python 3.11 loses a cancellation that comes together with a ring
            try:
                await house.organisations.renew(house.ledger)
            except DatabaseAway:
                log.warning("organisations.database_away")
            await ear.wait(EVERY)
