"""Where a one-time link or a code on paper leads: the person goes on here, in the same conversation."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.channels.webchat_hearing import read_code_sent
from bot.channels.webchat_page import continue_page, lost_page
from bot.channels.webchat_refusing import refused
from bot.channels.webchat_shop import CHANNEL, WebChat
from bot.channels.webchat_visitor import Visitor, address_of, new_token, organisation_at, remember, visitor_at
from bot.channels.webchat_wire import json_answer
from bot.channels.webchat_words import LINK_USED, TOO_FAST
from bot.incoming import Incoming
from casework.house.organisations import Organisation
from casework.talk.continuing import Way, read_code, whose
from casework.talk.talk_reading import SILENT
from flows.heard import Started


async def show_continue(shop: WebChat, request: web.Request) -> web.Response:
    """Looks nothing up and uses nothing up: previews and scanners open links before people do."""
    organisation = organisation_at(shop, request)
    return continue_page(shop, organisation) if organisation else lost_page(shop)


async def go_on(shop: WebChat, request: web.Request) -> web.Response:
    """A browser with somebody else's talk is asked first (409); theirs is then no longer on this device."""
    organisation = organisation_at(shop, request)
    if not shop.started_by_address.allows(str(request.remote), asyncio.get_running_loop().time()):
        return refused(shop, request, 429, TOO_FAST)
    text, sure = await read_code_sent(request)
    code, visitor = read_code(text), await visitor_at(shop, request)
    person_id = await _whose(shop, organisation, code) if organisation and code else None
    if organisation is None or person_id is None:
        return refused(shop, request, 410, LINK_USED)
    if visitor and visitor.reader.person_id == person_id:
        return await _arrive_again(shop, request, visitor, code)
    if visitor and not sure:
        return json_answer({"ok": False, "occupied": True}, 409)
    return await _arrive(shop, request, organisation, code)


async def _whose(shop: WebChat, organisation: Organisation, code: str) -> str | None:
    way, now = Way(organisation.id, "web"), shop.now()
    return await shop.ledger.read(lambda session: whose(session, code, way, now))


async def _arrive(shop: WebChat, request: web.Request, organisation: Organisation, code: str) -> web.Response:
    token = new_token()
    taken = await shop.converse.take(_incoming(organisation, address_of(token), code))
    if taken.chat_id is None:
        return refused(shop, request, 410, LINK_USED)
    response = json_answer({"ok": True})
    remember(shop, request, response, token)
    return response


async def _arrive_again(shop: WebChat, request: web.Request, visitor: Visitor, code: str) -> web.Response:
    """Their own talk is on this device already: the link is used up, and nothing else changes."""
    await shop.converse.take(_incoming(visitor.organisation, visitor.address, code))
    return json_answer({"ok": True})


def _incoming(organisation: Organisation, address: str, code: str) -> Incoming:
    """The key is the code's own, so that the same link counts once; the code itself is kept nowhere."""
    key = f"{address[:16]}:{SILENT}{address_of(code)[:32]}"
    return Incoming(organisation.id, CHANNEL, key, address, Started(code))
