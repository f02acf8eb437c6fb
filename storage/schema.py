"""Tells whether a database has the tables this program knows, without loading the migration tool."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.errors import DatabaseRefused, NotMigrated

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def known_versions() -> tuple[str, ...]:
    """The versions of the schema, oldest first: the names of the migrations' files up to the first ``_``."""
    return tuple(sorted(file.name.partition("_")[0] for file in VERSIONS.glob("[0-9]*_*.py")))


def schema_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def check_schema(connection: Connection, place: str) -> None:
    """Raises ``DatabaseRefused`` unless the schema is exactly the newest one known here."""
    known = known_versions()
    match schema_version(connection):
        case None:
            raise NotMigrated(f"{place} has no tables yet: run `opstap migrate`")
        case found if found not in known:
            raise DatabaseRefused(f"{place} was made by a newer version ({found}): upgrade the program")
        case found if found != known[-1]:
            raise NotMigrated(f"{place} has tables of version {found}, not {known[-1]}: run `opstap migrate`")
