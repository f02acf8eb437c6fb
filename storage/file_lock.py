"""Lets one process at a time write an SQLite file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self, TextIO

from storage.errors import DatabaseRefused


class FileLock:
    """Held on ``<file>.lock``, which names the process, until ``release`` or the end of that process."""

    def __init__(self, database: Path) -> None:
        self._file = _opened(Path(f"{database}.lock"))
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = self._holder()
            self._file.close()
            raise DatabaseRefused(
                f"{database} is in use by process {holder}: stop that one first, or use PostgreSQL"
                " (OPSTAP_DATABASE_URL=postgresql://...) to run several"
            ) from None
        self._sign()

    def _holder(self) -> str:
        self._file.seek(0)
        return self._file.read().strip() or "unknown"

    def _sign(self) -> None:
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _opened(file: Path) -> TextIO:
    """To be held for as long as the ledger is open."""
    try:
        return file.open("a+")
    except OSError as problem:
        remedy = "look at the rights of the database and of its folder"
        raise DatabaseRefused(f"{file} cannot be written ({problem.strerror}): {remedy}") from None
