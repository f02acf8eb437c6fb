"""Brings a database to the newest tables, or to a version asked for."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.address import Address, read_address
from storage.errors import DatabaseRefused
from storage.file_lock import FileLock
from storage.schema import schema_version
from storage.sqlite_engines import create_file, writing_engine
from storage.sqlite_refusals import said_in_one_line

SCRIPTS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 7_301_998_114


async def migrate(url: str, version: str = "head") -> None:
    """Makes the file if there is none. Everything or nothing; refuses an SQLite database that is in use."""
    address = read_address(url)
    if address.dialect == "sqlite":
        await asyncio.to_thread(_migrate_file, address, version)
        return
    await _migrate_server(address, version)


async def _migrate_server(address: Address, version: str) -> None:
    from storage.postgres import DRIVER_ERRORS, of_no_use  # its driver is not needed for a file

    engine = create_async_engine(address.url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
            await connection.run_sync(move, version)
    except DRIVER_ERRORS as problem:
        raise of_no_use(address, problem) from problem
    finally:
        await engine.dispose()


def _migrate_file(address: Address, version: str) -> None:
    if address.path is None:
        raise DatabaseRefused("a database in memory needs no migration: name a file, sqlite:///data/opstap.db")
    create_file(address.path)
    engine = writing_engine(address, foreign_keys=False)
    try:
        with FileLock(address.path), said_in_one_line(address), engine.begin() as connection:
            _refuse_foreign(connection, address)
            move(connection, version)
    finally:
        engine.dispose()


def _refuse_foreign(connection: Connection, address: Address) -> None:
    """Our tables do not come among those of another program."""
    if set(inspect(connection).get_table_names()) - {"alembic_version"} and schema_version(connection) is None:
        remedy = "choose another OPSTAP_DATABASE_URL"
        raise DatabaseRefused(f"{address} holds tables of another program: {remedy}")


def move(connection: Connection, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    step = command.downgrade if version == "base" else command.upgrade
    try:
        step(config, version)
    except CommandError as problem:
        raise DatabaseRefused(f"{problem}: the database was made by a newer version, upgrade the program") from None
