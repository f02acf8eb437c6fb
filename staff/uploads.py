"""Reads a form that brings a file: its fields first, and the file only once the form is known to be ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, MultipartReader, web

LARGEST_FIELD = 4096
MOST_FIELDS = 10
MULTIPART = "multipart/form-data"
UPLOADS = frozenset({"file_add"})
"""The names of the routes that take such forms."""


@dataclass(frozen=True, slots=True)
class Upload:
    """``content`` is ``None`` for a file that is larger than what is taken: no more of it was read."""

    fields: dict[str, str]
    name: str = ""
    content: bytes | None = field(default=b"", repr=False)


UPLOAD = web.RequestKey("upload", Upload)


async def read_upload(request: web.Request, largest: int, is_ours: Callable[[str], bool]) -> Upload:
    """Our forms begin with their token: of any other nothing behind it is read. ``HTTPBadRequest`` for no such form."""
    try:
        parts = await request.multipart()
        return await _read(parts, largest, is_ours)
    except (ValueError, AssertionError, UnicodeDecodeError, LookupError):
        raise web.HTTPBadRequest from None


async def _read(parts: MultipartReader, largest: int, is_ours: Callable[[str], bool]) -> Upload:
    fields: dict[str, str] = {}
    while len(fields) < MOST_FIELDS:
        part = await parts.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader):
            raise ValueError("a form within a form")
        if part.filename is not None:
            _expect_ours(fields, is_ours)
            return Upload(fields, part.filename, await _bytes(part, largest))
        text = await _bytes(part, LARGEST_FIELD)
        fields[part.name or ""] = (text or b"").decode().replace("\0", "")
        _expect_ours(fields, is_ours)
    return Upload(fields)


def _expect_ours(fields: dict[str, str], is_ours: Callable[[str], bool]) -> None:
    if not is_ours(fields.get("form_token", "")):
        raise web.HTTPForbidden


async def _bytes(part: BodyPartReader, largest: int) -> bytes | None:
    found = bytearray()
    while chunk := await part.read_chunk(2**16):
        found += chunk
        if len(found) > largest:
            return None
    return bytes(found)
