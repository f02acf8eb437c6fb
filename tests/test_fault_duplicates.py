"""Updates that come three times at once are taken once, by one process or by two."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

from tests.faults.books import wrong
from tests.faults.doors import open_doors
from tests.faults.program import TOKEN, Program
from tests.faults.script import Script
from tests.faults.starter import Starter
from tests.faults.talker import FULL, QUICK, Talker
from tests.telegram_server import TelegramServer

PEOPLE = 6


async def test_each_update_three_times_at_once_is_one_step_and_one_reply(
    starter: Starter, telegram: TelegramServer, script: Script, database_url: str, log_file: Path
) -> None:
    programs = [
        Program(starter, database_url, telegram.url, log_file, webhook=True)
        for _ in range(1 if database_url.startswith("sqlite") else 2)
    ]
    open_doors(telegram, TOKEN, [program.url for program in programs], copies=3)
    for program in programs:
        await program.start()
    people = [
        Talker(telegram.user(TOKEN, number), script, "nl", (QUICK, FULL)[number % 2], chance=Random(number))
        for number in range(1, PEOPLE + 1)
    ]
    await asyncio.gather(*(person.talk() for person in people))
    await asyncio.sleep(0.5)
    for program in programs:
        await program.stop()
    assert sum(person.copies for person in people) == 0
    assert await wrong(database_url, people, kills=0) == []
