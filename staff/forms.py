"""Reads what a form sent, as text that can be compared and kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

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


async def seen_version(request: web.Request) -> int:
    """The version of what the page showed; 404 without one, for then the form is not ours."""
    sent = (await read_form(request)).get("version", "")
    if not (sent.isascii() and sent.isdecimal() and len(sent) <= LONGEST_VERSION):
        raise web.HTTPNotFound
    return int(sent)


def day_in(form: Mapping[str, str], field: str) -> date | None:
    """Nothing if the field is empty; 400 for what no form of ours sends."""
    written = form.get(field, "")
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise web.HTTPBadRequest from None
