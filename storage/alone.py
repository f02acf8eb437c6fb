"""A ledger in memory for one user alone: every work runs at once, in the caller's own thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from sqlmodel import Session

from storage.address import read_address
from storage.bell import Bell
from storage.in_memory import open_in_memory
from storage.writer import Job, write_together

T = TypeVar("T")


class LedgerAlone:
    """Where thousands of works follow each other and nobody else waits, it is the hops between threads that cost."""

    dialect: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self) -> None:
        self.bell = Bell()
        self._engine = open_in_memory(read_address("sqlite://"))

    async def write(self, work: Callable[[Session], T]) -> T:
        return self._do(work, keep=True)

    async def read(self, work: Callable[[Session], T]) -> T:
        return self._do(work, keep=False)

    def _do(self, work: Callable[[Session], T], *, keep: bool) -> T:
        with self._engine.connect() as connection:
            (outcome,) = write_together(connection, [Job(work, None, keep)])
        self.bell.ring(outcome.topics)
        result: T = outcome.unfold()
        return result

    async def close(self) -> None:
        self._engine.dispose()
