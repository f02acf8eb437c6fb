"""Starts a contender in a process of its own and a crowd in this one, and takes the contender down again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.bot_api import BotApi
from benchmarks.crowd import Crowd, Door

START = 60.0
STOP = 60.0
"""Seconds; with PicklePersistence the last flush takes its time."""


@dataclass
class Stand:
    """A running contender with the crowd at its door."""

    process: int
    crowd: Crowd
    api: BotApi


@asynccontextmanager
async def running(name: str, store: str, core: int | None = None) -> AsyncIterator[Stand]:
    """The contender ``name`` with its state in ``store``, on ``core`` alone if one is given."""
    crowd = Crowd()
    api = BotApi(crowd.hear)
    pinned = () if core is None else ("--core", str(core))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.contender", name, await api.start(), store, *pinned, stdout=-1
    )
    try:
        assert process.stdout
        async with asyncio.timeout(START):
            told = (await process.stdout.readline()).decode().split()
        if not told:
            raise RuntimeError(f"{name} did not start: it says why above")
        port, path, secret = told
        crowd.door = Door(int(port), path, secret)
        yield Stand(process.pid, crowd, api)
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(STOP):
            await process.wait()
        api.stop()
