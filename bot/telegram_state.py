"""Asks Telegram how the bot of an organisation is doing; nothing of the token or of an address comes along."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping

from telegram.error import TelegramError

from bot.channels.telegram_api import TelegramApi
from casework.house.bot_state import BotState

PATIENCE = 5.0
LONGEST = 120
_ADDRESS = re.compile(r"\w+://\S+|\b\d{6,}:[\w-]+")
Tells = Callable[[str], Awaitable[BotState | None]]


def telegram_state(apis: Mapping[str, TelegramApi], public_url: str) -> Tells:
    """For an organisation, how its bot is doing; ``None`` for one without a bot."""

    async def tell(organisation: str) -> BotState | None:
        api = apis.get(organisation)
        if api is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return await _ask(api, f"{public_url}/telegram/{organisation}" if public_url else "")
        except (TelegramError, TimeoutError, OSError):
            return BotState(reached=False)

    return tell


async def _ask(api: TelegramApi, door: str) -> BotState:
    me, hook = await asyncio.gather(api.bot.get_me(), api.bot.get_webhook_info())
    return BotState(
        reached=True,
        name=me.full_name,
        username=me.username or "",
        knocks=bool(hook.url),
        at_our_door=hook.url == door,
        waiting=hook.pending_update_count,
        error=_ADDRESS.sub("…", hook.last_error_message or "")[:LONGEST],
        error_at=hook.last_error_date,
    )
