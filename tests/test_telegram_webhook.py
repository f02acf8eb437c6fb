"""The webhook over real HTTP: only Telegram is let in, and 200 means that the update is committed."""

from __future__ import annotations

import asyncio
import io
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from structlog.testing import capture_logs
from yarl import URL

from bot.backoff import Backoff
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_registration import Door, Registration
from bot.channels.telegram_webhook import HEADER, LARGEST, Hook, TelegramWebhook, webhook_secret
from storage.vault import Vault
from tests.patience import PATIENCE
from tests.telegram_desk import ORGANISATION, TOKEN, open_api
from tests.telegram_faults import ServerError, TooManyRequests
from tests.telegram_server import TelegramServer
from tests.telegram_talk import Talk
from tests.telegram_user import User
from tests.telegram_world import Account

SECRET = webhook_secret(Vault(["s" * 40]), ORGANISATION)
RIGHT = {HEADER: SECRET, "Content-Type": "application/json"}


@dataclass(slots=True)
class House:
    """Our server with its door, and Telegram that knocks on it."""

    url: str
    talk: Talk
    channel: TelegramChannel
    telegram: TelegramServer
    session: aiohttp.ClientSession = field(default_factory=aiohttp.ClientSession)

    @property
    def door(self) -> str:
        return f"{self.url}/telegram/{ORGANISATION}"

    @property
    def account(self) -> Account:
        return self.telegram.bot(TOKEN)

    async def knock(self, body: object, headers: Any = RIGHT, method: str = "POST") -> tuple[int, str]:
        data = io.BytesIO(body) if isinstance(body, bytes) else body
        data = orjson.dumps(body) if isinstance(body, dict) else data
        async with self.session.request(method, self.door, data=data, headers=headers) as response:
            return response.status, await response.text()

    async def register(self, menus: Mapping[str, Mapping[str, str]] | None = None) -> None:
        async with open_api(self.telegram) as api:
            backoff = Backoff(first=0.01, longest=0.05)
            door = Door(self.door, SECRET)
            await Registration(ORGANISATION, api.bot, menus or {}, door, backoff).run()


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    talk = Talk()
    channel = talk.channel()
    app = web.Application(client_max_size=16 * LARGEST)
    TelegramWebhook([Hook(channel, SECRET)]).add_to(app)
    async with TelegramServer() as telegram, serving(app) as url:
        house = House(url, talk, channel, telegram)
        yield house
        await house.session.close()


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        for wait in itertools.chain([0.0], itertools.repeat(0.005)):
            await asyncio.sleep(wait)
            if condition():
                return


def an_update(user: int = 77, text: str = "hallo") -> dict[str, Any]:
    person = User(Account("1:t").chat(user))
    return person.chat.account.pending[person.says(text)]


async def test_an_update_with_the_secret_is_taken(house: House) -> None:
    assert await house.knock(an_update()) == (200, "")
    assert house.talk.texts("77") == ["hallo"]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(HEADER, "")],
        [(HEADER, "wrong")],
        [(HEADER, SECRET[:-1])],
        [(HEADER, SECRET + "0")],
        [(HEADER, SECRET.upper())],
        [(HEADER, "0" * 7000)],
        [(HEADER, SECRET), (HEADER, SECRET)],
        [(HEADER, "wrong"), (HEADER, SECRET)],
        [(HEADER, "\N{SNOWMAN}")],
    ],
)
async def test_without_the_secret_nothing_is_parsed_or_kept(house: House, headers: list[tuple[str, str]]) -> None:
    bodies = (an_update(), b"{not json", b"x" * (2 * LARGEST))
    for body in bodies:
        status, text = await house.knock(body, [("Content-Type", "application/json"), *headers])
        assert (status, text) == (403, "403: Forbidden")
    assert (house.talk.heard, house.channel.unreadable) == ([], 0)


async def test_a_secret_that_is_no_text_is_a_wrong_one(house: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(house.url).port)
    head = f"POST /telegram/{ORGANISATION} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n{HEADER}: ".encode()
    writer.write(head + b"\xff\xfe\r\n\r\n")
    assert b" 403 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_the_door_of_an_unknown_organisation_looks_like_a_locked_one(house: House) -> None:
    async with house.session.post(f"{house.url}/telegram/elders", json=an_update(), headers=RIGHT) as response:
        assert (response.status, await response.text()) == (403, "403: Forbidden")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
async def test_other_methods_are_refused(house: House, method: str) -> None:
    assert (await house.knock(an_update(), method=method))[0] == 405
    assert house.talk.heard == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"])
async def test_other_content_is_refused(house: House, kind: str) -> None:
    assert (await house.knock(an_update(), RIGHT | {"Content-Type": kind}))[0] == 415
    assert house.talk.heard == []


async def test_a_body_above_one_mebibyte_is_refused_with_and_without_a_length(house: House) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 2**16

    assert (await house.knock(b" " * (LARGEST + 1)))[0] == 413
    assert (await house.knock(endless()))[0] == 413
    assert house.talk.heard == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000])
async def test_what_is_no_json_object_is_counted_and_not_asked_for_again(house: House, body: bytes) -> None:
    assert (await house.knock(body))[0] == 200
    assert house.channel.unreadable == 1
    assert house.talk.heard == []


async def test_half_a_character_does_not_cost_the_message(house: House) -> None:
    body = orjson.dumps(an_update(text="HALF")).replace(b"HALF", b"hallo \\ud800!")
    assert (await house.knock(body))[0] == 200
    assert house.talk.texts("77") == ["hallo ?!"]


async def test_an_update_that_could_not_be_committed_is_delivered_again_in_order(house: House) -> None:
    await house.register()
    user = house.telegram.user(TOKEN, 77)
    house.talk.failures = 3
    for text in ("een", "twee", "drie"):
        user.says(text)
    await eventually(lambda: len(house.talk.heard) == 3)
    assert house.talk.texts("77") == ["een", "twee", "drie"]
    assert house.account.webhook_errors == 3


async def test_copies_of_an_update_are_answered_and_applied_once(house: House) -> None:
    await house.register()
    house.telegram.pusher(TOKEN).copies = 3
    user = house.telegram.user(TOKEN, 77)
    for number in range(20):
        user.says(str(number))
    await eventually(lambda: not house.account.pending)
    assert house.talk.texts("77") == [str(number) for number in range(20)]
    assert house.talk.copies == 40


async def test_a_tap_is_answered_in_the_answer_to_the_webhook(house: House) -> None:
    await house.register()
    house.talk.toast = "Genoteerd"
    user = house.telegram.user(TOKEN, 77)
    user.taps_data("whatever")
    assert await user.hears_toast() == "Genoteerd"
    assert house.account.sent("answerCallbackQuery") == []


async def test_registration_gives_the_secret_the_kinds_and_the_menus_once(house: House) -> None:
    menus = {"nl": {"hulp": "Wat kan ik doen?"}, "fr": {"aide": "Que puis-je faire ?"}, "": {"help": "Help"}}
    for _ in range(2):
        await house.register(menus)
    webhook = house.account.webhook
    assert webhook is not None
    assert (webhook.url, webhook.secret) == (house.door, SECRET)
    assert webhook.allowed == ("message", "edited_message", "callback_query", "my_chat_member")
    assert house.account.commands["fr"] == [{"command": "aide", "description": "Que puis-je faire ?"}]
    assert len(house.account.sent("setMyCommands")) == len(menus)


async def test_registration_insists_while_telegram_is_down(house: House) -> None:
    house.account.faults.script(ServerError(), ServerError(), TooManyRequests(1), method="setWebhook")
    await house.register()
    assert house.account.webhook is not None


async def test_a_name_that_telegram_does_not_tell_now_is_asked_for_again(house: House) -> None:
    house.account.faults.script(ServerError(), TooManyRequests(1), method="getMe")
    async with open_api(house.telegram) as api:
        registration = Registration(ORGANISATION, api.bot, {}, None, Backoff(first=0.01, longest=0.05))
        await registration.run()
    assert registration.username == house.account.as_json()["username"]


async def test_registration_with_a_refused_token_ends_with_one_line(house: House) -> None:
    async with open_api(house.telegram) as api:
        house.telegram.forget(TOKEN)
        with capture_logs() as lines:
            await Registration(ORGANISATION, api.bot, {}, Door(house.door, SECRET)).run()
    assert [line["event"] for line in lines] == ["telegram.registration_refused"]


def test_a_door_without_a_long_secret_is_not_opened() -> None:
    for secret in ("", "x" * 31):
        with pytest.raises(ValueError, match="needs 32 characters"):
            Hook(Talk().channel(), secret)


def test_the_secret_differs_per_organisation_and_master_key() -> None:
    vault = Vault(["s" * 40])
    secrets = {webhook_secret(vault, "genk"), webhook_secret(vault, "liege")}
    secrets.add(webhook_secret(Vault(["t" * 40]), "genk"))
    assert len(secrets) == 3
    assert {len(secret) for secret in secrets} == {64}
