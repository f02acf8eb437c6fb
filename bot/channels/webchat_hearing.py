"""Reads what a page sends, whatever it holds, into something a conversation can hear."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import orjson
from aiohttp import web

LARGEST_BODY = 400 * 1024  # 64 KB of text, even where JSON spends six characters on one
LONGEST_TEXT = 4096
LONGEST_CODE = 100
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff]",
)


class TooLong(Exception):
    """The body is larger than any answer can be."""


class Unreadable(Exception):
    """The body is not what our page sends."""


@dataclass(frozen=True, slots=True)
class Words:
    """``text`` is NFC, without control characters, and at most 4,096 characters long."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    key: str
    token: str


async def read_said(request: web.Request) -> Words | Pressed:
    """Raises ``TooLong`` or ``Unreadable``."""
    match await _read_object(request):
        case {"key": str(key), "text": str(text)} if _KEY.fullmatch(key):
            return Words(key, clean(text))
        case {"key": str(key), "tap": str(token)} if _KEY.fullmatch(key) and len(token) <= 128:
            return Pressed(key, token)
        case _:
            raise Unreadable


async def read_start(request: web.Request) -> tuple[str, str]:
    """The language that was chosen, and by which partner's link they came. Raises ``TooLong`` or ``Unreadable``."""
    match await _read_object(request):
        case {"language": str(language), "via": str(via)} if len(via) <= LONGEST_CODE:
            return language, via
        case {"language": str(language)}:
            return language, ""
        case _:
            raise Unreadable


async def read_code_sent(request: web.Request) -> tuple[str, bool]:
    """A code as it was followed or typed, and whether the person is sure. Raises ``TooLong`` or ``Unreadable``."""
    match await _read_object(request):
        case {"code": str(text), "sure": bool(sure)} if len(text) <= LONGEST_CODE:
            return text, sure
        case _:
            raise Unreadable


def clean(text: str) -> str:
    """The text as it may be kept: no characters that hide, turn or break it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", lines[: 2 * LONGEST_TEXT]))[:LONGEST_TEXT].strip()


async def _read_object(request: web.Request) -> object:
    try:
        found: object = orjson.loads(await _read_body(request))
    except orjson.JSONDecodeError:
        raise Unreadable from None
    return found


async def _read_body(request: web.Request) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_chunked(16 * 1024):
        body += chunk
        if len(body) > LARGEST_BODY:
            raise TooLong
    return bytes(body)
