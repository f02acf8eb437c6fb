"""Long polling over real HTTP: nothing is confirmed before it is committed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.backoff import Backoff
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_polling import TelegramPolling
from bot.incoming import Incoming
from storage.errors import DatabaseAway
from tests.patience import PATIENCE
from tests.telegram_desk import TOKEN, open_api
from tests.telegram_faults import HalfAnswer, NotJson, Reset, ServerError, TooManyRequests
from tests.telegram_server import TelegramServer
from tests.telegram_talk import Talk
from tests.telegram_world import Account, Webhook
from tests.test_telegram_webhook import eventually


class Line:
    """A bot that fetches, and the people who write to it."""

    def __init__(self, telegram: TelegramServer, api: TelegramApi) -> None:
        self.telegram, self.api, self.talk = telegram, api, Talk()
        self.account: Account = telegram.bot(TOKEN)

    @asynccontextmanager
    async def fetching(self) -> AsyncIterator[asyncio.Task[None]]:
        polling = TelegramPolling(self.api, self.talk.channel(), Backoff(0.01, 0.05), seconds=0.2)
        task = asyncio.create_task(polling.run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with TelegramServer() as telegram, open_api(telegram) as api:
        yield Line(telegram, api)


async def test_updates_are_taken_in_order_and_then_confirmed(line: Line) -> None:
    users = [line.telegram.user(TOKEN, number) for number in (1, 2, 3)]
    for text in ("een", "twee", "drie"):
        for user in users:
            user.says(text)
    async with line.fetching():
        await eventually(lambda: not line.account.pending)
    for user in users:
        assert line.talk.texts(str(user.chat.id)) == ["een", "twee", "drie"]


async def test_nothing_is_confirmed_before_all_of_it_is_committed(line: Line) -> None:
    waiting: list[int] = []
    line.talk.before = lambda incoming: waiting.append(len(line.account.pending))
    line.talk.failures = 2
    user = line.telegram.user(TOKEN, 1)
    for text in ("een", "twee", "drie"):
        user.says(text)
    async with line.fetching():
        await eventually(lambda: not line.account.pending)
    assert line.talk.texts("1") == ["een", "twee", "drie"]
    assert set(waiting) == {3}


async def test_an_update_that_fails_holds_back_its_own_chat_only(line: Line) -> None:
    def fail_for_amira(incoming: Incoming) -> None:
        if incoming.address == "1" and len(line.talk.texts("2")) < 2:
            raise RuntimeError("the database is away")

    line.talk.before = fail_for_amira
    for number in (1, 2):
        for text in ("een", "twee"):
            line.telegram.user(TOKEN, number).says(text)
    async with line.fetching():
        await eventually(lambda: not line.account.pending)
    assert line.talk.texts("1") == ["een", "twee"]
    assert line.talk.texts("2") == ["een", "twee"]


async def test_an_update_that_can_never_be_taken_is_given_up_and_keeps_nobody_from_being_heard(line: Line) -> None:
    line.talk.deaf = True
    line.telegram.user(TOKEN, 1).blocks()
    with capture_logs() as lines:
        async with line.fetching():
            await eventually(lambda: not line.account.pending)
            line.telegram.user(TOKEN, 2).says("hallo")
            await eventually(lambda: line.talk.texts("2") == ["hallo"])
    events = [entry["event"] for entry in lines]
    assert (events.count("telegram.not_taken"), events.count("telegram.given_up")) == (4, 1)


async def test_an_update_waits_for_the_database_however_long(line: Line) -> None:
    line.talk.failures, line.talk.failure = 8, DatabaseAway("away")
    line.telegram.user(TOKEN, 1).says("hallo")
    async with line.fetching():
        await eventually(lambda: line.talk.texts("1") == ["hallo"])


async def test_a_webhook_that_was_left_behind_is_taken_away(line: Line) -> None:
    line.account.webhook = Webhook("http://127.0.0.1:1/old")
    line.telegram.user(TOKEN, 1).says("hallo")
    async with line.fetching():
        await eventually(lambda: line.talk.texts("1") == ["hallo"])
        line.account.webhook = Webhook("http://127.0.0.1:1/set-by-somebody")
        line.telegram.user(TOKEN, 1).says("nog eens")
        await eventually(lambda: line.talk.texts("1") == ["hallo", "nog eens"])
        await eventually(lambda: line.account.webhook is None)


@pytest.mark.parametrize("fault", [ServerError(), Reset(), TooManyRequests(1), NotJson(), HalfAnswer()])
async def test_fetching_survives_what_telegram_suffers_from(line: Line, fault: ServerError) -> None:
    line.account.faults.script(fault, fault, method="getUpdates")
    line.telegram.user(TOKEN, 1).says("hallo")
    async with line.fetching():
        await eventually(lambda: line.talk.texts("1") == ["hallo"])


async def test_a_tap_is_answered_after_it_is_committed(line: Line) -> None:
    line.talk.toast = "Genoteerd"
    user = line.telegram.user(TOKEN, 1)
    user.taps_data("whatever")
    async with line.fetching():
        assert await user.hears_toast() == "Genoteerd"


async def test_a_tap_that_is_too_old_to_be_answered_is_taken_all_the_same(line: Line) -> None:
    user = line.telegram.user(TOKEN, 1)
    user.taps_data("whatever")
    line.account.queries.clear()
    async with line.fetching():
        await eventually(lambda: not line.account.pending)
    assert len(line.talk.heard) == 1


async def test_a_refused_token_ends_fetching_with_one_line(line: Line) -> None:
    line.telegram.forget(TOKEN)
    with capture_logs() as lines:
        async with line.fetching() as task:
            await asyncio.wait_for(task, PATIENCE)
    assert [entry["event"] for entry in lines] == ["telegram.token_refused"]
