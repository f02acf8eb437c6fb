"""The bot under test: the whole of Opstap with an organisation of five questions."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from benchmarks.contender import TOKEN, Contender
from bot.app import build
from bot.channels.telegram_webhook import webhook_secret
from bot.courier import Manner
from bot.opening import make_house, open_migrated
from bot.pace import UNLIMITED
from bot.settings import Settings

ORGANISATIONS = Path(__file__).parent / "organisations"
ORGANISATION = "proef"
AT_ONCE = Manner(bot=UNLIMITED, chat=UNLIMITED)
"""Telegram's own limits would be all that is measured."""


async def make(api: str, store: str) -> Contender:
    """``store`` is the address of the database."""
    settings = Settings(
        database_url=store,
        secret_key=SecretStr("b" * 40),
        organisations=ORGANISATIONS,
        telegram_api=api,
        public_url="http://127.0.0.1:1",
    )
    ledger = await open_migrated(store)
    house = make_house(settings, ledger)
    app = build(house, settings, {ORGANISATION: SecretStr(TOKEN)}, AT_ONCE)

    async def close(_: web.Application) -> None:
        await ledger.close()

    app.on_cleanup.append(close)
    return Contender(app, f"/telegram/{ORGANISATION}", webhook_secret(house.vault, ORGANISATION))
