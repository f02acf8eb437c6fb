"""Guards every request: forged forms are refused, every answer carries headers that keep pages safe."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from staff.cookie import TOKEN, form_token
from staff.forms import read_form
from staff.office import OFFICE

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_FORM = 64 * 1024
FORM = "application/x-www-form-urlencoded"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "media-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
STRICT_TRANSPORT = "max-age=31536000"


@web.middleware
async def with_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost, so that refusals carry the headers too."""
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        _add_headers(request, answer)
        raise
    _add_headers(request, response)
    return response


def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    if request.config_dict[OFFICE].secure:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT


@web.middleware
async def no_forgery(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Unsafe methods need a form of ours: sent from our own pages, with the token of this very browser."""
    if request.method not in SAFE_METHODS:
        if not (from_ourselves(request) and request.content_type == FORM):
            raise web.HTTPForbidden
        size = request.content_length or 0
        if size > LARGEST_FORM:
            raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, size)
        sent = (await read_form(request)).get("form_token", "")
        if not hmac.compare_digest(_bytes(sent), _bytes(form_token(request[TOKEN]))):
            raise web.HTTPForbidden
    return await handler(request)


def _bytes(token: str) -> bytes:
    return token.encode("utf-8", "surrogatepass")


def from_ourselves(request: web.Request) -> bool:
    """What the browser says about where the request comes from, as far as it says anything.

    Our referrer policy makes browsers send ``Origin: null``, and those without https no ``Sec-Fetch-Site``:
    then the form's token alone decides.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.host
