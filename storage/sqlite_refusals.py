"""Says in one line why an SQLite file cannot be used, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError

from storage.address import Address
from storage.errors import DatabaseRefused

UNSOUND = ("is no sound database", "put back a backup, or choose another OPSTAP_DATABASE_URL")
REASONS = {
    "SQLITE_NOTADB": UNSOUND,
    "SQLITE_CORRUPT": UNSOUND,
    "SQLITE_BUSY": ("is being written by another program", "stop that one first"),
    "SQLITE_CANTOPEN": (
        "cannot be opened",
        "name a file that this user may read and write in OPSTAP_DATABASE_URL",
    ),
    "SQLITE_PERM": ("may not be opened", "look at the rights of the file and of its folder"),
    "SQLITE_READONLY": ("may not be written", "look at the rights of the file and of its folder"),
    "SQLITE_FULL": ("has no room left on its disk", "make room there"),
    "SQLITE_IOERR": ("lies on a disk that does not read or write it", "look at the disk"),
}
"""By the beginning of SQLite's own name for the error."""


@contextmanager
def said_in_one_line(address: Address) -> Iterator[None]:
    """Raises ``DatabaseRefused`` for every way in which a file can be of no use."""
    try:
        yield
    except DatabaseError as problem:
        name = getattr(problem.orig, "sqlite_errorname", "")
        reason = next((reason for start, reason in REASONS.items() if name.startswith(start)), None)
        if reason is None:
            raise
        what, remedy = reason
        raise DatabaseRefused(f"{address} {what}: {remedy}") from None
