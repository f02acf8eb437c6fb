"""The static files of the web chat, read once and addressed by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

PREFIX = "/static/chat/"
_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    content_type: str
    version: str


def _read(file: Path) -> Asset:
    content = file.read_bytes()
    return Asset(content, _TYPES[file.suffix], hashlib.sha256(content).hexdigest()[:12])


_ASSETS: Mapping[str, Asset] = {file.name: _read(file) for file in sorted(_FOLDER.iterdir()) if file.suffix in _TYPES}


def asset_url(name: str) -> str:
    """The address of a file; it changes with the content, so that browsers may keep it for ever."""
    return f"{PREFIX}{name}?v={_ASSETS[name].version}"


async def serve_asset(request: web.Request) -> web.Response:
    asset = _ASSETS.get(request.match_info["name"])
    if asset is None:
        return web.Response(status=404, text="not found")
    current = request.query.get("v") == asset.version
    keep = "public, max-age=31536000, immutable" if current else "no-cache"
    headers = {"Cache-Control": keep, "X-Content-Type-Options": "nosniff"}
    return web.Response(body=asset.content, content_type=asset.content_type, charset="utf-8", headers=headers)
