"""The web chat on the wire: its routes, its pages, and the stream of what we say."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from bot.channels.webchat_aloud import read_aloud
from bot.channels.webchat_continuing import go_on, show_continue
from bot.channels.webchat_page import chat_page, lost_page, start_page
from bot.channels.webchat_refusing import Answer, kindly, refused
from bot.channels.webchat_saying import leave, say, start
from bot.channels.webchat_shop import WebChat
from bot.channels.webchat_stream import serve_stream, serve_transcript
from bot.channels.webchat_visitor import organisation_at, prolong, visitor_at
from bot.channels.webchat_words import NO_CHAT, TOO_FAST
from bot.web.guard import Handler, guarded
from bot.web.pages import ASSETS

__all__ = ["WebChat", "webchat_routes"]


def webchat_routes(shop: WebChat) -> list[web.RouteDef]:
    """The routes; the application calls ``shop.streams.close()`` on shutdown."""

    def at(answer: Answer) -> Handler:
        return guarded(partial(kindly, shop, answer), shop.secure)

    return [
        web.get("/chat/{organisation}", at(_page)),
        web.get("/chat/{organisation}/continue", at(show_continue)),
        web.post("/chat/{organisation}/continue", at(go_on)),
        web.post("/chat/{organisation}/start", at(start)),
        web.post("/chat/{organisation}/say", at(say)),
        web.post("/chat/{organisation}/leave", at(leave)),
        web.get("/chat/{organisation}/stream", at(_stream)),
        web.get("/chat/{organisation}/transcript", at(_transcript)),
        web.get(r"/chat/{organisation}/aloud/{id:\d{1,18}}", at(read_aloud)),
        *ASSETS.routes(ASSETS.prefix),
    ]


async def _page(shop: WebChat, request: web.Request) -> web.Response:
    organisation = organisation_at(shop, request)
    if organisation is None:
        return lost_page(shop)
    visitor = await visitor_at(shop, request)
    if visitor is None:
        return start_page(shop, organisation)
    response = chat_page(shop, visitor)
    prolong(shop, request, response)
    return response


async def _stream(shop: WebChat, request: web.Request) -> web.StreamResponse:
    visitor = await visitor_at(shop, request)
    if visitor is None:
        return refused(shop, request, 401, NO_CHAT)
    if shop.streams.full(visitor.reader.chat_id):
        return refused(shop, request, 503, TOO_FAST)
    return await serve_stream(shop, request, visitor)


async def _transcript(shop: WebChat, request: web.Request) -> web.Response:
    visitor = await visitor_at(shop, request)
    return await serve_transcript(shop, visitor) if visitor else refused(shop, request, 401, NO_CHAT)
