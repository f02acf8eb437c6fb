"""A web server of somebody else, with a calendar on it and every fault such servers have."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network

from aiohttp import encode_basic_auth, web

from tests.local_server import LocalServer

HERE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
"""What a test has to allow, because its servers are on this machine."""


@dataclass
class Seen:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class OutsideServer(LocalServer):
    """``files`` are what lies at each path. ``seen`` are all requests, in order."""

    files: dict[str, bytes] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    user: str = ""
    password: str = ""

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.seen.append(Seen(request.method, path, dict(request.headers), await request.read()))
        if self.user and request.headers.get("Authorization") != encode_basic_auth(self.user, self.password):
            return web.Response(status=401, text="who are you?")
        name, _, rest = path.partition("/")
        fault = FAULTS.get(name)
        if fault:
            return await fault(self, request, rest)
        if path not in self.files:
            return web.Response(status=404)
        return web.Response(body=self.files[path], content_type="text/calendar")

    async def _broken(self, request: web.Request, status: str) -> web.StreamResponse:
        return web.Response(status=int(status), text="out of order")

    async def _slow(self, request: web.Request, _: str) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    async def _drips(self, request: web.Request, _: str) -> web.StreamResponse:
        """A byte now and then: never silent, and never done."""
        response = web.StreamResponse()
        await response.prepare(request)
        for _number in range(300):
            await response.write(b" ")
            await asyncio.sleep(0.05)
        return response

    async def _garbage(self, request: web.Request, _: str) -> web.StreamResponse:
        return web.Response(body=bytes(range(256)) * 40, content_type="text/calendar")

    async def _huge(self, request: web.Request, _: str) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _number in range(160):
                await response.write(b"x" * 2**16)
        except ConnectionError:
            pass
        return response

    async def _packed(self, request: web.Request, _: str) -> web.StreamResponse:
        return web.Response(body=b"\x1f\x8b...", headers={"Content-Encoding": "gzip"})

    async def _redirect(self, request: web.Request, to: str) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": to if "://" in to else f"/{to}"})

    async def _circle(self, request: web.Request, _: str) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/circle"})

    async def _half(self, request: web.Request, _: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"BEGIN:VCALENDAR\r\n")
        if request.transport is not None:
            request.transport.abort()
        return response


FAULTS: Mapping[str, Callable[..., web.StreamResponse]] = {
    "broken": OutsideServer._broken,
    "slow": OutsideServer._slow,
    "drips": OutsideServer._drips,
    "garbage": OutsideServer._garbage,
    "huge": OutsideServer._huge,
    "packed": OutsideServer._packed,
    "redirect": OutsideServer._redirect,
    "circle": OutsideServer._circle,
    "half": OutsideServer._half,
}
