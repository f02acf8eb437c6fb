"""Telegram in front of several processes: each update goes to any of them, again and in copies if asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import cycle
from typing import Any

import aiohttp

from tests.telegram_push import Pusher
from tests.telegram_server import TelegramServer
from tests.telegram_world import Account, Webhook


class ManyDoors(Pusher):
    """Knocks at the doors in turn, so that copies of one update come to different processes."""

    def __init__(self, account: Account, urls: list[str]) -> None:
        super().__init__(account)
        self._urls = cycle(urls)

    async def _push(self, session: aiohttp.ClientSession, webhook: Webhook, update: dict[str, Any]) -> bool:
        return await super()._push(session, replace(webhook, url=next(self._urls)), update)


def open_doors(telegram: TelegramServer, token: str, urls: list[str], copies: int = 1) -> ManyDoors:
    """Before the first process registers its webhook."""
    pusher = ManyDoors(telegram.bot(token), [f"{url}/telegram/genk" for url in urls])
    pusher.copies = copies
    telegram._pushers[token] = (pusher, asyncio.create_task(pusher.run()))
    return pusher
