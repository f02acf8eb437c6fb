"""A database in memory: it begins with empty tables, and is gone with its engine."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import cast

from sqlalchemy import Engine
from sqlmodel import SQLModel

from storage.address import Address
from storage.sqlite_engines import writing_engine


def open_in_memory(address: Address) -> Engine:
    engine = writing_engine(address)
    _open(engine).deserialize(_empty_tables(address))
    return engine


@lru_cache
def _empty_tables(address: Address) -> bytes:
    engine = writing_engine(address)
    try:
        SQLModel.metadata.create_all(engine)
        return _open(engine).serialize()
    finally:
        engine.dispose()


def _open(engine: Engine) -> sqlite3.Connection:
    """The engine keeps to this one connection until it is disposed of."""
    connection = engine.raw_connection()
    try:
        return cast(sqlite3.Connection, connection.driver_connection)
    finally:
        connection.close()
