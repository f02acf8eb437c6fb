"""Engines of SQLite: one connection that writes, a few that read, each with its settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, QueuePool, StaticPool, create_engine, event

from storage.address import Address
from storage.errors import DatabaseRefused
from storage.sqlite_dialect import COMPILED, READING, WRITING

READERS = 2
BUSY_SECONDS = 5.0


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
        address.url.set(drivername=WRITING),
        poolclass=StaticPool,
        hide_parameters=True,
        execution_options={"compiled_cache": COMPILED},
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    settings = ("journal_mode=WAL", "synchronous=FULL", f"foreign_keys={'ON' if foreign_keys else 'OFF'}")
    return _with_settings(engine, settings)


def reading_engine(address: Address) -> Engine:
    engine = create_engine(
        address.url.set(drivername=READING),
        poolclass=QueuePool,
        pool_size=READERS,
        hide_parameters=True,
        execution_options={"compiled_cache": COMPILED},
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    return _with_settings(engine, ("query_only=ON",))


def _with_settings(engine: Engine, settings: tuple[str, ...]) -> Engine:
    @event.listens_for(engine, "connect")
    def _set(connection: Any, _: object) -> None:
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")

    return engine
