"""Reads what a form sent, as text that can be compared and kept."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

LONGEST_VERSION = 9
"""Digits: so many fit into a column of the database."""


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields by name, without NUL, which PostgreSQL refuses. ``HTTPBadRequest`` if the bytes are no text."""
    try:
        fields = (await request.post()).items()
    except (UnicodeDecodeError, LookupError):
        raise web.HTTPBadRequest from None
    return {name: value.replace("\0", "") for name, value in fields if isinstance(value, str)}


def version_of(form: Mapping[str, str]) -> int | None:
    """The version of what the page showed; ``None``: this is no form of ours."""
    sent = form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= LONGEST_VERSION else None
