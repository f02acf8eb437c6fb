"""Resident memory of the running program, before and after many people: ``python -m benchmarks.memory``.

Each person starts and answers the first two questions by Telegram's webhook. The buffers of SQLite's page
cache and of the allocator count as well: it is what the machine gives up.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks.machine import heading, resident_mib
from benchmarks.running import running
from benchmarks.tables import table

PEOPLE = 10_000
STEPS = 5
QUESTIONS = 2
IN_FLIGHT = 32


async def measure(people: int) -> str:
    """A table: people so far, MiB in RAM, MiB on disk."""
    with tempfile.TemporaryDirectory(prefix="opstap-bench-") as folder:
        file = Path(folder) / "opstap.sqlite"
        async with running("ours", f"sqlite:///{file}") as stand:
            rows = [_row(0, stand.process, file)]
            for step in range(STEPS):
                chats = range(1 + step * people // STEPS, 1 + (step + 1) * people // STEPS)
                await stand.crowd.talk(chats, IN_FLIGHT, QUESTIONS)
                rows.append(_row(chats.stop - 1, stand.process, file))
    return table(("people so far", "MiB resident", "MiB of database"), rows)


def _row(people: int, process: int, file: Path) -> tuple[str, ...]:
    size = sum(each.stat().st_size for each in file.parent.glob(f"{file.name}*"))
    return f"{people:,}", f"{resident_mib(process):.0f}", f"{size / 2**20:.1f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    people = parser.parse_args().people
    print(heading())
    print()
    print(asyncio.run(measure(people)))
