"""An appointment system of somebody else that speaks ``docs/agenda-port.md``, with faults on order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

import orjson
from aiohttp import web

from tests.local_server import LocalServer

TOKEN = "a token of the tests"
Fault: TypeAlias = Literal["slow", "500", "503", "429", "reset", "nonsense", "half", "late", "redirect"]
"""``late`` and ``half`` come after the order was carried out: only the answer is lost."""


@dataclass
class PortServer(LocalServer):
    """``free`` are the times that can be had, by id. ``faults`` come one for each request, until they are used up."""

    free: dict[str, datetime] = field(default_factory=dict)
    booked: dict[str, str] = field(default_factory=dict)
    faults: list[Fault | None] = field(default_factory=list)
    refuses: bool = False
    gone: set[str] = field(default_factory=set)
    names_others: bool = True
    seen: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    port: int = 0
    _known: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.seen.append((request.method, request.path, orjson.loads(body) if body else dict(request.query)))
        fault = self.faults.pop(0) if self.faults else None
        if fault and fault not in ("late", "half"):
            return await _faulty(request, fault)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        status, found = self._carried_out(request, orjson.loads(body) if body else {})
        if fault == "late":
            await asyncio.sleep(30)
        if fault == "half":
            return await _half(request, orjson.dumps(found))
        return web.Response(status=status, body=orjson.dumps(found), content_type="application/json")

    def _carried_out(self, request: web.Request, order: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        first, _, booking = request.match_info["path"].partition("/")
        if request.method == "GET":
            return 200, {first: self._list(first, request)}
        key = request.headers["Idempotency-Key"]
        if key not in self._known:
            self._known[key] = self._changed(request.method, booking, order)
        return self._known[key]

    def _list(self, name: str, request: web.Request) -> list[Any]:
        match name:
            case "products":
                return [{"id": "visit", "name": {"nl": "Gesprek", "fr": "Entretien"}, "minutes": 60, "new": True}]
            case "places":
                return [{"id": "hall", "name": "Hall", "address": "Straat 1"}]
            case "times":
                return [self._time(id) for id in self.free if self._fits(id, request)]
            case _:
                return sorted({f"{self.free[id]:%Y-%m-%d}" for id in self.free if self._fits(id, request)})

    def _fits(self, id: str, request: web.Request) -> bool:
        day = f"{self.free[id]:%Y-%m-%d}"
        return request.query["from"] <= day <= request.query["to"] and request.query.get("place", "hall") == "hall"

    def _time(self, id: str) -> dict[str, Any]:
        return {"id": id, "start": self.free[id].isoformat(), "minutes": 60, "place": "hall"}

    def _changed(self, method: str, booking: str, order: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if method == "DELETE":
            return (204, {}) if self._release(booking) else (404, {})
        if order["product"] != "visit" or self.refuses:
            return 422, {"why": "no such product"}
        if order["time"] not in self.free or order["time"] in self.gone:
            return 409, {"others": [self._time(id) for id in list(self.free)[:3]] if self.names_others else []}
        start = self.free.pop(order["time"])
        if method == "PUT":
            self._release(booking)
        name = f"b/{len(self.booked) + 1}"
        self.booked[name] = start.isoformat()
        return 201, {"booking": name, "start": start.isoformat(), "minutes": 60, "place": "hall"}

    def _release(self, booking: str) -> bool:
        start = self.booked.pop(booking, None)
        if start:
            at = datetime.fromisoformat(start)
            self.free[f"{at:%d%H}"] = at
        return start is not None


def hours(first: datetime, count: int) -> dict[str, datetime]:
    """So many free hours in a row, by their ids."""
    starts = [first + timedelta(hours=number) for number in range(count)]
    return {f"{start:%d%H}": start for start in starts}


async def _faulty(request: web.Request, fault: Fault) -> web.StreamResponse:
    match fault:
        case "slow":
            await asyncio.sleep(30)
        case "reset":
            assert request.transport
            request.transport.abort()
        case "nonsense":
            return web.Response(body=b"<html>surprise</html>")
        case "redirect":
            return web.Response(status=302, headers={"Location": "/products"})
        case _:
            return web.Response(status=int(fault))
    return web.Response()


async def _half(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    assert request.transport
    request.transport.abort()
    return response
