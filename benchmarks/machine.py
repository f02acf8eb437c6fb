"""The machine a benchmark runs on: its cores, its load, and what a process has used of it."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def cores() -> tuple[int, int]:
    """The core of the bot and the core of everything else; the same one if there is only one."""
    free = sorted(os.sched_getaffinity(0))
    return free[0], free[-1]


def cpu_seconds(process: int) -> float:
    """Of ``process`` with all its threads, since its start."""
    after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def resident_mib(process: int) -> float:
    """Resident memory now."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE / 2**20


def children(process: int) -> list[int]:
    """The processes that ``process`` has started itself and that still run."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def heading() -> str:
    """One line for above a table: when, on what, with which versions, and how busy it was just before."""
    names = ("python-telegram-bot", "aiogram", "aiohttp", "sqlalchemy", "httpx")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    load = " ".join(f"{number:.1f}" for number in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {_processor()}, {os.cpu_count()} cores;"
        f" Python {platform.python_version()}, {versions}; load {load}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
