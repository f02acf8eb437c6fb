"""A case system of somebody else that takes webhooks, checks who signed them, and fails as such systems do."""

from __future__ import annotations

import asyncio
import hmac
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from tests.local_server import LocalServer


@dataclass
class HookServer(LocalServer):
    """``status`` is what it answers, ``statuses`` what it answers first; ``told`` is what it took, in order."""

    status: int = 200
    statuses: list[int] = field(default_factory=list)
    answer: Any = None
    slow: float = 0.0
    tried: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        event = orjson.loads(body)
        self.tried.append(event)
        self.headers.append({name.lower(): value for name, value in request.headers.items()} | {"body": body.decode()})
        await asyncio.sleep(self.slow)
        status = self.statuses.pop(0) if self.statuses else self.status
        if status == 302:
            return web.Response(status=302, headers={"Location": f"{self.url}/elsewhere"})
        if status < 300:
            self.told.append(event)
        return web.Response(status=status, body=orjson.dumps(self.answer), content_type="application/json")

    @property
    def line(self) -> list[tuple[int, str]]:
        """What was told: number and kind."""
        return [(event["data"]["sequence"], event["type"]) for event in self.told]

    def signed_with(self, number: int, secret: str) -> bool:
        """Whether one of the signatures of this request is made with the secret, by the published rule."""
        headers = self.headers[number]
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{headers['body']}".encode()
        made = b64encode(hmac.digest(b64decode(secret.removeprefix("whsec_")), content, "sha256")).decode()
        return f"v1,{made}" in headers["webhook-signature"].split()
