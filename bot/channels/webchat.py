"""The web chat on the wire: the page, what it says, and what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from bot.channels.transcript import SILENT, words_of
from bot.channels.webchat_hearing import Pressed, TooLong, Unreadable, Words, read_said, read_start
from bot.channels.webchat_page import chat_page, lost_page, start_page
from bot.channels.webchat_shop import CHANNEL, WebChat
from bot.channels.webchat_stream import serve_stream, serve_transcript
from bot.channels.webchat_visitor import (
    Visitor,
    address_of,
    forget,
    new_token,
    organisation_at,
    prolong,
    remember,
    visitor_at,
)
from bot.channels.webchat_wire import changes_the_screen_only, json_answer
from bot.channels.webchat_words import EMPTY, FOREIGN, NO_CHAT, OLD_BUTTON, TOO_FAST, TOO_LONG, UNREADABLE
from bot.incoming import Incoming
from bot.web.assets import PREFIX, serve_asset
from bot.web.guard import comes_from_our_page, guarded
from flows.heard import Said, Started, Tapped
from flows.messages import Phrase
from storage.errors import DatabaseAway

__all__ = ["WebChat", "webchat_routes"]

Answer = Callable[[WebChat, web.Request], Awaitable[web.StreamResponse]]


def webchat_routes(shop: WebChat) -> list[web.RouteDef]:
    """The routes; the application calls ``shop.streams.close()`` on shutdown."""

    def at(answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        return guarded(partial(_kindly, shop, answer), shop.secure)

    return [
        web.get("/chat/{organisation}", at(_page)),
        web.post("/chat/{organisation}/start", at(_start)),
        web.post("/chat/{organisation}/say", at(_say)),
        web.post("/chat/{organisation}/leave", at(_leave)),
        web.get("/chat/{organisation}/stream", at(_stream)),
        web.get("/chat/{organisation}/transcript", at(_transcript)),
        web.get(PREFIX + "{name}", serve_asset),
    ]


async def _kindly(shop: WebChat, answer: Answer, request: web.Request) -> web.StreamResponse:
    """Every way this can go wrong, as an answer that the page can show."""
    refused = partial(_refused, shop, request)
    if request.method == "POST" and not (comes_from_our_page(request) and request.content_type == "application/json"):
        return refused(403, FOREIGN)
    try:
        return await answer(shop, request)
    except TooLong:
        return refused(413, TOO_LONG)
    except Unreadable:
        return refused(400, UNREADABLE)
    except DatabaseAway:
        return refused(503, TOO_FAST)


async def _page(shop: WebChat, request: web.Request) -> web.Response:
    organisation = organisation_at(shop, request)
    if organisation is None:
        return lost_page(shop)
    visitor = await visitor_at(shop, request)
    if visitor is None:
        return start_page(shop, organisation)
    response = chat_page(shop, organisation, visitor.reader.language)
    prolong(shop, request, response)
    return response


async def _start(shop: WebChat, request: web.Request) -> web.Response:
    organisation = organisation_at(shop, request)
    language = await read_start(request)
    if organisation is None or language not in organisation.languages:
        raise Unreadable
    if await visitor_at(shop, request):
        return json_answer({"ok": True})
    if not shop.started_by_address.allows(str(request.remote), _seconds()):
        return _refused(shop, request, 429, TOO_FAST)
    token = new_token()
    address = address_of(token)
    started = Incoming(organisation.id, CHANNEL, f"{address[:16]}:{SILENT}start", address, Started(), language)
    await shop.converse.take(started)
    response = json_answer({"ok": True})
    remember(shop, request, response, token)
    return response


async def _say(shop: WebChat, request: web.Request) -> web.Response:
    visitor = await visitor_at(shop, request)
    if visitor is None:
        return _refused(shop, request, 401, NO_CHAT)
    if not _slow_enough(shop, request, visitor):
        return _refused(shop, request, 429, TOO_FAST)
    said = await read_said(request)
    incoming = _words(visitor, said) if isinstance(said, Words) else await _press(shop, visitor, said)
    if incoming is None:
        useless = EMPTY if isinstance(said, Words) else OLD_BUTTON
        return json_answer({"ok": True, "toast": shop.translate(useless.source, visitor.reader.language)})
    taken = await shop.converse.take(incoming)
    return json_answer({"ok": True, "toast": taken.toast})


def _words(visitor: Visitor, said: Words) -> Incoming | None:
    if not said.text:
        return None
    return _incoming(visitor, said.key, Said(said.text), said.text)


async def _press(shop: WebChat, visitor: Visitor, pressed: Pressed) -> Incoming | None:
    tap = shop.taps.read(visitor.place, pressed.token)
    if tap is None:
        return None
    if changes_the_screen_only(tap):
        return _incoming(visitor, SILENT + pressed.key, Tapped(tap), None)
    label = await shop.ledger.read(lambda session: words_of(session, visitor.reader, pressed.token))
    return _incoming(visitor, pressed.key, Tapped(tap), label)


def _incoming(visitor: Visitor, key: str, heard: Said | Tapped, body: str | None) -> Incoming:
    """The page's key counts within its own chat: nobody else's can be in its way."""
    update_key = f"{visitor.address[:16]}:{key}"
    organisation = visitor.organisation.id
    return Incoming(organisation, CHANNEL, update_key, visitor.address, heard, visitor.reader.language, body)


async def _leave(shop: WebChat, request: web.Request) -> web.Response:
    response = json_answer({"ok": True})
    forget(shop, request, response)
    return response


async def _stream(shop: WebChat, request: web.Request) -> web.StreamResponse:
    visitor = await visitor_at(shop, request)
    if visitor is None:
        return _refused(shop, request, 401, NO_CHAT)
    if shop.streams.full(visitor.reader.chat_id):
        return _refused(shop, request, 503, TOO_FAST)
    return await serve_stream(shop, request, visitor)


async def _transcript(shop: WebChat, request: web.Request) -> web.Response:
    visitor = await visitor_at(shop, request)
    return await serve_transcript(shop, visitor) if visitor else _refused(shop, request, 401, NO_CHAT)


def _slow_enough(shop: WebChat, request: web.Request, visitor: Visitor) -> bool:
    now = _seconds()
    return shop.said_by_chat.allows(visitor.address, now) and shop.said_by_address.allows(str(request.remote), now)


def _refused(shop: WebChat, request: web.Request, status: int, why: Phrase) -> web.Response:
    organisation = organisation_at(shop, request)
    wanted = request.headers.get("Accept-Language", "")[:2]
    languages = organisation.languages if organisation else ("nl", "fr")
    language = wanted if wanted in languages else languages[0]
    response = json_answer({"ok": False, "problem": shop.translate(why.source, language)}, status)
    if status in (429, 503):
        response.headers["Retry-After"] = "3"
    return response


def _seconds() -> float:
    return asyncio.get_running_loop().time()
