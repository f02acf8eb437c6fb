"""Starts the real program for a test: wired whole in this process on a real port, or as a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import aiohttp
from aiohttp import web
from aiohttp.test_utils import unused_port
from pydantic import SecretStr
from sqlmodel import Session

from bot.app import build
from bot.backoff import Backoff
from bot.courier import Manner
from bot.house import House
from bot.opening import load_staff, make_house
from bot.pace import UNLIMITED
from bot.settings import Settings
from storage.ledger import open_ledger
from tests.patience import PATIENCE
from tests.stage import ROOT, StageClock, papers

T = TypeVar("T")
TOKEN = "4242:AAE-token-of-the-journeys"
"""Seconds that anything awaited may take on a busy machine; nothing waits that long when all is well."""
LOOKS = 50.0
"""The ticker looks every 5 seconds of a clock that runs this many times faster: every tenth of a second."""
SWIFT = Manner(bot=UNLIMITED, chat=UNLIMITED, look_every=0.5, backoff=Backoff(0.05, 0.5))


@dataclass(frozen=True, slots=True)
class Running:
    """The program at work. ``url`` has no slash at its end; the clock stands still until it is moved."""

    house: House
    clock: StageClock
    url: str

    def later(self, **parts: float) -> None:
        """Move the clock on; the ticker of the program finds out by itself what has fallen due."""
        self.clock.move(timedelta(**parts))

    async def read(self, work: Callable[[Session], T]) -> T:
        return await self.house.ledger.read(work)

    async def until(self, work: Callable[[Session], bool]) -> None:
        """Wait until the database says so."""
        async with asyncio.timeout(PATIENCE):
            async for holds in self._looks(work):
                if holds:
                    return

    async def _looks(self, work: Callable[[Session], bool]) -> AsyncIterator[bool]:
        while True:
            yield await self.read(work)
            await asyncio.sleep(0.02)


@asynccontextmanager
async def running(
    database_url: str, telegram: str = "", *, webhook: bool = False, organisation: str = "genk"
) -> AsyncIterator[Running]:
    """The whole program as ``opstap serve`` runs it. ``telegram`` is the address of a Bot API, if there is one."""
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(
        database_url=database_url,
        port=port,
        public_url=url if webhook else "",
        telegram_api=telegram or "http://127.0.0.1:1",
        secret_key=SecretStr("s" * 40),
        organisations=ROOT / "organisations",
    )
    clock = StageClock()
    clock.speed = LOOKS
    ledger = await open_ledger(database_url)
    try:
        house = make_house(settings, ledger, clock, papers())
        await load_staff(ledger, house.organisations, clock)
        tokens = {organisation: SecretStr(TOKEN)} if telegram else {}
        runner = web.AppRunner(build(house, settings, tokens, SWIFT), access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield Running(house, clock, url)
        finally:
            await runner.cleanup()
    finally:
        await ledger.close()


def _as_at_a_keyboard() -> None:
    """A shell that runs the tests in the background lets them ignore Ctrl-C, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class Command:
    """``python -m bot`` as a process in ``folder``, with no settings but ``settings`` (without ``OPSTAP_``)."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    source: Path = ROOT
    said: list[str] = field(default_factory=list)
    arguments: tuple[str, ...] = ()
    _process: asyncio.subprocess.Process | None = None

    async def begin(self, *arguments: str) -> None:
        self.arguments = arguments
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments),
            cwd=self.folder,
            env=environment(self.settings, self.source),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=_as_at_a_keyboard,
        )

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process, "begin() comes first"
        return self._process

    async def sees(self, text: str) -> str:
        """The next line of its output that holds ``text``."""
        assert self.process.stdout
        try:
            async with asyncio.timeout(PATIENCE):
                while raw := await self.process.stdout.readline():
                    self.said.append(raw.decode().rstrip("\n"))
                    if text in self.said[-1]:
                        return self.said[-1]
        except TimeoutError:
            self.process.kill()
        _, problems = await self.process.communicate()
        raise AssertionError(f"there was no {text!r}: {self.said[-12:]} {problems.decode()[-2000:]}")

    async def serves(self) -> None:
        """Until ``serve`` answers at its port; with ``--set-up`` it has said where to look by then."""
        url = f"http://127.0.0.1:{self.settings['PORT']}/readyz"
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
            while not await _answers(session, url):
                if self.process.returncode is not None:
                    raise AssertionError(f"it ended: {await self.ends()}")
                await asyncio.sleep(0.05)
        if "--set-up" in self.arguments:
            await self.sees("Staff console")
            for _ in range(5):
                await self.sees("/staff/link/")

    def types(self, *lines: str | bytes) -> None:
        assert self.process.stdin
        for line in lines:
            self.process.stdin.write((line.encode() if isinstance(line, str) else line) + b"\n")

    async def ends(self) -> tuple[int, str]:
        """Its exit code and what it said on the error stream, once it is gone; its input ends here."""
        assert self.process.stdin
        self.process.stdin.close()
        async with asyncio.timeout(PATIENCE):
            output, problems = await self.process.communicate()
        self.said += output.decode().splitlines()
        assert self.process.returncode is not None
        return self.process.returncode, problems.decode()

    async def stop(self) -> tuple[int, str]:
        """Ask it to end, as a service manager does."""
        if self.process.returncode is None:
            self.process.terminate()
        return await self.ends()


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


def environment(settings: Mapping[str, str], source: Path = ROOT) -> dict[str, str]:
    """This environment with those settings of ours and no others; the program is that in ``source``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPSTAP_")}
    ours = {"ORGANISATIONS": str(ROOT / "organisations"), **settings}
    python = {"PYTHONPATH": str(source), "PYTHONIOENCODING": "utf-8:strict"}
    return {**kept, **python, **{f"OPSTAP_{name}": value for name, value in ours.items()}}
