"""Serves calendar files: a person's own visit behind a link in the web chat, and a coach's private calendar."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from aiohttp import web
from sqlmodel import Session

from bot.agenda import PATH
from bot.channels.webchat_pace import Pace
from bot.channels.webchat_words import LINK_USED, TOO_FAST
from bot.house import House
from bot.web.guard import Handler
from browser.headers import guard_headers
from casework.agendas.agenda_feeds import coach_calendar, feed_behind
from casework.visiting.calendar_file import MIME
from casework.visiting.visit_files import KEYS, VisitFile, visit_behind, visit_file
from flows.messages import Phrase
from storage.errors import DatabaseAway

FEED = "/agenda/{token}.ics"
WAIT_SECONDS = "60"


@dataclass(frozen=True, slots=True)
class Door:
    """``secure`` says that people reach us over https. Who asks too often has to wait, also who only guesses."""

    house: House
    secure: bool
    by_address: Pace = field(default_factory=lambda: Pace(times=120, seconds=60))
    by_token: Pace = field(default_factory=lambda: Pace(times=30, seconds=60))


Answer: TypeAlias = Callable[[Door, web.Request], Awaitable[web.Response]]


def agenda_routes(house: House, secure: bool) -> list[web.RouteDef]:
    door = Door(house, secure)
    return [web.get(PATH, _at(door, _visit)), web.get(FEED, _at(door, _feed))]


def _at(door: Door, answer: Answer) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            response = await answer(door, request) if _slow_enough(door, request) else _no(door, 429, TOO_FAST)
        except DatabaseAway:
            response = _no(door, 503, TOO_FAST)
        for name, value in guard_headers(door.secure).items():
            response.headers.setdefault(name, value)
        return response

    return handle


def _slow_enough(door: Door, request: web.Request) -> bool:
    now = asyncio.get_running_loop().time()
    token = request.match_info["token"]
    return door.by_address.allows(str(request.remote), now) and door.by_token.allows(token, now)


async def _visit(door: Door, request: web.Request) -> web.Response:
    """The file as the visit is agreed at this moment, until it is over."""
    organisation, token = request.match_info["organisation"], request.match_info["token"]
    made = await door.house.ledger.read(lambda session: _file(session, door.house, organisation, token))
    if made is None:
        return _no(door, 410, LINK_USED, organisation)
    response = web.Response(body=made.content, content_type=MIME, charset="utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


def _file(session: Session, house: House, organisation: str, token: str) -> VisitFile | None:
    now, at = house.clock.now(), house.organisations.get(organisation)
    found = visit_behind(session, house.vault.derived(KEYS), organisation, token, now) if at else None
    if at is None or found is None:
        return None
    visit, language = found
    return visit_file(visit, at, house.wording.translate, language, now)


async def _feed(door: Door, request: web.Request) -> web.Response:
    """An agenda that has the newest already is told so, without the file."""
    token = request.match_info["token"]
    content = await door.house.ledger.read(lambda session: _calendar(session, door.house, token))
    if content is None:
        return _no(door, 404, LINK_USED)
    mark = hashlib.sha256(content).hexdigest()[:32]
    known = any(tag.value in (mark, "*") for tag in request.if_none_match or ())
    response = web.Response(status=304) if known else web.Response(body=content, content_type=MIME, charset="utf-8")
    response.etag = mark
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _calendar(session: Session, house: House, token: str) -> bytes | None:
    feed = feed_behind(session, token)
    organisation = house.organisations.get(feed.organisation) if feed else None
    if feed is None or organisation is None:
        return None
    return coach_calendar(session, organisation, feed.coach, house.wording.translate, house.clock.now())


def _no(door: Door, status: int, why: Phrase, organisation: str = "") -> web.Response:
    """In the languages of the house, for who opened the link by hand."""
    at = door.house.organisations.get(organisation)
    languages = at.languages if at else ("nl", "fr")
    text = "\n".join(door.house.wording.translate(why.source, language) for language in languages)
    response = web.Response(text=text, status=status)
    if status in (429, 503):
        response.headers["Retry-After"] = WAIT_SECONDS
    return response
