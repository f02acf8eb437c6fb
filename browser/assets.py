"""Static files: read once, answered from memory, and addressed by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class _Asset:
    content: bytes
    content_type: str
    version: str


class Assets:
    """The files of ``folder`` and of the folders in it, by their path from there; they live under ``prefix``."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.prefix = prefix
        files = (file for file in sorted(folder.rglob("*")) if file.suffix in _TYPES)
        self._assets: Mapping[str, _Asset] = {file.relative_to(folder).as_posix(): _read(file) for file in files}

    def url(self, name: str) -> str:
        """The address of a file; it changes with the content, so that browsers may keep it for ever."""
        return f"{self.prefix}{name}?v={self._assets[name].version}"

    def routes(self, path: str) -> list[web.RouteDef]:
        """``path``: the prefix as the application knows it, without where that is mounted."""
        return [web.get(path + "{name:.+}", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        return self.answer(request.match_info["name"], request.query.get("v"))

    def answer(self, name: str, version: str | None = None) -> web.Response:
        """The file, to be kept for ever if this is its ``version``, else to be asked for again each time; compressed
        for who can read that."""
        asset = self._assets.get(name)
        if asset is None:
            return web.Response(status=404, text="not found")
        keep = "public, max-age=31536000, immutable" if version == asset.version else "no-cache"
        headers = {"Cache-Control": keep, "X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding"}
        response = web.Response(body=asset.content, content_type=asset.content_type, charset="utf-8", headers=headers)
        response.enable_compression()
        return response


def _read(file: Path) -> _Asset:
    content = file.read_bytes()
    return _Asset(content, _TYPES[file.suffix], hashlib.sha256(content).hexdigest()[:12])
