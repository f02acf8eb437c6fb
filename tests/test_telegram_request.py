"""python-telegram-bot's Bot over our connections: forms, files, and its own errors."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram_request import AiohttpRequest
from tests.telegram_desk import TOKEN, open_api
from tests.telegram_faults import NotJson, TooManyRequests
from tests.telegram_server import TelegramServer
from tests.telegram_world import Account


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as telegram:
        telegram.user(TOKEN, 7)
        yield telegram


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[Bot]:
    async with open_api(server) as api:
        yield api.bot


@pytest.fixture
def account(server: TelegramServer) -> Account:
    return server.bot(TOKEN)


async def test_a_message_with_buttons_arrives_as_the_library_sends_it(bot: Bot, account: Account) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Ja & nee", callback_data="x")]])
    sent = await bot.send_message(7, "Één + één = 100%?", reply_markup=keyboard)
    (message,) = account.chats[7].from_bot()
    assert (message.id, message.text, message.labels) == (sent.message_id, "Één + één = 100%?", ["Ja & nee"])


async def test_a_file_arrives_with_its_name(bot: Bot, account: Account) -> None:
    await bot.send_document(7, b"BEGIN:VCALENDAR", filename="afspraak.ics", caption="Je afspraak")
    (message,) = account.chats[7].from_bot()
    assert message.document
    assert (message.document.name, message.text) == ("afspraak.ics", "Je afspraak")


async def test_commands_are_set_and_read_again(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("hulp", "Wat kan ik doen?")], language_code="nl")
    assert await bot.get_my_commands(language_code="nl") == (BotCommand("hulp", "Wat kan ik doen?"),)
    assert await bot.get_my_commands(language_code="fr") == ()


async def test_refusals_are_the_errors_of_the_library(bot: Bot, account: Account) -> None:
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(8, "hallo")
    account.chats[7].blocked = True
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(7, "hallo")
    account.faults.script(TooManyRequests(2), NotJson(), method="getMe")
    with pytest.raises(RetryAfter):
        await bot.get_me()
    with pytest.raises(TelegramError, match="Invalid server response"):
        await bot.get_me()


async def test_a_withdrawn_token_is_an_invalid_one(bot: Bot, server: TelegramServer) -> None:
    server.forget(TOKEN)
    with pytest.raises(InvalidToken):
        await bot.get_me()


async def test_calls_before_opening_are_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="initialize"):
        await AiohttpRequest().post_json("http://127.0.0.1:1/", {})
