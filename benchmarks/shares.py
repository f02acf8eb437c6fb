"""Where the time of a turn goes: ``python -m benchmarks.shares``; needs ``py-spy`` on the path.

Samples are taken of whichever thread holds the interpreter: waiting for the disk or the network is not in them.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.contender import MAKERS
from benchmarks.machine import heading
from benchmarks.running import running
from benchmarks.tables import table

ROOMS = ("bot", "flows", "casework", "storage")
FILE = re.compile(r"\(([^()]+?)(?::\d+)?\)$")
HERTZ = "500"
ATTACHED = 2.0
"""Seconds that py-spy is given to begin."""


async def record(name: str, conversations: int, in_flight: int) -> str:
    """Stacks as py-spy writes them raw: frames with ``;`` between them, and how often."""
    with tempfile.TemporaryDirectory(prefix="opstap-bench-") as folder:
        store, raw = Path(folder) / "store", Path(folder) / "raw"
        async with running(name, f"sqlite:///{store}" if name == "ours" else str(store)) as stand:
            await stand.crowd.talk(range(1, 20), in_flight)
            spy = await asyncio.create_subprocess_exec(
                *("py-spy", "record", "--gil", "--rate", HERTZ, "--format", "raw"),
                *("--output", str(raw), "--pid", str(stand.process)),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            await asyncio.sleep(ATTACHED)
            await stand.crowd.talk(range(1000, 1000 + conversations), in_flight)
            spy.send_signal(signal.SIGINT)
            await spy.wait()
        return raw.read_text()


def shares(raw: str) -> str:
    """Two tables: whose code runs, and for which room of ours, or which library where none of ours is in it."""
    running_now: Counter[str] = Counter()
    on_behalf: Counter[str] = Counter()
    for line in raw.splitlines():
        stack, _, times = line.rpartition(" ")
        owners = [_owner(frame) for frame in stack.split(";")]
        running_now[owners[-1]] += int(times)
        ours = (owner for owner in reversed(owners) if owner in ROOMS)
        on_behalf[next(ours, owners[-1])] += int(times)
    return f"{_table('code of', running_now)}\n\n{_table('on behalf of', on_behalf)}"


def _owner(frame: str) -> str:
    """The room, library or module of the standard library that a frame belongs to."""
    found = FILE.search(frame)
    return found[1].split("/")[0].removesuffix(".py") if found else frame


def _table(of: str, counted: Counter[str]) -> str:
    total = counted.total()
    rows = [(name, f"{times / total:.0%}") for name, times in counted.most_common() if times / total >= 0.01]
    return table((of, "share"), _with_rest(rows, total, counted))


def _with_rest(rows: list[tuple[str, str]], total: int, counted: Counter[str]) -> Iterable[tuple[str, str]]:
    rest = total - sum(times for _, times in counted.most_common(len(rows)))
    return (*rows, ("others, each below 1 %", f"{rest / total:.0%}"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", choices=MAKERS, default="ours")
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--in-flight", type=int, default=16)
    arguments = parser.parse_args()
    print(heading())
    print()
    print(shares(asyncio.run(record(arguments.name, arguments.conversations, arguments.in_flight))))
