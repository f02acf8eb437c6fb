"""Migrations and models say the same, and a database that does not fit is refused with the remedy."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlmodel import Session, SQLModel

from storage.ledger import DatabaseRefused, Ledger, open_ledger
from storage.migrate import SCRIPTS, migrate
from storage.schema import known_versions

BEFORE = """
INSERT INTO person (id, organisation, language, wrapped_key, quiet, created_at)
VALUES ('p', 'genk', 'nl', x'00', 0, '2027-03-24 09:00:00');
INSERT INTO chat (id, organisation, channel, address, person_id, state, created_at)
VALUES ('c', 'genk', 'web', 'a', 'p', 'open', '2027-03-24 09:00:00');
INSERT INTO conversation (id, organisation, person_id, chat_id, flow, version, entries, screen, created_at, updated_at)
VALUES ('t', 'genk', 'p', 'c', 'intake', 1, 1, 42, '2027-03-24 09:00:00', '2027-03-24 09:00:00');
INSERT INTO staff (id, organisation, login, name, role, language, active, created_at)
VALUES ('s', 'genk', 'an', 'An', 'coach', 'nl', 1, '2027-03-24 09:00:00');
INSERT INTO one_time_link (token_hash, purpose, organisation, staff_id, expires_at)
VALUES ('h', 'sign_in', 'genk', 's', '2027-03-24 09:15:00');
"""
"""Rows as the first version wrote them."""


def differences(session: Session) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(session.connection()), SQLModel.metadata))


def shape(connection: Connection) -> dict[str, Any]:
    """Tables with their columns, keys and indexes, as the database tells them."""
    found = inspect(connection)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)],
            sorted(str(index["name"]) for index in found.get_indexes(table)),
            sorted(str(key["name"]) for key in found.get_foreign_keys(table)),
            sorted(str(rule["name"]) for rule in found.get_check_constraints(table)),
        )
        for table in found.get_table_names()
    }


async def test_the_migrated_tables_equal_the_models(ledger: Ledger) -> None:
    assert await ledger.read(differences) == []


async def test_up_down_and_up_again_gives_the_same_tables(database_url: str) -> None:
    shapes = []
    for _ in range(2):
        ledger = await open_ledger(database_url)
        shapes.append(await ledger.read(lambda session: shape(session.connection())))
        await ledger.close()
        await migrate(database_url, "base")
        with pytest.raises(DatabaseRefused, match="run `opstap migrate`"):
            await open_ledger(database_url)
        await migrate(database_url)
    assert shapes[0] == shapes[1]


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    await migrate(database_url)
    ledger = await open_ledger(database_url)
    await ledger.close()


async def test_two_processes_may_migrate_postgresql_at_once(postgres_url: str) -> None:
    await migrate(postgres_url, "base")
    await asyncio.gather(*(migrate(postgres_url) for _ in range(3)))
    await (await open_ledger(postgres_url)).close()


async def test_a_newer_schema_is_refused(database_url: str) -> None:
    ledger = await open_ledger(database_url)
    await ledger.write(lambda s: s.connection().execute(text("UPDATE alembic_version SET version_num = '9999'")))
    await ledger.close()
    with pytest.raises(DatabaseRefused, match="newer version"):
        await open_ledger(database_url)
    with pytest.raises(DatabaseRefused, match="newer version"):
        await migrate(database_url)


async def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused, match="run `opstap migrate`"):
        await open_ledger(f"sqlite:///{tmp_path}/none.db")


@pytest.mark.parametrize("url", ["mysql://an/db", "nonsense", "postgresql://an:word@nowhere.invalid:1/db"])
async def test_an_address_that_leads_nowhere_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseRefused, match="OPSTAP_DATABASE_URL") as refused:
        await open_ledger(url)
    assert "an:word" not in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_a_database_in_memory_works_at_once() -> None:
    ledger = await open_ledger("sqlite://")
    assert "person" in await ledger.read(lambda session: shape(session.connection()))
    await ledger.close()


def test_the_files_of_the_migrations_are_one_line_of_versions() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    assert [step.revision for step in scripts.walk_revisions()][::-1] == list(known_versions())


def test_opening_a_ledger_does_not_load_the_migration_tool() -> None:
    program = "import sys, storage.sqlite, storage.postgres; sys.exit('alembic' in sys.modules)"
    root = Path(__file__).parent.parent
    assert subprocess.run((sys.executable, "-c", program), cwd=root, check=False).returncode == 0


async def test_the_question_that_stood_open_moves_to_its_chat(sqlite_url: str) -> None:
    file = sqlite_url.removeprefix("sqlite:///")
    await migrate(sqlite_url, "base")
    await migrate(sqlite_url, "0001")
    with closing(sqlite3.connect(file)) as old, old:
        old.executescript(BEFORE)
    await migrate(sqlite_url, "0002")
    with closing(sqlite3.connect(file)) as new:
        assert new.execute("SELECT id, screen FROM chat").fetchall() == [("c", 42)]
        assert new.execute("SELECT quiet_until, hears FROM person").fetchall() == [(None, 0)]
        assert new.execute("SELECT staff_id, person_id FROM one_time_link").fetchall() == [("s", None)]
