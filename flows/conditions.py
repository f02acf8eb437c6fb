"""Conditions as data: when a step applies, whom an offer fits. No expressions, no code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from flows.log import Value

Answers: TypeAlias = Mapping[str, Value]
Regions: TypeAlias = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Is:
    """The answer is one of ``values``."""

    name: str
    values: tuple[Value, ...]

    def holds(self, known: Answers, regions: Regions) -> bool:
        return known.get(self.name) in self.values


@dataclass(frozen=True, slots=True)
class Has:
    """``option`` is among the several choices that were ticked."""

    name: str
    option: str

    def holds(self, known: Answers, regions: Regions) -> bool:
        value = known.get(self.name)
        return isinstance(value, tuple) and self.option in value


@dataclass(frozen=True, slots=True)
class AtLeast:
    name: str
    number: float

    def holds(self, known: Answers, regions: Regions) -> bool:
        value = known.get(self.name)
        return isinstance(value, int | float) and value >= self.number


@dataclass(frozen=True, slots=True)
class AtMost:
    name: str
    number: float

    def holds(self, known: Answers, regions: Regions) -> bool:
        value = known.get(self.name)
        return isinstance(value, int | float) and value <= self.number


@dataclass(frozen=True, slots=True)
class Known:
    """There is an answer, whatever it is."""

    name: str

    def holds(self, known: Answers, regions: Regions) -> bool:
        return known.get(self.name) is not None


@dataclass(frozen=True, slots=True)
class Within:
    """The place lies in the named set of postcodes (``area``: where this organisation works)."""

    name: str
    region: str

    def holds(self, known: Answers, regions: Regions) -> bool:
        value = known.get(self.name)
        return isinstance(value, str) and value.partition(":")[0] in regions.get(self.region, frozenset())


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...] = ()

    def holds(self, known: Answers, regions: Regions) -> bool:
        return all(part.holds(known, regions) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]

    def holds(self, known: Answers, regions: Regions) -> bool:
        return any(part.holds(known, regions) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition

    def holds(self, known: Answers, regions: Regions) -> bool:
        return not self.part.holds(known, regions)


Condition: TypeAlias = Is | Has | AtLeast | AtMost | Known | Within | All | AnyOf | Not
Test: TypeAlias = Is | Has | AtLeast | AtMost | Known | Within
ALWAYS = All()


_OF_PARTS = (All, AnyOf, Not)


class Truth:
    """Whether conditions are true of what is known on one walk down a flow.

    The guard around a sub-flow is the same object for all its steps and is looked at once: conditions only
    test what comes before them, so it cannot change on the way. What is not known makes a test false.
    """

    def __init__(self, known: Mapping[str, Value], regions: Regions) -> None:
        self._known = known
        self._regions = regions
        self._found: dict[int, bool] = {}

    def of(self, condition: Condition) -> bool:
        if not isinstance(condition, _OF_PARTS):  # a single test is as quick as looking it up
            return condition.holds(self._known, self._regions)
        found = self._found.get(id(condition))
        if found is None:
            found = self._found[id(condition)] = self._look(condition)
        return found

    def _look(self, condition: All | AnyOf | Not) -> bool:
        if isinstance(condition, All):
            for part in condition.parts:  # noqa: SIM110 - a third of the time of all(): this is most of a turn
                if not self.of(part):
                    return False
            return True
        return condition.holds(self._known, self._regions)


def holds(condition: Condition, known: Mapping[str, Value], regions: Mapping[str, frozenset[str]]) -> bool:
    """Whether ``condition`` is true of what is ``known``. What is not known makes a test false."""
    return condition.holds(known, regions)


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
