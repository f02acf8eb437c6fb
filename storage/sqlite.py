"""The ledger on SQLite: one writer thread, and readers beside it that never wait for the writer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from storage.address import Address
from storage.bell import Bell
from storage.errors import DatabaseRefused, NotMigrated
from storage.file_lock import FileLock
from storage.in_memory import open_in_memory
from storage.schema import check_schema
from storage.sqlite_engines import READERS, reading_engine, writing_engine
from storage.sqlite_refusals import said_in_one_line
from storage.tray_statements import END_LEASES
from storage.writer import Writer, away

T = TypeVar("T")

KNOW_SIZES = ("PRAGMA analysis_limit=400", "PRAGMA optimize=0x10002")
"""Looks how large the tables are, where that is not known: SQLite chooses indexes by it. Takes a few milliseconds."""


class SqliteLedger:
    dialect: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self, writing: Engine, reading: Engine | None, lock: FileLock | None) -> None:
        self.bell = Bell()
        self._writing, self._reading, self._lock = writing, reading, lock
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._writer = Writer(writing, self.bell)

    async def write(self, work: Callable[[Session], T]) -> T:
        result: T = await self._writer.do(work)
        return result

    async def read(self, work: Callable[[Session], T]) -> T:
        if self._reading is None:
            kept_nothing: T = await self._writer.do(work, keep=False)
            return kept_nothing
        return await asyncio.get_running_loop().run_in_executor(self._readers, _read, self._reading, work)

    async def close(self) -> None:
        await self._writer.close()
        await asyncio.to_thread(self._readers.shutdown)
        for engine in filter(None, (self._reading, self._writing)):
            engine.dispose()
        if self._lock:
            self._lock.release()


def _read(engine: Engine, work: Callable[[Session], T]) -> T:
    try:
        with Session(engine, expire_on_commit=False) as session:
            return work(session)
    except Exception as problem:
        raise away(problem) from problem.__cause__


async def open_sqlite(address: Address) -> SqliteLedger:
    """Raises ``DatabaseRefused``. A database in memory gets its tables here and is gone with the ledger."""
    if address.path is None:
        return SqliteLedger(open_in_memory(address), None, None)
    if not address.path.exists():
        raise NotMigrated(f"{address.path} does not exist yet: run `opstap migrate`")
    if address.path.is_dir():
        raise DatabaseRefused(f"{address.path} cannot be opened, it is a folder: name a file in OPSTAP_DATABASE_URL")
    lock = FileLock(address.path)
    try:
        await asyncio.to_thread(_prepare, address)
    except BaseException:
        lock.release()
        raise
    return SqliteLedger(writing_engine(address), reading_engine(address), lock)


def _prepare(address: Address) -> None:
    """Whoever held a lease before us is gone: we have the file's lock. Nobody has to wait for its end."""
    engine = writing_engine(address)
    try:
        with said_in_one_line(address), engine.begin() as connection:
            check_schema(connection, str(address))
            for statement in END_LEASES:
                connection.execute(statement)
            for pragma in KNOW_SIZES:
                connection.exec_driver_sql(pragma)
    finally:
        engine.dispose()
