"""No log line shows the token, the webhook's secret, an address at Telegram, or what people write."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import pytest
from structlog.testing import capture_logs
from telegram.error import NetworkError, TimedOut

from bot.backoff import Backoff
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_polling import TelegramPolling
from bot.channels.telegram_registration import Door, Registration
from bot.telegram_request import AiohttpRequest, NotReached
from storage.ledger import Ledger
from tests.telegram_desk import TOKEN, Desk, courier_for, open_api
from tests.telegram_faults import HalfAnswer, NotJson, Reset, Says, ServerError, Silence, TooManyRequests
from tests.telegram_server import TelegramServer
from tests.telegram_talk import Talk
from tests.test_courier_delivery import eventually

SECRET = "canary-secret-of-the-webhook-0123456789"
TEXT = "kanarie: ik heb geen opvang"
CHAT = 987_654_321_012
FAULTS = (
    ServerError(),
    Reset(),
    TooManyRequests(1),
    NotJson(),
    HalfAnswer(),
    Silence(1.0),
    Says(400, f"Bad Request: {TEXT}"),
)


async def test_nothing_secret_or_personal_is_logged_whatever_goes_wrong(
    sqlite_ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = Desk(sqlite_ledger)
    await desk.meet(CHAT)
    with capture_logs() as lines:
        async with TelegramServer() as server, open_api(server, read_timeout=0.3) as api:
            await suffer(desk, server, api)
    logged = caplog.text + repr(lines)
    assert "courier.not_sent" in logged
    for canary in (TOKEN, TOKEN[5:], SECRET, TEXT, str(CHAT), "470123456", "/bot4242"):
        assert canary not in logged


async def suffer(desk: Desk, server: TelegramServer, api: TelegramApi) -> None:
    """A bot registers, fetches and speaks while every call fails in every way first."""
    user = server.user(TOKEN, CHAT)
    account = user.chat.account
    for method in ("sendMessage", "getUpdates", "setWebhook", "setMyCommands"):
        account.faults.script(*(FAULTS[:-1] if method.startswith("set") else FAULTS), method=method)
    quick = Backoff(0.01, 0.02)
    door = Door(f"{server.url}/x", SECRET)
    jobs = [
        Registration("genk", api.bot, {"": {"help": "Help"}}, door, quick).run(),
        TelegramPolling(api, Talk(failures=2).channel(), quick, 0.1).run(),
        courier_for(desk, api).run(),
    ]
    tasks = [asyncio.create_task(job) for job in jobs]
    user.says(TEXT)
    user.shares_contact("+32470123456")
    await desk.say(CHAT, TEXT, TEXT, TEXT)
    await eventually(lambda: _all_sent(desk))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _all_sent(desk: Desk) -> bool:
    return "created" not in (states := await desk.states()) and "sending" not in states


@pytest.mark.parametrize(("fault", "kind"), [(Silence(1.0), TimedOut), (Reset(), NetworkError), (None, NotReached)])
async def test_errors_name_their_cause_and_no_address(fault: Silence | None, kind: type[NetworkError]) -> None:
    request = AiohttpRequest(read_timeout=0.1)
    await request.initialize()
    async with TelegramServer() as server:
        server.bot(TOKEN).faults.script(fault, method="getMe")
        url = server.url if fault else "http://127.0.0.1:1"
        with pytest.raises(kind) as caught:
            await request.post_json(f"{url}/bot{TOKEN}/getMe", {})
    await request.shutdown()
    assert TOKEN not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert not isinstance(caught.value.__context__, aiohttp.ClientError) or caught.value.__suppress_context__
