"""Reads the address of a database, ``sqlite:///path`` or ``postgresql://...``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import DatabaseRefused

Dialect = Literal["sqlite", "postgresql"]

REMEDY = "set OPSTAP_DATABASE_URL to sqlite:///data/opstap.sqlite or postgresql://user:password@host/database"
UNDERSTOOD = frozenset({"host", "port", "ssl", "passfile", "target_session_attrs"})
"""What may stand behind the ``?`` of an address of PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Address:
    """``path`` is the file of an SQLite database, ``None`` for one in memory and for PostgreSQL."""

    dialect: Dialect
    url: URL
    path: Path | None

    def __str__(self) -> str:
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)


def read_address(text: str) -> Address:
    """Raises ``DatabaseRefused``, which never repeats an address: it may hold a password."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseRefused(f"the database address cannot be read: {REMEDY}") from None
    match url.drivername:
        case "sqlite" | "sqlite+pysqlite":
            return _sqlite(url)
        case "postgresql" | "postgres" | "postgresql+asyncpg":
            return Address("postgresql", _for_asyncpg(url), None)
        case other:
            raise DatabaseRefused(f"databases of the kind {other!r} are not supported: {REMEDY}")


def _sqlite(url: URL) -> Address:
    in_memory = url.database in (None, "", ":memory:")
    return Address("sqlite", url, None if in_memory else Path(str(url.database)))


def _for_asyncpg(url: URL) -> URL:
    query = {("ssl" if name == "sslmode" else name): value for name, value in url.query.items()}
    if unknown := query.keys() - UNDERSTOOD:
        raise DatabaseRefused(f"the database address asks for {', '.join(sorted(unknown))}: {REMEDY}")
    return url.set(drivername="postgresql+asyncpg", query=query)
