"""The unit of work: runs plain functions of a session, each as one transaction, on SQLite or PostgreSQL.

A work may be run again when the database asks for it, so it changes nothing but its session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeVar

from sqlmodel import Session

from storage.address import read_address
from storage.bell import Bell, ring
from storage.errors import DatabaseAway, DatabaseRefused, NotMigrated

__all__ = ["DatabaseAway", "DatabaseRefused", "Ledger", "NotMigrated", "open_ledger", "ring"]

T = TypeVar("T")


class Ledger(Protocol):
    dialect: Literal["sqlite", "postgresql"]
    bell: Bell

    async def write(self, work: Callable[[Session], T]) -> T:
        """Answers after the commit. What the work raises comes out, and nothing of it is kept."""
        ...

    async def read(self, work: Callable[[Session], T]) -> T:
        """One snapshot; a work that tries to write here is refused by the database."""
        ...

    async def close(self) -> None: ...


async def open_ledger(url: str) -> Ledger:
    """Raises ``DatabaseRefused`` (one line with the remedy) for a database that must not be used as it is."""
    address = read_address(url)
    match address.dialect:
        case "sqlite":
            from storage.sqlite import open_sqlite

            return await open_sqlite(address)
        case "postgresql":
            from storage.postgres import open_postgres

            return await open_postgres(address)
