"""A PostgreSQL of the benchmark's own, which really writes to the disk before it says that it did."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.databases import UNPRIVILEGED, address, execute, reachable_programs, wait_until_ready

SETTINGS = ("fsync=on", "synchronous_commit=on", "listen_addresses=")


@dataclass(frozen=True, slots=True)
class Server:
    process: int
    home: str

    async def new_database(self, name: str) -> str:
        """Its address."""
        await execute(self.home, f"CREATE DATABASE {name}")
        return address(self.home, name)


@contextmanager
def postgres() -> Iterator[Server]:
    """Runs on the cores of the process that calls."""
    with tempfile.TemporaryDirectory(prefix="opstap-bench-pg-") as folder:
        home = Path(folder)
        owner = UNPRIVILEGED if os.geteuid() == 0 else None
        if owner:
            shutil.chown(home, owner)
        programs = reachable_programs(home, owner)
        initdb = (programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "utf8")
        subprocess.run(initdb, user=owner, cwd=home, check=True, capture_output=True)
        settings = [part for setting in SETTINGS for part in ("-c", setting)]
        command: list[str | Path] = [programs / "postgres", "-D", home / "data", "-k", home, *settings]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(command, user=owner, cwd=home, stdout=log, stderr=log)
        try:
            wait_until_ready(programs, home, server)
            yield Server(server.pid, folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
