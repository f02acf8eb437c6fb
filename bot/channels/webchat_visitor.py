"""Who is at the page: the browser's secret token, and the chat it stands for."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from aiohttp import web

from bot.channels.transcript import Reader, find_reader
from bot.channels.webchat_shop import CHANNEL, WebChat
from casework.house.organisations import Organisation

KEEP = 180 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """``address`` is the token's SHA-256: the only thing of it that is ever stored."""

    organisation: Organisation
    address: str
    reader: Reader

    @property
    def name(self) -> str:
        """What the page calls the chat that it shows; it opens nothing."""
        return self.address[:16]

    @property
    def place(self) -> str:
        return f"{self.organisation.id}/{CHANNEL}/{self.address}"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def address_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def organisation_at(shop: WebChat, request: web.Request) -> Organisation | None:
    return shop.organisations.get(request.match_info["organisation"])


async def visitor_at(shop: WebChat, request: web.Request) -> Visitor | None:
    """``None`` for an unknown organisation, a browser without our cookie, or a chat that is gone: also where a page
    names the chat that it shows (``?chat=``), and the browser has somebody else's by now."""
    organisation = organisation_at(shop, request)
    token = request.cookies.get(_cookie(shop, organisation.id), "") if organisation else ""
    if organisation is None or not _TOKEN.fullmatch(token):
        return None
    address = address_of(token)
    reader = await _reader_at(shop, organisation, address)
    visitor = Visitor(organisation, address, reader) if reader else None
    return visitor if visitor and request.query.get("chat", visitor.name) == visitor.name else None


async def has_moved(shop: WebChat, visitor: Visitor) -> bool:
    """Whether the browser's token stands for another chat by now, as it does once everything was erased."""
    reader = await _reader_at(shop, visitor.organisation, visitor.address)
    return reader is None or reader.chat_id != visitor.reader.chat_id


async def _reader_at(shop: WebChat, organisation: Organisation, address: str) -> Reader | None:
    place = (organisation.id, CHANNEL, address)
    language = organisation.languages[0]
    return await shop.ledger.read(lambda session: find_reader(session, shop.vault, place, language))


def remember(shop: WebChat, request: web.Request, response: web.Response, token: str) -> None:
    organisation = request.match_info["organisation"]
    response.set_cookie(
        _cookie(shop, organisation),
        token,
        max_age=KEEP,
        path=_path(shop, organisation),
        secure=shop.secure,
        httponly=True,
        samesite="Lax",
    )


def forget(shop: WebChat, request: web.Request, response: web.Response) -> None:
    organisation = request.match_info["organisation"]
    response.del_cookie(
        _cookie(shop, organisation),
        path=_path(shop, organisation),
        secure=shop.secure,
        httponly=True,
        samesite="Lax",
    )


def prolong(shop: WebChat, request: web.Request, response: web.Response) -> None:
    """Keeps the cookie alive for another while, each time the page is opened."""
    organisation = request.match_info["organisation"]
    remember(shop, request, response, request.cookies[_cookie(shop, organisation)])


def _cookie(shop: WebChat, organisation: str) -> str:
    return f"__Host-opstap-{organisation}" if shop.secure else "opstap"


def _path(shop: WebChat, organisation: str) -> str:
    return "/" if shop.secure else f"/chat/{organisation}"
