"""Somebody else's appointment system over HTTP, in the words of ``docs/agenda-port.md``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from bot.agenda_network import Answer, Ask, NotFetched, Outside
from casework.agendas.agenda_port import (
    Asked,
    CameOf,
    FreeTime,
    Had,
    JustTaken,
    Location,
    Order,
    Product,
    Refused,
    Unreachable,
)

READ = (200,)
BOOKED = (200, 201)
GONE = (404, 410)
TAKEN = 409
MUTE = (408, 425, 429)
"""Refusals that mean: not now."""
LONGEST = 200


class HttpAgenda:
    """See ``casework.agendas.agenda_port.Agenda``. ``token`` is what the system knows us by."""

    def __init__(self, outside: Outside, address: str, token: str) -> None:
        self._outside = outside
        self._address = address.rstrip("/")
        self._token = token

    async def products(self) -> tuple[Product, ...]:
        return tuple(map(_product, await self._list("products", {})))

    async def places(self, product: str) -> tuple[Location, ...]:
        return tuple(map(_location, await self._list("places", {"product": product})))

    async def dates(self, asked: Asked) -> tuple[date, ...]:
        return tuple(sorted(map(_date, await self._list("dates", _query(asked)))))

    async def times(self, asked: Asked) -> tuple[FreeTime, ...]:
        return _times(await self._list("times", _query(asked)))

    async def book(self, order: Order) -> CameOf:
        return _came_of(await self._send("POST", "bookings", order.key, _order(order)))

    async def move(self, booking: str, order: Order) -> CameOf:
        return _came_of(await self._send("PUT", f"bookings/{quote(booking, safe='')}", order.key, _order(order)))

    async def cancel(self, booking: str, key: str) -> Refused | None:
        answer = await self._send("DELETE", f"bookings/{quote(booking, safe='')}", key)
        return None if answer.status in (204, *READ, *GONE) else _refused(answer)

    async def _list(self, name: str, query: Mapping[str, str]) -> list[Any]:
        """What stands under ``name`` in the answer to a question about it."""
        answer = await self._answer(Ask(f"{self._address}/{name}?{urlencode(query)}", authorization=self._sign_in()))
        found = _read(answer) if answer.status in READ else {}
        if not isinstance(found.get(name), list):
            raise Unreachable(f"it answers {answer.status} to a question about {name}")
        return list(found[name])

    async def _send(self, method: str, path: str, key: str, body: Mapping[str, str] | None = None) -> Answer:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        sent = orjson.dumps(body) if body else b""
        return await self._answer(Ask(f"{self._address}/{path}", method, sent, headers, self._sign_in()))

    async def _answer(self, ask: Ask) -> Answer:
        try:
            answer = await self._outside.ask(ask)
        except NotFetched as problem:
            raise Unreachable(str(problem)) from None
        if answer.status >= 500 or answer.status in MUTE:
            raise Unreachable(f"it answers {answer.status}")
        return answer

    def _sign_in(self) -> str:
        return f"Bearer {self._token}"


def _query(asked: Asked) -> dict[str, str]:
    query = {"product": asked.product, "from": asked.first.isoformat(), "to": asked.last.isoformat()}
    return query | {"language": asked.language} | ({"place": asked.place} if asked.place else {})


def _order(order: Order) -> dict[str, str]:
    return {
        "product": order.product,
        "time": order.time,
        "reference": order.reference,
        "language": order.language,
    }


def _came_of(answer: Answer) -> CameOf:
    if answer.status == TAKEN:
        others = _read(answer).get("others", [])
        return JustTaken(_times(others if isinstance(others, list) else []))
    if answer.status not in BOOKED:
        return _refused(answer)
    found = _read(answer)
    try:
        return Had(str(found["booking"]), _moment(found["start"]), int(found["minutes"]), str(found["place"]))
    except (KeyError, TypeError, ValueError):
        raise Unreachable("it books, and its answer makes no sense") from None


def _refused(answer: Answer) -> Refused:
    """Its own word for it is no text of ours, and may be anything: the status has to do."""
    return Refused(f"it answers {answer.status}")


def _read(answer: Answer) -> dict[str, Any]:
    try:
        found = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise Unreachable("its answer is no JSON") from None
    if not isinstance(found, dict):
        raise Unreachable("its answer is no object")
    return found


def _times(found: list[Any]) -> tuple[FreeTime, ...]:
    return tuple(sorted(map(_time, found), key=lambda time: (time.start, time.id)))


def _time(found: Any) -> FreeTime:
    try:
        return FreeTime(_id(found["id"]), _moment(found["start"]), int(found["minutes"]), str(found["place"]))
    except (KeyError, TypeError, ValueError):
        raise Unreachable("a time of it makes no sense") from None


def _product(found: Any) -> Product:
    try:
        name = {str(language): str(text) for language, text in found["name"].items()}
        return Product(_id(found["id"]), name, int(found["minutes"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unreachable("a product of it makes no sense") from None


def _location(found: Any) -> Location:
    try:
        return Location(_id(found["id"]), str(found["name"]), str(found["address"]))
    except (KeyError, TypeError, ValueError):
        raise Unreachable("a place of it makes no sense") from None


def _date(found: Any) -> date:
    try:
        return date.fromisoformat(found)
    except (TypeError, ValueError):
        raise Unreachable("a date of it makes no sense") from None


def _id(found: Any) -> str:
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST:
        raise ValueError("no id")
    return found


def _moment(found: Any) -> datetime:
    """Aware: a time without its offset would be a guess."""
    at = datetime.fromisoformat(found)
    if at.tzinfo is None:
        raise ValueError("no offset")
    return at
