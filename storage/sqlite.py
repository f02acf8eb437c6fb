"""The ledger on SQLite: one writer thread, and readers beside it that never wait for the writer."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine, QueuePool, StaticPool, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, SQLModel

from storage.address import Address
from storage.bell import Bell
from storage.errors import DatabaseRefused, NotMigrated
from storage.file_lock import FileLock
from storage.schema import check_schema
from storage.sqlite_dialect import DRIVER
from storage.tray_statements import END_LEASES
from storage.writer import Writer, away

T = TypeVar("T")

READERS = 2
BUSY_SECONDS = 5.0
UNREADABLE = frozenset({"SQLITE_NOTADB", "SQLITE_CORRUPT"})


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
        engine = writing_engine(address)
        SQLModel.metadata.create_all(engine)
        return SqliteLedger(engine, None, None)
    if not address.path.exists():
        raise NotMigrated(f"{address.path} does not exist yet: run `opstap migrate`")
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
        with engine.begin() as connection:
            check_schema(connection, str(address))
            for statement in END_LEASES:
                connection.execute(statement)
    except DatabaseError as problem:
        if getattr(problem.orig, "sqlite_errorname", "") not in UNREADABLE:
            raise
        remedy = "put back a backup, or choose another OPSTAP_DATABASE_URL"
        raise DatabaseRefused(f"{address} is no sound database: {remedy}") from None
    finally:
        engine.dispose()


def create_file(path: Path) -> None:
    """An empty database that only its owner can read."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT, 0o600))
    except OSError as problem:
        raise DatabaseRefused(
            f"{path} cannot be made ({problem.strerror}): choose another OPSTAP_DATABASE_URL"
        ) from None


def writing_engine(address: Address, *, foreign_keys: bool = True) -> Engine:
    """One connection, whose transactions are IMMEDIATE and on the disk once committed."""
    engine = create_engine(
        address.url.set(drivername=DRIVER),
        poolclass=StaticPool,
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    settings = ("journal_mode=WAL", "synchronous=FULL", f"foreign_keys={'ON' if foreign_keys else 'OFF'}")
    return _with_settings(engine, settings)


def reading_engine(address: Address) -> Engine:
    engine = create_engine(
        address.url,
        poolclass=QueuePool,
        pool_size=READERS,
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    _with_settings(engine, ("query_only=ON",))

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _with_settings(engine: Engine, settings: tuple[str, ...]) -> Engine:
    @event.listens_for(engine, "connect")
    def _set(connection: Any, _: object) -> None:
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")

    return engine
