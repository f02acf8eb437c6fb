"""``opstap doctor``: is the database sound, and how fast is the disk it stands on."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from storage.address import read_address
from storage.errors import DatabaseRefused
from storage.reading import read_only
from storage.verify import Violation, verify

SYNCS = 50


async def examine(url: str, thoroughly: bool, tell: Callable[[str], None]) -> list[Violation]:
    """Read only; a running program is not disturbed. Without ``thoroughly`` only the disk is measured."""
    address = read_address(url)
    if address.path is not None and not address.path.exists():
        raise DatabaseRefused(f"{address.path} is not there: run `opstap migrate`")
    violations = await read_only(url, verify) if thoroughly else []
    if address.path is not None:
        folder = address.path.parent
        tell(f"One write to the disk under {folder} takes {_sync_time(folder):.2f} ms (median).")
    if thoroughly and not violations:
        tell("Every invariant holds.")
    return violations


def _sync_time(folder: Path) -> float:
    """Milliseconds of an 8 KiB write that has reached the disk."""
    times = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(SYNCS):
            begin = time.perf_counter()
            os.pwrite(file.fileno(), b"\0" * 8192, 0)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)
