"""One look at a database that a running program may be using: nothing is changed and nobody has to wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session

from storage.address import Address, read_address
from storage.errors import NotMigrated
from storage.ledger import open_ledger
from storage.schema import check_schema
from storage.sqlite_engines import reading_engine
from storage.sqlite_refusals import said_in_one_line

T = TypeVar("T")


async def read_only(url: str, work: Callable[[Session], T]) -> T:
    """What ``work`` finds in one snapshot. Raises ``DatabaseRefused`` for a database that is not as it should be."""
    address = read_address(url)
    if address.path is not None:
        return await asyncio.to_thread(_read_file, address, work)
    ledger = await open_ledger(url)
    try:
        return await ledger.read(work)
    finally:
        await ledger.close()


def _read_file(address: Address, work: Callable[[Session], T]) -> T:
    """Beside the program that holds the file's lock: readers of SQLite need none."""
    if address.path and not address.path.exists():
        raise NotMigrated(f"{address.path} does not exist yet: run `opstap migrate`")
    engine = reading_engine(address)
    try:
        with said_in_one_line(address), Session(engine) as session:
            check_schema(session.connection(), str(address))
            return work(session)
    finally:
        engine.dispose()
