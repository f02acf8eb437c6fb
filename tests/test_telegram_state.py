"""Telegram tells how a bot is doing; nothing of its token comes along."""

from __future__ import annotations

from bot.channels.telegram_api import TelegramApi
from bot.telegram_request import AiohttpRequest
from bot.telegram_state import telegram_state
from tests.telegram_server import TelegramServer

TOKEN = "4242:a-token-of-a-test"


async def test_a_bot_that_knocks_elsewhere_is_seen_and_no_token_is_told() -> None:
    async with TelegramServer() as server:
        server.bot(TOKEN)
        api = TelegramApi(TOKEN, server.url, AiohttpRequest())
        await api.open()
        try:
            state = await telegram_state({"genk": api}, "https://opstap.example")("genk")
            fetched = await telegram_state({"genk": api}, "")("genk")
            assert state is not None
            assert fetched is not None
            assert (state.reached, state.knocks, state.at_our_door) == (True, False, False)
            assert (fetched.knocks, fetched.at_our_door) == (False, True)
            assert TOKEN not in repr(state)
            assert await telegram_state({"genk": api}, "")("handel") is None
        finally:
            await api.close()


async def test_a_telegram_that_is_away_is_said_so() -> None:
    api = TelegramApi(TOKEN, "http://127.0.0.1:1", AiohttpRequest())
    await api.open()
    try:
        state = await telegram_state({"genk": api}, "")("genk")
        assert state is not None
        assert not state.reached
    finally:
        await api.close()
