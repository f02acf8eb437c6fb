"""A disk without room, for the database and the logs: nothing is lost, nothing ends, and it goes on by itself."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import aiohttp

from tests.faults.books import wrong
from tests.faults.program import TOKEN, Program
from tests.faults.script import Script
from tests.faults.starter import Starter
from tests.faults.talker import FULL, Talker
from tests.telegram_server import TelegramServer
from tests.telegram_world import Account
from tests.test_telegram_webhook import eventually


@contextmanager
def no_room_for(pid: int) -> Iterator[None]:
    """No file of this process can grow, as on a full disk."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


async def test_a_talk_goes_on_where_it_was_once_there_is_room_again(
    starter: Starter, telegram: TelegramServer, script: Script, sqlite_url: str, log_file: Path
) -> None:
    program = Program(starter, sqlite_url, telegram.url, log_file, webhook=True)
    await program.start(debug=True)
    account = telegram.bot(TOKEN)
    person = Talker(telegram.user(TOKEN, 1), script, "nl", FULL, chance=Random(1))
    for question, then in (("path", "phone"), ("phone", "")):
        await person.talk(question)
        with no_room_for(program.pid):
            talking = asyncio.create_task(person.talk(then))
            await refused(account, 3)
            assert await status(f"{program.url}/readyz") == 200
            assert await status(f"{program.url}/chat/genk") == 200
        await talking
    await program.stop()
    assert person.copies == 0
    assert await wrong(sqlite_url, [person], kills=0) == []


async def refused(account: Account, times: int) -> None:
    """Until Telegram was sent away so often."""
    before = account.webhook_errors
    await eventually(lambda: account.webhook_errors >= before + times)


async def status(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status
