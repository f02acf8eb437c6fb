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
from sqlmodel import Session, SQLModel, col, select

from storage.address import read_address
from storage.coach_marks import coach_marks
from storage.ledger import DatabaseRefused, Ledger, open_ledger
from storage.migrate import SCRIPTS, migrate
from storage.postgres import make_engine
from storage.schema import known_versions
from storage.tables import Appointment
from storage.verify import verify

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
    for opening in (open_ledger, migrate):
        with pytest.raises(DatabaseRefused, match="OPSTAP_DATABASE_URL") as refused:
            await opening(url)
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


def old_visit(id: str, coach: str, times: tuple[str, str], state: str, buffer: str = "") -> str:
    """``times`` are those of one day; ``buffer`` is when the coach was no longer free before it."""
    starts, ends = (f"2026-05-04 {time}:00.000000" for time in times)
    busy = f"2026-05-04 {buffer or times[0]}:00.000000"
    facts = (id, "genk", "p", coach, "hall", "visit", starts, ends, busy, ends, "UTC", "", "nl", "office", state, 1, id)
    return f"INSERT INTO appointment ({OLD_VISIT}) VALUES ({', '.join(map(repr, facts))}, '2026-05-01 09:00:00.000000')"


OLD_VISIT = (
    "id, organisation, person_id, coach, place, kind, starts_at, ends_at, busy_from, busy_until, zone, wall, language,"
    " way, state, version, uid, created_at"
)
OLD_PERSON = (
    "INSERT INTO person (id, organisation, language, wrapped_key, quiet, hears, created_at)"
    " VALUES ('p', 'genk', 'nl', '', false, false, '2026-05-01 09:00:00')"
)


async def test_a_visit_that_was_over_when_the_next_one_began_ends_there(database_url: str) -> None:
    """Before 0027 a coach was free as soon as somebody was noted as present."""
    old = [
        OLD_PERSON,
        old_visit("a", "an", ("09:00", "10:00"), "attended"),
        old_visit("b", "an", ("09:30", "10:30"), "attended"),
        old_visit("c", "an", ("10:00", "11:00"), "booked", "09:30"),
        old_visit("d", "bo", ("09:00", "10:00"), "attended"),
        old_visit("e", "bo", ("09:10", "10:00"), "no_show"),
    ]
    await migrate(database_url, "base")
    await migrate(database_url, "0026")
    await run_all(database_url, old)
    await migrate(database_url)
    ledger = await open_ledger(database_url)

    def times(session: Session) -> list[str]:
        found = session.exec(select(Appointment).order_by(col(Appointment.id)))
        return [
            f"{one.id} {one.busy_from:%H:%M} {one.starts_at:%H:%M} {one.ends_at:%H:%M} {one.busy_until:%H:%M}"
            for one in found
        ]

    assert await ledger.read(times) == [
        "a 09:00 09:00 09:30 09:30",
        "b 09:30 09:30 09:35 09:35",
        "c 09:35 10:00 11:00 11:00",
        "d 09:00 09:00 10:00 10:00",
        "e 09:10 09:10 10:00 10:00",
    ]
    assert await ledger.read(verify) == []
    assert set(await ledger.read(lambda session: coach_marks(session, "genk"))) == {"an", "bo"}
    await ledger.close()


async def run_all(url: str, statements: list[str]) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
            for statement in statements:
                file.execute(statement)
        return
    engine = make_engine(read_address(url))
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()
