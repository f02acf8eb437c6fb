"""Whole conversations over the wire: the running program, a Telegram, and people who talk until the end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest

from tests.faults.books import wrong
from tests.faults.program import TOKEN, Program
from tests.faults.script import Script
from tests.faults.starter import Starter
from tests.faults.talker import FULL, QUICK, Talker
from tests.telegram_server import TelegramServer

EVERYBODY = [(language, wishes) for language in ("nl", "fr") for wishes in (QUICK, FULL)]


def talkers(telegram: TelegramServer, script: Script) -> list[Talker]:
    return [
        Talker(telegram.user(TOKEN, number), script, language, wishes, chance=Random(number))
        for number, (language, wishes) in enumerate(EVERYBODY, 1)
    ]


@pytest.mark.parametrize("webhook", [True, False], ids=["webhook", "polling"])
async def test_everybody_who_talks_to_the_end_has_a_visit_and_a_case(
    starter: Starter, telegram: TelegramServer, script: Script, database_url: str, log_file: Path, webhook: bool
) -> None:
    program = Program(starter, database_url, telegram.url, log_file, webhook)
    await program.start()
    people = talkers(telegram, script)
    await asyncio.gather(*(person.talk() for person in people))
    await asyncio.sleep(0.3)
    await program.stop()
    assert await wrong(database_url, people, kills=0) == []
    assert all("slot" in person.told for person in people)
