"""Carries rings between processes over LISTEN and NOTIFY, on a connection of its own.

A NOTIFY inside the transaction would make every commit wait for the one before it, so it is sent right
after the commit; a lost connection costs latency only, because waiters also look by themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.bell import Bell

CHANNEL = "opstap"
PAYLOAD = 7900
PAUSE = 1.0
PATIENCE = 5.0
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


class Announcer:
    def __init__(self, engine: AsyncEngine) -> None:
        self.bell = Bell()
        self._engine = engine
        self._waiting: set[str] = set()
        self._wake = asyncio.Event()
        self._closing = False
        self._connected_once = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def start(self) -> None:
        """Waits for the line, but not for long: everything works without it, only later."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._connected_once.wait(), PATIENCE)

    def announce(self, topics: Iterable[str]) -> None:
        self._waiting.update(topics)
        self._wake.set()

    async def close(self) -> None:
        self._closing = True
        self._wake.set()
        await asyncio.wait([self._task], timeout=2 * PAUSE)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while not self._closing:
            try:
                await self._connected()
            except LOST:
                await asyncio.sleep(PAUSE)

    async def _connected(self) -> None:
        _, settings = self._engine.dialect.create_connect_args(self._engine.url)
        connection = await asyncpg.connect(**settings, timeout=PATIENCE, command_timeout=PATIENCE)
        try:
            connection.add_termination_listener(lambda _: self._wake.set())
            await connection.add_listener(CHANNEL, self._heard)
            if self._connected_once.is_set():
                self.bell.ring_all()
            self._connected_once.set()
            await self._speak(connection)
        finally:
            connection.terminate()

    async def _speak(self, connection: Any) -> None:
        while not connection.is_closed() and not (self._closing and not self._waiting):
            await self._wake.wait()
            self._wake.clear()
            for payload in self._payloads():
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)

    def _payloads(self) -> list[str]:
        """What waits, as few texts of at most ``PAYLOAD`` bytes: one topic a line."""
        payloads: list[str] = []
        for topic in sorted(self._waiting):
            if payloads and len(payloads[-1].encode()) + len(topic.encode()) < PAYLOAD:
                payloads[-1] += "\n" + topic
            else:
                payloads.append(topic)
        self._waiting.clear()
        return payloads

    def _heard(self, connection: Any, sender: int, _channel: str, payload: object) -> None:
        if sender != connection.get_server_pid():
            self.bell.ring(str(payload).split("\n"))
