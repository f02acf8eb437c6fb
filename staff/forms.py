"""Reads what a form sent, as plain text."""

from __future__ import annotations

from aiohttp import web


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields by name; whatever is no text counts as empty."""
    return {name: value if isinstance(value, str) else "" for name, value in (await request.post()).items()}
