"""The bot under test: the whole of Opstap with an organisation of five questions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from benchmarks.contender import TOKEN, Contender
from bot.app import build
from bot.channels.telegram_webhook import webhook_secret
from bot.courier import Manner
from bot.house import House
from bot.opening import make_house, open_migrated
from bot.pace import UNLIMITED
from bot.scenes import Scenes
from bot.settings import Settings
from flows.load import load_flow
from storage.ledger import Ledger

DATA = Path(__file__).parent / "data"
ORGANISATION = "proef"
AT_ONCE = Manner(bot=UNLIMITED, chat=UNLIMITED)
"""Telegram's own limits would be all that is measured."""


async def make(api: str, store: str) -> Contender:
    """``store`` is the address of the database."""
    settings = Settings(
        database_url=store,
        secret_key=SecretStr("b" * 40),
        organisations=DATA / "organisations",
        telegram_api=api,
        public_url="http://127.0.0.1:1",
    )
    ledger = await open_migrated(store)
    house = make_five(settings, ledger)
    app = build(house, settings, {ORGANISATION: SecretStr(TOKEN)}, AT_ONCE)

    async def close(_: web.Application) -> None:
        await ledger.close()

    app.on_cleanup.append(close)
    return Contender(app, f"/telegram/{ORGANISATION}", webhook_secret(house.vault, ORGANISATION))


def make_five(settings: Settings, ledger: Ledger) -> House:
    """The house with the flow of five questions in the place of the shipped one."""
    house = make_house(settings, ledger)
    flow = load_flow("five", DATA / "scripts")
    settings_of = {key: replace(setting, flow=flow) for key, setting in house.scenes.settings.items()}
    return replace(house, scenes=Scenes(settings_of))
