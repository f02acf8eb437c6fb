"""What something on the way to Telegram says is not Telegram's word: nobody is given up and nothing ends by it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.backoff import Backoff
from bot.channels.telegram_registration import Door, Registration
from bot.wire import Conflict, Unknown
from storage.ledger import Ledger
from tests.telegram_desk import TOKEN, open_api
from tests.telegram_faults import Fault, NotJson, Says, ServerError, Silence
from tests.test_courier_delivery import AMIRA, Post, open_post
from tests.test_telegram_polling import Line, line
from tests.test_telegram_webhook import SECRET, eventually

__all__ = ["line"]

PAGES = [ServerError(status) for status in (301, 400, 401, 403, 404, 407, 429, 451, 504)]
STRANGE = [
    b"null",
    b"[]",
    b'{"ok":true,"result":true}',
    b'{"ok":true,"result":{"a":1}}',
    b'{"ok":true,"result":[null]}',
    b'{"ok":true,"result":[{}]}',
    b'{"ok":true,"result":[{"update_id":"1"}]}',
]


@pytest.fixture
async def post(sqlite_ledger: Ledger) -> AsyncIterator[Post]:
    async with open_post(sqlite_ledger) as opened:
        yield opened


@pytest.mark.parametrize("page", PAGES, ids=str)
async def test_a_page_of_a_gateway_delays_a_message_and_gives_up_nobody(post: Post, page: ServerError) -> None:
    post.account.faults.script(page)
    async with post.carrying():
        await post.desk.say(AMIRA, "Hallo!")
        assert await post.all_settled() == ["sent"]
    assert post.texts(AMIRA) == ["Hallo!"]
    assert await post.desk.chat_state(AMIRA) == "open"


@pytest.mark.parametrize("fault", [*PAGES, *map(NotJson, STRANGE)], ids=str)
async def test_fetching_goes_on_whatever_answers_for_telegram(line: Line, fault: Fault) -> None:
    line.account.faults.script(fault, fault, method="getUpdates")
    line.telegram.user(TOKEN, 1).says("hallo")
    async with line.fetching():
        await eventually(lambda: line.talk.texts("1") == ["hallo"])
        await eventually(lambda: not line.account.pending)


HOST = "Bad Request: bad webhook: Failed to resolve host: Name or service not known"


@pytest.mark.parametrize("fault", [ServerError(404), NotJson(b"{}"), NotJson(b"null"), Says(400, HOST)], ids=str)
async def test_registration_insists_until_telegram_itself_has_agreed(line: Line, fault: Fault) -> None:
    line.account.faults.script(fault, fault, method="setWebhook")
    door = Door("http://127.0.0.1:1/telegram/genk", SECRET)
    await Registration("genk", line.api.bot, {}, door, Backoff(0.01, 0.02)).run()
    assert line.account.webhook is not None


async def test_a_call_that_is_not_answered_in_time_is_of_unknown_fate(line: Line) -> None:
    line.account.faults.script(Silence(5.0), method="getMe")
    async with open_api(line.telegram, read_timeout=0.2) as api:
        with pytest.raises(Unknown):
            await api.call("getMe", {})


async def test_that_somebody_else_fetches_with_the_same_bot_is_said_as_such(line: Line) -> None:
    words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    line.account.faults.script(Says(409, words), method="getUpdates")
    line.telegram.user(TOKEN, 1).says("hallo")
    with capture_logs() as lines:
        async with line.fetching():
            await eventually(lambda: line.talk.texts("1") == ["hallo"])
    assert [entry["error"] for entry in lines] == [Conflict.__name__]
