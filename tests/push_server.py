"""A push service of a browser on this machine: it takes what is sent, and the browser behind it opens it."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import http_ece  # type: ignore[import-untyped]  # it ships no types
import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from casework.telling.push_browsers import Browser
from tests.local_server import LocalServer


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def data(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class PushServer(LocalServer):
    """``statuses`` are what it answers first, by the last part of the address; then it takes everything."""

    statuses: dict[str, int] = field(default_factory=dict)
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)

    def browser(self, name: str) -> Browser:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Browser(f"{self.url}/{name}", text(point), text(self.auth))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        name = request.path.strip("/")
        status = self.statuses.get(name, 201)
        if status == 201:
            self.taken.append((name, {key.lower(): value for key, value in request.headers.items()}, body))
        return web.Response(status=status)

    def shown(self, number: int) -> dict[str, Any]:
        """What the browser reads, opened by the published rule."""
        body = self.taken[number][2]
        opened: dict[str, Any] = orjson.loads(
            http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        )
        return opened

    def signed_by(self, number: int) -> tuple[dict[str, Any], str]:
        """The claims of the sender and its public key, once its signature is found right."""
        parts = dict(part.strip().split("=", 1) for part in self.taken[number][1]["authorization"][6:].split(","))
        head, claims, signature = parts["t"].split(".")
        raw = data(signature)
        pair = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data(parts["k"]))
        point.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
        return orjson.loads(data(claims)), parts["k"]
