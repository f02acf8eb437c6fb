"""An appointment system, ours or somebody else's, as values: what can be had where and when, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Product:
    """What can be booked, such as a talk of 45 minutes; ``name`` by language."""

    id: str
    name: Mapping[str, str]
    minutes: int


@dataclass(frozen=True, slots=True)
class Location:
    id: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class FreeTime:
    """``id`` is the system's own name of this time at this place; ``start`` is aware."""

    id: str
    start: datetime
    minutes: int
    place: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which times: from ``first`` through ``last``, wherever, or at one place. ``language`` is that of the talk."""

    product: str
    first: date
    last: date
    language: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Book this time. The same ``key`` again is the same booking, never a second one.

    ``reference`` is ours, and means nothing to anybody else: no name, no answer and no number goes along.
    """

    key: str
    product: str
    time: str
    reference: str
    language: str


@dataclass(frozen=True, slots=True)
class Had:
    """Booked. ``booking`` is the system's own name of it, by which it is moved and cancelled."""

    booking: str
    start: datetime
    minutes: int
    place: str


@dataclass(frozen=True, slots=True)
class JustTaken:
    """Somebody else has the time; ``others`` are free instead, as far as the system says. It may be empty."""

    others: tuple[FreeTime, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The system understood and will not, now or later; ``why`` is a word for staff."""

    why: str


CameOf: TypeAlias = Had | JustTaken | Refused


class Unreachable(Exception):
    """Nobody knows what came of it: no answer, or one that makes no sense. An order may be given again with its key.

    The text is a word for staff and holds no address.
    """


class Agenda(Protocol):
    """Every call raises ``Unreachable``; none is made while a transaction is open."""

    async def products(self) -> tuple[Product, ...]: ...

    async def places(self, product: str) -> tuple[Location, ...]: ...

    async def dates(self, asked: Asked) -> tuple[date, ...]:
        """The days on which something is free, in order."""
        ...

    async def times(self, asked: Asked) -> tuple[FreeTime, ...]:
        """What is free, the soonest first. Empty means fully booked."""
        ...

    async def book(self, order: Order) -> CameOf: ...

    async def move(self, booking: str, order: Order) -> CameOf:
        """The old time stays if the new one cannot be had."""
        ...

    async def cancel(self, booking: str, key: str) -> Refused | None:
        """``None``: the time is free. A booking that is gone already is no mistake."""
        ...
