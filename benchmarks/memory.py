"""Resident memory of the running program, before and after many people: ``python -m benchmarks.memory``.

First of ``opstap serve`` as it is shipped, just started. Then of the benchmark's own organisation: each person
starts and answers the first two questions by Telegram's webhook. SQLite's page cache and what the allocator
keeps count as well: it is what the machine gives up.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import heading, resident_mib
from benchmarks.running import START, running
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


async def just_started() -> float:
    """MiB resident of ``opstap serve`` with the shipped organisations, once it answers."""
    with tempfile.TemporaryDirectory(prefix="opstap-bench-") as folder, socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
        found.close()
        own = {"OPSTAP_DATABASE_URL": f"sqlite:///{folder}/opstap.sqlite", "OPSTAP_PORT": str(port)}
        secret = {"OPSTAP_SECRET_KEY": "b" * 40}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve", "--set-up"),
            env=os.environ | own | secret,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            await _answers(port)
            return resident_mib(process.pid)
        finally:
            process.terminate()
            await process.wait()


async def _answers(port: int) -> None:
    async with asyncio.timeout(START):
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n")
            await reader.read()
            writer.close()
            return


def _row(people: int, process: int, file: Path) -> tuple[str, ...]:
    size = sum(each.stat().st_size for each in file.parent.glob(f"{file.name}*"))
    return f"{people:,}", f"{resident_mib(process):.0f}", f"{size / 2**20:.1f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    people = parser.parse_args().people
    print(heading())
    print()
    print(f"opstap serve, just started: {asyncio.run(just_started()):.0f} MiB resident")
    print()
    print(asyncio.run(measure(people)))
