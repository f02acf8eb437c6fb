"""SQLite as SQLAlchemy speaks to it, with transactions begun and savepoints set in the driver's own words.

Compiling ``SAVEPOINT`` anew for each work, and an event on every statement, took a tenth of a turn (measured).
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.util import LRUCache

WRITING, READING = "sqlite+immediate", "sqlite+snapshot"
COMPILED: LRUCache[Any, Any] = LRUCache(2000)
"""Statements as text for SQLite, for all engines of the process; there are more than the usual 500 of one engine."""


class SnapshotDialect(SQLiteDialect_pysqlite):
    """A transaction sees one state of the database. What one engine compiles serves all the others."""

    driver = "snapshot"
    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SnapshotDialect)

    def __hash__(self) -> int:
        return hash(SnapshotDialect)

    def do_begin(self, dbapi_connection: DBAPIConnection) -> None:
        _tell(dbapi_connection, "BEGIN")


class ImmediateDialect(SnapshotDialect):
    """Every transaction takes the write lock at its beginning."""

    driver = "immediate"
    supports_statement_cache = True

    def do_begin(self, dbapi_connection: DBAPIConnection) -> None:
        _tell(dbapi_connection, "BEGIN IMMEDIATE")

    def do_savepoint(self, connection: Connection, name: str) -> None:
        _tell(connection.connection.dbapi_connection, f"SAVEPOINT {name}")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        _tell(connection.connection.dbapi_connection, f"RELEASE {name}")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        _tell(connection.connection.dbapi_connection, f"ROLLBACK TO {name}")


def driver(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection beneath."""
    found = connection.connection.dbapi_connection
    assert isinstance(found, sqlite3.Connection)
    return found


def _tell(connection: Any, words: str) -> None:
    connection.execute(words)


registry.register("sqlite.immediate", __name__, ImmediateDialect.__name__)
registry.register("sqlite.snapshot", __name__, SnapshotDialect.__name__)
