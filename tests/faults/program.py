"""The running program from outside: start it, wait until it is ready, kill it, start it again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import aiohttp

from tests.faults.starter import Starter
from tests.patience import PATIENCE

SECRET = "canary-of-the-master-secret-0123456789abcdef"
TOKEN = "4242:AAE-canary-token-of-the-faults"
CLOCK = "2027-03-24T10:00+01:00"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Program:
    """One process at a time on one port. ``webhook``: Telegram knocks; otherwise updates are fetched. A ``swift`` one
    keeps no pace and waits for no long lease."""

    starter: Starter
    database_url: str
    telegram_api: str
    log: Path
    webhook: bool = False
    swift: bool = True
    port: int = field(default_factory=free_port)
    settings: Mapping[str, str] = field(default_factory=dict)
    pid: int = 0
    starts: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        mine = {
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            "CLOCK": CLOCK,
            "TELEGRAM_API": self.telegram_api,
            "TELEGRAM_TOKEN_GENK": TOKEN,
            "SECRET_KEY": SECRET,
            "PUBLIC_URL": self.url if self.webhook else "",
            **self.settings,
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OPSTAP_")}
        return kept | {f"OPSTAP_{name}": value for name, value in mine.items() if value}

    def begin(self, *, argv: Sequence[str] = ("serve",), **more: Any) -> None:
        """Without waiting; ``more`` is for the starter."""
        self.pid = self.starter.start(argv, self.environment, self.log, swift=self.swift, **more)
        self.starts += 1

    async def start(self, **more: Any) -> None:
        self.begin(**more)
        await self.ready()

    async def ready(self) -> None:
        """Raises when it ended instead."""
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
            while not await _answers(session, f"{self.url}/readyz"):
                if (status := self.starter.status(self.pid)) is not None:
                    raise AssertionError(f"it ended with {status}: {self.log.read_text()[-2000:]}")
                await asyncio.sleep(0.02)

    async def died(self, patience: float = PATIENCE) -> int:
        """Its exit status, once it is gone."""
        async with asyncio.timeout(patience):
            for wait in chain([0.0], repeat(0.01)):
                await asyncio.sleep(wait)
                if (status := self.starter.status(self.pid)) is not None:
                    break
        return status

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        assert self.starter.status(self.pid, wait=True) == -signal.SIGKILL

    async def stop(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        assert await self.died() == 0, self.log.read_text()[-2000:]


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False
