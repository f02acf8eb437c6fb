"""Takes what a browser sends: the start of a chat, words, taps, and the wish to be forgotten."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.channels.transcript import words_of
from bot.channels.webchat_hearing import Pressed, Unreadable, Words, read_said, read_start
from bot.channels.webchat_refusing import refused
from bot.channels.webchat_shop import CHANNEL, WebChat
from bot.channels.webchat_visitor import (
    Visitor,
    address_of,
    forget,
    new_token,
    organisation_at,
    remember,
    visitor_at,
)
from bot.channels.webchat_wire import changes_the_screen_only, json_answer
from bot.channels.webchat_words import EMPTY, NO_CHAT, OLD_BUTTON, TOO_FAST
from bot.incoming import Incoming
from casework.house.partner_links import payload_of
from casework.talk.talk_reading import SILENT
from flows.heard import Said, Started, Tapped


async def start(shop: WebChat, request: web.Request) -> web.Response:
    organisation = organisation_at(shop, request)
    language, via = await read_start(request)
    if organisation is None or language not in organisation.languages:
        raise Unreadable
    if await visitor_at(shop, request):
        return json_answer({"ok": True})
    if not shop.started_by_address.allows(str(request.remote), _seconds()):
        return refused(shop, request, 429, TOO_FAST)
    token = new_token()
    address = address_of(token)
    started = Incoming(organisation.id, CHANNEL, f"{address[:16]}:{SILENT}start", address, _started(via), language)
    await shop.converse.take(started)
    response = json_answer({"ok": True})
    remember(shop, request, response, token)
    return response


def _started(via: str) -> Started:
    return Started(payload_of(via)) if via else Started()


async def say(shop: WebChat, request: web.Request) -> web.Response:
    visitor = await visitor_at(shop, request)
    if visitor is None:
        return refused(shop, request, 401, NO_CHAT)
    if not _slow_enough(shop, request, visitor):
        return refused(shop, request, 429, TOO_FAST)
    said = await read_said(request)
    incoming = _words(visitor, said) if isinstance(said, Words) else await _press(shop, visitor, said)
    if incoming is None:
        useless = EMPTY if isinstance(said, Words) else OLD_BUTTON
        return json_answer({"ok": True, "toast": shop.translate(useless.source, visitor.reader.language)})
    taken = await shop.converse.take(incoming)
    # Who has everything erased goes on as a stranger, in a new chat.
    moved = taken.chat_id not in (None, visitor.reader.chat_id)
    words = incoming.body if isinstance(said, Pressed) else None
    return json_answer({"ok": True, "toast": taken.toast, "moved": moved, "removed": taken.removed, "words": words})


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


async def leave(shop: WebChat, request: web.Request) -> web.Response:
    response = json_answer({"ok": True})
    forget(shop, request, response)
    return response


def _slow_enough(shop: WebChat, request: web.Request, visitor: Visitor) -> bool:
    now = _seconds()
    return shop.said_by_chat.allows(visitor.address, now) and shop.said_by_address.allows(str(request.remote), now)


def _seconds() -> float:
    return asyncio.get_running_loop().time()
