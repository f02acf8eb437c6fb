"""The door of the running program: who does not know the secret leaves no trace in it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from sqlmodel import func, select

from bot.channels.telegram_webhook import HEADER, webhook_secret
from storage.ledger import open_ledger
from storage.tables import Chat, Heard
from storage.vault import Vault
from tests.faults.program import SECRET, Program
from tests.faults.starter import Starter
from tests.telegram_server import TelegramServer

RIGHT = webhook_secret(Vault([SECRET]), "genk")
JSON = ("Content-Type", "application/json")
UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 1,
        "date": 0,
        "chat": {"id": 5, "type": "private"},
        "from": {"id": 5, "is_bot": False, "first_name": "A"},
        "text": "/start",
    },
}


@pytest.fixture
async def program(
    starter: Starter, telegram: TelegramServer, sqlite_url: str, log_file: Path
) -> AsyncIterator[Program]:
    running = Program(starter, sqlite_url, telegram.url, log_file, webhook=True)
    await running.start()
    yield running
    if running.starter.status(running.pid) is None:
        await running.stop()


async def knock(
    program: Program, body: Any, *headers: tuple[str, str], method: str = "POST", door: str = "genk"
) -> int:
    data = orjson.dumps(body) if isinstance(body, dict) else body
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{program.url}/telegram/{door}", data=data, headers=list(headers)) as answer,
    ):
        return answer.status


async def test_nothing_gets_in_without_the_secret_and_nothing_is_kept_of_it(program: Program) -> None:
    without: list[tuple[tuple[str, str], ...]] = [
        (),
        ((HEADER, ""),),
        ((HEADER, "wrong"),),
        ((HEADER, RIGHT[:-1]),),
        ((HEADER, RIGHT + "0"),),
        ((HEADER, RIGHT.upper()),),
        ((HEADER, "0" * 7000),),
        ((HEADER, RIGHT), (HEADER, RIGHT)),
        ((HEADER, "wrong"), (HEADER, RIGHT)),
        ((HEADER, webhook_secret(Vault([SECRET]), "jobin")),),
        (("Authorization", RIGHT),),
    ]
    for headers in without:
        assert await knock(program, UPDATE, JSON, *headers) == 403
    secret = (HEADER, RIGHT)
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert await knock(program, UPDATE, JSON, secret, method=method) == 405
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert await knock(program, UPDATE, ("Content-Type", kind), secret) == 415
    assert await knock(program, io.BytesIO(b" " * 2**21), JSON, secret) == 413
    for door in ("jobin", "nobody", "genk%2f", "..%2fgenk"):
        assert await knock(program, UPDATE, JSON, secret, door=door) in (403, 404)
    await program.stop()
    assert await rows(program) == (0, 0)


async def test_with_the_secret_an_update_is_taken_once(program: Program) -> None:
    for _ in range(3):
        assert await knock(program, UPDATE, JSON, (HEADER, RIGHT)) == 200
    await program.stop()
    assert await rows(program) == (1, 1)


async def test_a_program_that_fetches_updates_has_no_door(
    starter: Starter, telegram: TelegramServer, sqlite_url: str, log_file: Path
) -> None:
    program = Program(starter, sqlite_url, telegram.url, log_file)
    await program.start()
    assert await knock(program, UPDATE, JSON, (HEADER, RIGHT)) == 403
    await program.stop()
    assert await rows(program) == (0, 0)


@pytest.mark.parametrize(
    ("name", "value"), [("SECRET_KEY", "short"), ("PUBLIC_URL", "http://opstap.example"), ("SECRET_KEY", "x" * 31)]
)
async def test_it_does_not_start_where_its_door_could_not_be_locked(
    starter: Starter, telegram: TelegramServer, sqlite_url: str, log_file: Path, name: str, value: str
) -> None:
    program = Program(starter, sqlite_url, telegram.url, log_file, webhook=True, settings={name: value})
    program.begin()
    assert await program.died() == 2
    said = log_file.read_text()
    assert f"OPSTAP_{name}" in said
    assert "Traceback" not in said
    assert said.count("\n") == 1


async def rows(program: Program) -> tuple[int, int]:
    ledger = await open_ledger(program.database_url)
    try:
        return await ledger.read(
            lambda session: (
                session.exec(select(func.count()).select_from(Heard)).one(),
                session.exec(select(func.count()).select_from(Chat)).one(),
            )
        )
    finally:
        await ledger.close()
