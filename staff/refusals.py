"""Turns what goes wrong into a short page that says what to do, and nothing about what is behind it."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from staff.pages import page
from storage.ledger import DatabaseAway


@web.middleware
async def with_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except DatabaseAway:
        return refusal(request, 503)
    except web.HTTPClientError as answer:
        return refusal(request, answer.status)


def refusal(request: web.Request, status: int) -> web.Response:
    """The same page for what is not there and for what is not theirs."""
    return page(request, "refusal.html", status, reason=status)
