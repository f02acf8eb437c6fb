"""Reads what a form sent, as text that can be compared and kept."""

from __future__ import annotations

from aiohttp import web


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields by name, without NUL, which PostgreSQL refuses. ``HTTPBadRequest`` if the bytes are no text."""
    try:
        fields = (await request.post()).items()
    except (UnicodeDecodeError, LookupError):
        raise web.HTTPBadRequest from None
    return {name: value.replace("\0", "") for name, value in fields if isinstance(value, str)}
