"""Reads a message of the visitor's own chat aloud, and nothing else: it is no voice for whoever asks."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog
from aiohttp import web

from bot.aloud.reading import Reading, TooBusy
from bot.aloud.sound import MIME, NoSound
from bot.channels.transcript import message_of
from bot.channels.webchat_refusing import refused
from bot.channels.webchat_shop import WebChat
from bot.channels.webchat_visitor import Visitor, visitor_at
from bot.channels.webchat_words import NO_CHAT, NO_SOUND, TOO_FAST, TOO_MUCH_SOUND
from flows.messages import Bubble

log = structlog.get_logger()


async def read_aloud(shop: WebChat, request: web.Request) -> web.StreamResponse:
    visitor = await visitor_at(shop, request)
    if visitor is None:
        return refused(shop, request, 401, NO_CHAT)
    if shop.reading is None:
        return refused(shop, request, 404, NO_SOUND)
    if not _slow_enough(shop, request, visitor):
        return refused(shop, request, 429, TOO_MUCH_SOUND)
    find = partial(message_of, reader=visitor.reader, id_=int(request.match_info["id"]))
    bubble = await shop.ledger.read(find)
    if bubble is None:
        return refused(shop, request, 404, NO_SOUND)
    return await _spoken(shop, shop.reading, request, bubble)


async def _spoken(shop: WebChat, reading: Reading, request: web.Request, bubble: Bubble) -> web.StreamResponse:
    try:
        sound = await reading.sound(bubble)
    except TooBusy:
        return refused(shop, request, 503, TOO_FAST)
    except NoSound as problem:
        log.warning("reading_aloud.failed", reason=str(problem))
        return refused(shop, request, 500, NO_SOUND)
    return _part(request, sound)


def _part(request: web.Request, sound: bytes) -> web.Response:
    """All of it, or the part that a player asks for; some play only what comes in parts."""
    headers = {"Accept-Ranges": "bytes"}
    try:
        wanted = request.http_range
        start, end, _ = wanted.indices(len(sound))
    except ValueError:
        start, end, wanted = len(sound), 0, slice(0, 0)
    if wanted == slice(None, None, 1):
        return web.Response(body=sound, content_type=MIME, headers=headers)
    if start >= end:
        return web.Response(status=416, headers=headers | {"Content-Range": f"bytes */{len(sound)}"})
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(sound)}"
    return web.Response(status=206, body=sound[start:end], content_type=MIME, headers=headers)


def _slow_enough(shop: WebChat, request: web.Request, visitor: Visitor) -> bool:
    now = asyncio.get_running_loop().time()
    return shop.heard_by_chat.allows(visitor.address, now) and shop.heard_by_address.allows(str(request.remote), now)
