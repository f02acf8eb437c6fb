"""Conditions as data: when a step applies, whom an offer fits. No expressions, no code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from flows.log import Value

Answers: TypeAlias = Mapping[str, Value]
Regions: TypeAlias = Mapping[str, frozenset[str]]
Holds: TypeAlias = Callable[[Answers, Regions], bool]
PRIVATE_CHANNEL = "private_channel"
"""The one fact that differs between the channels of a person: whether nobody else can read along."""


@dataclass(frozen=True, slots=True)
class _Condition:
    """``holds`` says whether it is true of what is known; what is not known makes a test false.

    It is made once, when the condition is: looking at guards is most of a walk, and most of a turn.
    """

    holds: Holds = field(init=False, repr=False, compare=False)

    def _keep(self, holds: Holds) -> None:
        object.__setattr__(self, "holds", holds)


@dataclass(frozen=True, slots=True)
class Is(_Condition):
    """The answer is one of ``values``."""

    name: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        name, values = self.name, self.values
        self._keep(lambda known, regions: known.get(name) in values)


@dataclass(frozen=True, slots=True)
class Has(_Condition):
    """``option`` is among the several choices that were ticked."""

    name: str
    option: str

    def __post_init__(self) -> None:
        name, option = self.name, self.option

        def holds(known: Answers, regions: Regions) -> bool:
            value = known.get(name)
            return isinstance(value, tuple) and option in value

        self._keep(holds)


@dataclass(frozen=True, slots=True)
class AtLeast(_Condition):
    name: str
    number: float

    def __post_init__(self) -> None:
        name, number = self.name, self.number

        def holds(known: Answers, regions: Regions) -> bool:
            value = known.get(name)
            return isinstance(value, int | float) and value >= number

        self._keep(holds)


@dataclass(frozen=True, slots=True)
class AtMost(_Condition):
    name: str
    number: float

    def __post_init__(self) -> None:
        name, number = self.name, self.number

        def holds(known: Answers, regions: Regions) -> bool:
            value = known.get(name)
            return isinstance(value, int | float) and value <= number

        self._keep(holds)


@dataclass(frozen=True, slots=True)
class Known(_Condition):
    """There is an answer, whatever it is."""

    name: str

    def __post_init__(self) -> None:
        name = self.name
        self._keep(lambda known, regions: known.get(name) is not None)


@dataclass(frozen=True, slots=True)
class Within(_Condition):
    """The place lies in the named set of postcodes (``area``: where this organisation works)."""

    name: str
    region: str

    def __post_init__(self) -> None:
        name, region = self.name, self.region

        def holds(known: Answers, regions: Regions) -> bool:
            value = known.get(name)
            return isinstance(value, str) and value.partition(":")[0] in regions.get(region, frozenset())

        self._keep(holds)


@dataclass(frozen=True, slots=True)
class All(_Condition):
    parts: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        looks = tuple(part.holds for part in conjuncts(self))

        def holds(known: Answers, regions: Regions) -> bool:
            for look in looks:  # noqa: SIM110 - a third of the time of all()
                if not look(known, regions):
                    return False
            return True

        self._keep(holds)


@dataclass(frozen=True, slots=True)
class AnyOf(_Condition):
    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        looks = tuple(part.holds for part in self.parts)

        def holds(known: Answers, regions: Regions) -> bool:
            for look in looks:  # noqa: SIM110 - a third of the time of any()
                if look(known, regions):
                    return True
            return False

        self._keep(holds)


@dataclass(frozen=True, slots=True)
class Not(_Condition):
    part: Condition

    def __post_init__(self) -> None:
        look = self.part.holds
        self._keep(lambda known, regions: not look(known, regions))


Condition: TypeAlias = Is | Has | AtLeast | AtMost | Known | Within | All | AnyOf | Not
Test: TypeAlias = Is | Has | AtLeast | AtMost | Known | Within


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """All that must hold, in one row: the guard of a sub-flow stands in front of each of its steps, nested."""
    if isinstance(condition, All):
        for part in condition.parts:
            yield from conjuncts(part)
    else:
        yield condition


ALWAYS = All()


def holds(condition: Condition, known: Answers, regions: Regions) -> bool:
    """Whether ``condition`` is true of what is ``known``."""
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
