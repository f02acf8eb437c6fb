"""What of a talk's answers its flow still looks at: two talks that agree in this go on alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from flows.answers.choices import SeveralChoices
from flows.conditions import AtLeast, AtMost, Has, Is, Regions, Test, Within, tests
from flows.log import Value
from flows.script import Ask, Flow, Step

Signature: TypeAlias = tuple[bool, ...]
OUTSIDE = "none:outside"
"""A place outside every region that a condition may name."""
FREE_TIME = "20270330T0800-coach"


@dataclass(frozen=True, slots=True)
class Tick:
    """One option of several: whether it is ticked is decided apart from the others."""

    question: str
    option: str


Unknown: TypeAlias = str | Tick
"""What is to be decided: the answer to a question, or one tick of it."""


@dataclass(slots=True)
class Looks:
    """Which steps of a flow look at which answers."""

    flow: Flow
    regions: Regions = field(init=False)
    _at: list[tuple[Test, ...]] = field(init=False)
    _last: dict[Test, int] = field(init=False)

    def __post_init__(self) -> None:
        self._at = [tuple(self._looked_at(step)) for step in self.flow.steps]
        self._last = {test: index for index, found in enumerate(self._at) for test in found}
        named = {test.region for test in self._last if isinstance(test, Within)}
        self.regions = {name: frozenset({name}) for name in sorted(named)}

    def _looked_at(self, step: Step) -> Iterator[Test]:
        """A test of a name is one too of each answer that means it."""
        for test in tests(step.when):
            yield test
            for sources in self.flow.sources(test.name).values():
                yield from (Is(question, (option,)) for question, option in sources)

    def unknowns(self, start: int, end: int) -> Iterator[Unknown]:
        """What the steps from ``start`` up to ``end`` look at, in their order."""
        for found in self._at[start:end]:
            yield from map(self._unknown, found)

    def later(self, index: int) -> dict[Unknown, list[Test]]:
        """What is looked at from step ``index`` on, with the tests of it."""
        found: dict[Unknown, list[Test]] = {}
        for test, last in self._last.items():
            if last >= index:
                found.setdefault(self._unknown(test), []).append(test)
        return found

    def _unknown(self, test: Test) -> Unknown:
        return Tick(test.name, test.option) if isinstance(test, Has) else test.name

    def signature(self, name: str, value: Value | None, looking: list[Test]) -> Signature:
        """How the tests of one name come out for ``value``."""
        known = {} if value is None else {name: value}
        return tuple(test.holds(known, self.regions) for test in looking)

    def values(self, ask: Ask, looking: list[Test]) -> list[Value | None]:
        """One answer (``None``: skipped) for each way in which the tests of a question can come out."""
        inside = [f"{region}:inside" for region in self.regions]
        candidates = [*_answers(ask, looking, inside), *([] if ask.required else [None])]
        found: dict[Signature, Value | None] = {}
        for value in candidates:
            found.setdefault(self.signature(ask.id, value, looking), value)
        return list(found.values())


def _answers(ask: Ask, looking: list[Test], inside: list[str]) -> Iterator[Value]:
    if isinstance(ask.kind, SeveralChoices):
        yield ()
    elif ask.kind.options:
        yield from (option.id for option in ask.kind.options)
    elif ask.kind.expects == "slot":
        yield FREE_TIME
    elif ask.kind.expects == "number":
        edges = [test.number for test in looking if isinstance(test, AtLeast | AtMost)]
        yield from (edge + step for edge in edges or [0] for step in (-1, 0, 1))
    else:
        wanted = [value for test in looking if isinstance(test, Is) for value in test.values]
        yield from (*inside, OUTSIDE, *wanted)
