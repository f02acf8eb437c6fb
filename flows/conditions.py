"""Conditions as data: when a step applies, whom an offer fits. No expressions, no code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from flows.log import Value


@dataclass(frozen=True, slots=True)
class Is:
    """The answer is one of ``values``."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Has:
    """``option`` is among the several choices that were ticked."""

    name: str
    option: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    name: str
    number: float


@dataclass(frozen=True, slots=True)
class AtMost:
    name: str
    number: float


@dataclass(frozen=True, slots=True)
class Known:
    """There is an answer, whatever it is."""

    name: str


@dataclass(frozen=True, slots=True)
class Within:
    """The place lies in the named set of postcodes (``area``: where this organisation works)."""

    name: str
    region: str


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition: TypeAlias = Is | Has | AtLeast | AtMost | Known | Within | All | AnyOf | Not
Test: TypeAlias = Is | Has | AtLeast | AtMost | Known | Within
ALWAYS = All()


def holds(condition: Condition, known: Mapping[str, Value], regions: Mapping[str, frozenset[str]]) -> bool:
    """Whether ``condition`` is true of what is ``known``. What is not known makes a test false."""
    match condition:
        case All(parts):
            return all(holds(part, known, regions) for part in parts)
        case AnyOf(parts):
            return any(holds(part, known, regions) for part in parts)
        case Not(part):
            return not holds(part, known, regions)
        case _:
            value = known.get(condition.name)
            return value is not None and _passes(condition, value, regions)


def _passes(test: Test, value: Value, regions: Mapping[str, frozenset[str]]) -> bool:
    match test:
        case Is(_, values):
            return value in values
        case Has(_, option):
            return isinstance(value, tuple) and option in value
        case AtLeast(_, number):
            return isinstance(value, int | float) and value >= number
        case AtMost(_, number):
            return isinstance(value, int | float) and value <= number
        case Known():
            return True
        case Within(_, region):
            return isinstance(value, str) and value.partition(":")[0] in regions.get(region, frozenset())
        case _:
            assert_never(test)


def tests(condition: Condition) -> Iterator[Test]:
    """Every single test in ``condition``, in the order it is written."""
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from tests(part)
        case Not(part):
            yield from tests(part)
        case _:
            yield condition


def both(outer: Condition, inner: Condition) -> Condition:
    """The condition that asks for both, without needless nesting."""
    parts = tuple(part for part in (outer, inner) if part != ALWAYS)
    match parts:
        case ():
            return ALWAYS
        case (one,):
            return one
        case _:
            return All(parts)
