"""Our own Telegram is as strict as the real one, or tests against it would prove little."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.telegram_server import TelegramServer

TOKEN = "11:of-the-stand-in"


class Bot:
    def __init__(self, telegram: TelegramServer, session: aiohttp.ClientSession) -> None:
        self.telegram, self._session = telegram, session

    async def call(self, method: str, token: str = TOKEN, **fields: Any) -> tuple[int, Any]:
        url = f"{self.telegram.url}/bot{token}/{method}"
        async with self._session.post(url, json=fields) as response:
            answer = await response.json()
        return response.status, answer.get("result", answer.get("description"))


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with TelegramServer() as telegram, aiohttp.ClientSession() as session:
        telegram.user(TOKEN, 7)
        yield Bot(telegram, session)


def leading(url: str, **more: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Naar onze pagina", "url": url, **more}]]}


def keyboard(label: str, data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": data}]]}


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "🚲" * 2049}, "message is too long"),
        ({"text": "x", "chat_id": 8}, "chat not found"),
        ({"text": "x", "reply_markup": keyboard("Ja", "")}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard("Ja", "é" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard(" ", "y")}, "text buttons are unallowed"),
        (
            {"text": "x", "reply_markup": leading("http://localhost:8080/chat#code")},
            "'http://localhost:8080/chat#code'",
        ),
        ({"text": "x", "reply_markup": leading("javascript:alert(1)")}, "Unsupported URL protocol"),
        ({"text": "x", "reply_markup": leading("https://a.example", callback_data="y")}, "exactly one optional field"),
    ],
)
async def test_what_telegram_refuses_is_refused(bot: Bot, fields: dict[str, Any], complaint: str) -> None:
    status, description = await bot.call("sendMessage", **{"chat_id": 7, **fields})
    assert status == 400
    assert complaint in description


async def test_a_button_may_lead_to_an_address(bot: Bot) -> None:
    for url in ("https://opstap.example/chat/genk/continue#code", "http://127.0.0.1:8080/", "tg://user?id=1"):
        status, message = await bot.call("sendMessage", chat_id=7, text="x", reply_markup=leading(url))
        assert (status, message["reply_markup"]) == (200, leading(url))
    assert bot.telegram.user(TOKEN, 7).opens("Naar onze pagina") == "tg://user?id=1"


async def test_limits_are_inclusive(bot: Bot) -> None:
    text, markup = "🚲" * 2048, keyboard("Ja", "x" * 64)
    assert (await bot.call("sendMessage", chat_id=7, text=text, reply_markup=markup))[0] == 200


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot) -> None:
    _, message = await bot.call("sendMessage", chat_id=7, text="een")
    where = {"chat_id": 7, "message_id": message["message_id"]}
    assert (await bot.call("editMessageText", **where, text="twee"))[0] == 200
    status, description = await bot.call("editMessageText", **where, text="twee")
    assert (status, "message is not modified" in description) == (400, True)
    assert (await bot.call("editMessageReplyMarkup", **where, reply_markup=keyboard("Ja", "x")))[0] == 200
    assert (await bot.call("deleteMessage", **where))[0] == 200
    assert "message to edit not found" in (await bot.call("editMessageText", **where, text="drie"))[1]


async def test_a_chat_gets_its_burst_and_is_then_asked_to_wait(bot: Bot) -> None:
    statuses = [(await bot.call("sendMessage", chat_id=7, text="x"))[0] for _ in range(8)]
    assert statuses == [200] * 5 + [429] * 3
    assert bot.telegram.bot(TOKEN).faults.too_early == 2


async def test_webhook_and_polling_exclude_each_other(bot: Bot) -> None:
    url = "http://127.0.0.1:1/x"
    assert (await bot.call("setWebhook", url=url, secret_token="s p a c e"))[0] == 400
    assert (await bot.call("setWebhook", url=url, secret_token="s" * 64))[0] == 200
    assert (await bot.call("getWebhookInfo"))[1]["url"] == url
    assert (await bot.call("getUpdates"))[0] == 409
    assert (await bot.call("deleteWebhook"))[0] == 200
    assert await bot.call("getUpdates") == (200, [])


async def test_an_offset_confirms_what_was_before_it(bot: Bot) -> None:
    user = bot.telegram.user(TOKEN, 7)
    first, second = user.says("een"), user.says("twee")
    assert [update["update_id"] for update in (await bot.call("getUpdates"))[1]] == [first, second]
    assert [update["update_id"] for update in (await bot.call("getUpdates", offset=second))[1]] == [second]
    assert (await bot.call("getUpdates", offset=second + 1))[1] == []


async def test_only_known_tokens_and_methods_are_answered(bot: Bot) -> None:
    assert (await bot.call("getMe", token="12:unknown"))[0] == 401
    assert (await bot.call("makeCoffee"))[0] == 404
    assert (await bot.call("getMe"))[1]["is_bot"] is True


async def test_by_itself_it_takes_any_token_and_speaks_for_people_over_http() -> None:
    async with TelegramServer(any_token=True) as telegram, aiohttp.ClientSession() as session:
        bot = Bot(telegram, session)
        person = f"{telegram.url}/user/{TOKEN}/7"
        async with session.post(f"{person}/says", json={"text": "hallo"}) as response:
            assert response.status == 200
        assert (await bot.call("getUpdates"))[1][0]["message"]["text"] == "hallo"
        await bot.call("sendMessage", chat_id=7, text="Ja?", reply_markup=keyboard("Ja", "x"))
        async with session.post(f"{person}/taps", json={"label": "Ja"}) as response:
            assert response.status == 200
        assert (await bot.call("getUpdates"))[1][-1]["callback_query"]["data"] == "x"
        async with session.get(person) as response:
            assert [message["text"] for message in await response.json()] == ["hallo", "Ja?"]
