"""Guards every request: forged forms are refused, every answer carries headers that keep pages safe."""

from __future__ import annotations

import hmac
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from browser.headers import guard_headers
from casework.cases.documents import LARGEST
from staff.cookie import TOKEN, form_token
from staff.forms import read_form
from staff.office import OFFICE
from staff.uploads import MULTIPART, UPLOAD, UPLOADS, read_upload

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_FORM = 64 * 1024
FORM = "application/x-www-form-urlencoded"


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
    for name, value in guard_headers(request.config_dict[OFFICE].secure).items():
        response.headers.setdefault(name, value)


@web.middleware
async def no_forgery(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Unsafe methods need a form of ours: sent from our own pages, with the token of this very browser."""
    if request.method not in SAFE_METHODS:
        if not from_ourselves(request):
            raise web.HTTPForbidden
        if request.content_type == MULTIPART and request.match_info.route.name in UPLOADS:
            request[UPLOAD] = await read_upload(request, LARGEST, partial(_is_ours, request))
        else:
            await _check_form(request)
    return await handler(request)


async def _check_form(request: web.Request) -> None:
    if request.content_type != FORM:
        raise web.HTTPForbidden
    size = request.content_length or 0
    if size > LARGEST_FORM:
        raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, size)
    if not _is_ours(request, (await read_form(request)).get("form_token", "")):
        raise web.HTTPForbidden


def _is_ours(request: web.Request, sent: str) -> bool:
    return hmac.compare_digest(_bytes(sent), _bytes(form_token(request[TOKEN])))


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
