"""``kill -9`` at every moment that matters, and at moments of chance: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from sqlmodel import col, select

from storage.tables import Due
from tests.databases import address, execute, run_apart
from tests.faults.books import open_house, wrong
from tests.faults.doors import open_doors
from tests.faults.kill import Campaign
from tests.faults.points import BEGINNING, LATER, WHILE_TALKING
from tests.faults.program import TOKEN, Program
from tests.faults.script import Script
from tests.faults.starter import Starter
from tests.faults.talker import FULL, Talker
from tests.telegram_server import TelegramServer

LAST = "in a booking, before its commit"
"""There is one booking in a conversation, near its end."""

KILLED = -9


def lease(database_url: str) -> float:
    """On SQLite the next process waits for no lease; on PostgreSQL another may still be at work.

    It outlasts any sending on a busy machine: a row whose lease ends while it is carried is carried twice.
    """
    return 120.0 if database_url.startswith("sqlite") else 2.5


async def test_a_conversation_survives_a_kill_at_every_point_of_its_way(
    starter: Starter, telegram: TelegramServer, script: Script, database_url: str, log_file: Path
) -> None:
    program = Program(starter, database_url, telegram.url, log_file, webhook=database_url.startswith("postgresql"))
    person = Talker(telegram.user(TOKEN, 1), script, "nl", FULL, patience=90, chance=Random(1))
    talking = asyncio.create_task(person.talk())
    for name in (*(name for name in WHILE_TALKING if name != LAST), LAST):
        program.begin(faults={name: 1 if name == LAST else 2}, lease=lease(database_url))
        assert await program.died() == KILLED, name
    await program.start(lease=lease(database_url))
    await talking
    await asyncio.sleep(0.8)
    await program.stop()
    assert await wrong(database_url, [person], kills=2) == []


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'opstap.db'}"
    server = str(request.getfixturevalue("postgres_server"))
    name = f"empty_{uuid4().hex}"
    run_apart(execute(server, f"CREATE DATABASE {name}"))
    return address(server, name)


async def test_a_first_start_that_is_killed_while_it_makes_the_tables_is_made_good_by_the_next(
    starter: Starter, telegram: TelegramServer, empty_database_url: str, log_file: Path
) -> None:
    program = Program(starter, empty_database_url, telegram.url, log_file)
    for name, hit in zip(BEGINNING, (5, 1), strict=True):
        program.begin(argv=("serve", "--set-up"), faults={name: hit})
        assert await program.died() == KILLED, name
    await program.start(argv=("serve", "--set-up"))
    await program.stop()
    assert await wrong(empty_database_url, []) == []


async def test_a_reminder_comes_once_whatever_moment_the_program_is_killed_at(
    starter: Starter, telegram: TelegramServer, script: Script, database_url: str, log_file: Path
) -> None:
    program = Program(starter, database_url, telegram.url, log_file, webhook=True)
    person = Talker(telegram.user(TOKEN, 1), script, chance=Random(1))
    await program.start()
    await person.talk()
    await program.stop()
    for name, due in zip(LATER, await reminders(database_url), strict=True):
        program.settings = {"CLOCK": f"{(due.due_at - timedelta(seconds=1)).isoformat()}x20"}
        seen = len(person.user.screen)
        program.begin(faults={name: 1}, lease=lease(database_url))
        assert await program.died() == KILLED, name
        await program.start(lease=lease(database_url))
        await person.until(partial(_more_than, person, seen), "the reminder")
        await asyncio.sleep(1.5)
        assert len(person.user.screen) == seen + 1, name
        await program.stop()
    assert [due.state for due in await reminders(database_url)] == ["done", "done"]
    assert await wrong(database_url, [person]) == []


def _more_than(person: Talker, seen: int) -> bool:
    return len(person.user.screen) > seen


async def reminders(database_url: str) -> list[Due]:
    query = select(Due).where(col(Due.kind).startswith("remind")).order_by(col(Due.due_at))
    async with open_house(database_url) as house:
        return await house.ledger.read(lambda session: list(session.exec(query)))


async def test_people_talk_on_while_the_program_is_killed_at_moments_of_chance(
    starter: Starter, telegram: TelegramServer, script: Script, database_url: str, log_file: Path
) -> None:
    seed = Random().randrange(10**6)
    programs = [
        Program(starter, database_url, telegram.url, log_file, webhook=True)
        for _ in range(1 if database_url.startswith("sqlite") else 2)
    ]
    open_doors(telegram, TOKEN, [program.url for program in programs])
    campaign = Campaign(telegram, script, programs, kills=8, at_once=6, conversations=6, chance=Random(seed))
    assert await campaign.run() == [], f"seed {seed}"
