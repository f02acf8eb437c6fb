"""Where a campaign takes place: on a fresh SQLite file, then on a PostgreSQL of its own."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.migrate import migrate
from tests.databases import address, execute, start_server


@dataclass(frozen=True, slots=True)
class Field:
    """A migrated database; ``folder`` is for logs, ``server`` is the socket folder of PostgreSQL."""

    name: str
    url: str
    folder: Path
    server: str = ""


def add_choice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one database instead of both")


def on_each(only: str | None, campaign: Callable[[Field], Coroutine[Any, Any, None]]) -> None:
    """Run ``campaign`` on each database; whatever becomes of it, the server ends."""
    with tempfile.TemporaryDirectory(prefix="opstap-campaign-") as folder:
        if only != "postgresql":
            asyncio.run(_on(Field("SQLite", f"sqlite:///{folder}/opstap.db", Path(folder)), campaign))
        if only != "sqlite":
            _on_postgres(Path(folder), campaign)


def _on_postgres(folder: Path, campaign: Callable[[Field], Coroutine[Any, Any, None]]) -> None:
    with tempfile.TemporaryDirectory(prefix="opstap-pg-") as home:
        server = start_server(Path(home))
        try:
            asyncio.run(execute(home, "CREATE DATABASE campaign"))
            asyncio.run(_on(Field("PostgreSQL", address(home, "campaign"), folder, home), campaign))
        finally:
            server.terminate()
            server.wait(30)


async def _on(field: Field, campaign: Callable[[Field], Coroutine[Any, Any, None]]) -> None:
    await migrate(field.url)
    await campaign(field)
