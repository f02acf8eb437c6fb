"""The door that Telegram knocks on: lets in only who knows the secret, and says 200 only after the commit."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from aiohttp import hdrs, web

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_json import parse
from storage.vault import Vault

log = structlog.get_logger()

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 2**20
SHORTEST_SECRET = 32


def webhook_secret(vault: Vault, organisation: str) -> str:
    """What Telegram is told to show at this organisation's door: 64 hexadecimal characters."""
    return vault.derive(f"telegram-webhook/{organisation}").hex()


@dataclass(frozen=True, slots=True)
class Hook:
    """One bot's door. A short secret could be guessed and is refused."""

    channel: TelegramChannel
    secret: str

    def __post_init__(self) -> None:
        if len(self.secret) < SHORTEST_SECRET:
            raise ValueError(f"a webhook's secret needs {SHORTEST_SECRET} characters: use webhook_secret()")


class TelegramWebhook:
    """``POST /telegram/<organisation>`` for all bots."""

    def __init__(self, hooks: Iterable[Hook]) -> None:
        self._hooks = {hook.channel.organisation: hook for hook in hooks}

    def add_to(self, app: web.Application) -> None:
        app.router.add_post("/telegram/{organisation}", self.handle)

    async def handle(self, request: web.Request) -> web.Response:
        hook = self._hooks.get(request.match_info["organisation"])
        if hook is None or not _knows_the_secret(request, hook):
            raise web.HTTPForbidden
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            update = parse(await _body(request))
        except ValueError as error:
            hook.channel.count_unreadable(type(error).__name__)
            return web.Response()
        return await _heard(hook.channel, update)


async def _heard(channel: TelegramChannel, update: dict[str, Any]) -> web.Response:
    try:
        answer = await channel.hear(update)
    except Exception as error:
        log.error(
            "telegram.not_taken",
            organisation=channel.organisation,
            update=update.get("update_id"),
            error=type(error).__name__,
        )
        return web.Response(status=503)
    return web.Response(body=orjson.dumps(answer), content_type="application/json") if answer else web.Response()


def _knows_the_secret(request: web.Request, hook: Hook) -> bool:
    given = request.headers.getall(HEADER, [])
    return len(given) == 1 and hmac.compare_digest(given[0].encode(errors="surrogateescape"), hook.secret.encode())


async def _body(request: web.Request) -> bytes:
    """At most 1 MiB, whatever the rest of the house lets in."""
    size = int(request.headers.get(hdrs.CONTENT_LENGTH, 0))
    body = bytearray()
    if size <= LARGEST:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > LARGEST:
                break
    if max(size, len(body)) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(max_size=LARGEST, actual_size=max(size, len(body)))
    return bytes(body)
