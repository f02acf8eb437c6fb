"""Keeps foreign sites out: guarded answers, and the check that a request is our page's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps

from aiohttp import web
from yarl import URL

from browser.headers import guard_headers

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(handler: Handler, secure: bool) -> Handler:
    """The handler with the guard's headers on its answer; a stream sets them itself, before it begins."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        response = await handler(request)
        if not response.prepared:
            response.headers.update(guard_headers(secure))
        return response

    return answer


def comes_from_our_page(request: web.Request) -> bool:
    """Whether a browser says that one of our own pages sent this. Saying nothing counts as no."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return _authority(request.headers.get("Origin", "")) == request.host


def _authority(origin: str) -> str | None:
    try:
        url = URL(origin)
    except ValueError:
        return None
    return url.authority if url.scheme in ("http", "https") else None
