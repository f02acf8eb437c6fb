"""PostgreSQL as SQLAlchemy speaks to it through asyncpg: what one engine compiles serves all the others."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.util import LRUCache

SHARING = "postgresql+sharing"
COMPILED: LRUCache[Any, Any] = LRUCache(2000)
"""Statements as text for PostgreSQL, for all engines of the process: more than the usual 500 of one engine."""


class SharingDialect(PGDialect_asyncpg):
    """Two are the same when their servers are: the text of a statement depends on nothing else that differs."""

    driver = "sharing"
    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SharingDialect) and self._server() == other._server()

    def __hash__(self) -> int:
        return hash(SharingDialect)

    def _server(self) -> tuple[object, ...]:
        return self.server_version_info, self._backslash_escapes


registry.register("postgresql.sharing", __name__, SharingDialect.__name__)
