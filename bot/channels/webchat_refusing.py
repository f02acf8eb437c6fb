"""Says no kindly: every way a request can go wrong, as an answer that the page can show."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from bot.channels.webchat_hearing import TooLong, Unreadable
from bot.channels.webchat_shop import WebChat
from bot.channels.webchat_visitor import organisation_at
from bot.channels.webchat_wire import json_answer
from bot.channels.webchat_words import FOREIGN, TOO_FAST, TOO_LONG, UNREADABLE
from bot.landing import LANGUAGES
from bot.web.guard import comes_from_our_page
from flows.messages import Phrase
from storage.errors import DatabaseAway

Answer = Callable[[WebChat, web.Request], Awaitable[web.StreamResponse]]
WAIT_SECONDS = "3"


async def kindly(shop: WebChat, answer: Answer, request: web.Request) -> web.StreamResponse:
    """The answer, or what the person is told instead of it."""
    no = partial(refused, shop, request)
    if request.method == "POST" and not _is_ours(request):
        return no(403, FOREIGN)
    try:
        return await answer(shop, request)
    except TooLong:
        return no(413, TOO_LONG)
    except Unreadable:
        return no(400, UNREADABLE)
    except DatabaseAway:
        return no(503, TOO_FAST)


def refused(shop: WebChat, request: web.Request, status: int, why: Phrase) -> web.Response:
    """``why`` in the language that the page asks for."""
    organisation = organisation_at(shop, request)
    languages = organisation.languages if organisation else LANGUAGES
    wanted = request.headers.get("Accept-Language", "")[:2]
    language = wanted if wanted in languages else languages[0]
    response = json_answer({"ok": False, "problem": shop.translate(why.source, language)}, status)
    if status in (429, 503):
        response.headers["Retry-After"] = WAIT_SECONDS
    return response


def _is_ours(request: web.Request) -> bool:
    return comes_from_our_page(request) and request.content_type == "application/json"
