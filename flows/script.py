"""A flow as it is loaded: an ordered list of steps with guards; no jumps, no loops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from flows.answers import Kind
from flows.conditions import ALWAYS, Condition
from flows.course import Gate, plan
from flows.log import Value

SCREEN = 6
"""How many options one screen shows at most."""


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a flow file, for messages to who writes flows."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Say:
    id: str
    text: str
    where: Where
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. Texts are English sources; ``tier`` is ``A``, ``B`` (private) or ``C`` (special category)."""

    id: str
    text: str
    kind: Kind
    where: Where
    label: str = ""
    why: str = ""
    hint: str = ""
    simpler: str = ""
    required: bool = False
    tier: str = "A"
    when: Condition = ALWAYS
    page: int | None = None
    ids: frozenset[str] = field(init=False, repr=False, compare=False)
    """Those of its options."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", frozenset(option.id for option in self.kind.options))


@dataclass(frozen=True, slots=True)
class Do:
    """An order. ``given`` are the questions it depends on (none: all of them), ``name`` that of its result."""

    order: str
    name: str
    where: Where
    given: tuple[str, ...] = ()
    on_change: str = "keep"
    when: Condition = ALWAYS


Step: TypeAlias = Say | Ask | Do


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow with its sub-flows already in place."""

    id: str
    title: str
    steps: tuple[Step, ...]
    asks: dict[str, Ask] = field(init=False)
    dos: dict[str, Do] = field(init=False)
    implied: Mapping[str, Mapping[Value, tuple[tuple[str, str], ...]]] = field(init=False)
    """By question, those whose answers mean something besides; by answer, what."""
    course: tuple[Gate[Step], ...] = field(init=False, repr=False, compare=False)
    """The steps as a walk goes through them."""
    _sources: Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "implied", dict(_implied(self.steps)))
        object.__setattr__(self, "course", plan(self.steps, _names))
        object.__setattr__(self, "_sources", _sources(self.implied))
        object.__setattr__(self, "asks", {step.id: step for step in self.steps if isinstance(step, Ask)})
        object.__setattr__(self, "dos", {step.name: step for step in self.steps if isinstance(step, Do)})

    def sources(self, name: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By value, the questions with the answers that mean it of ``name``; nothing if no answer does."""
        return self._sources.get(name, {})

    def order(self, order: str) -> Do | None:
        """The step that gives this order, if the flow has one."""
        return next((step for step in self.dos.values() if step.order == order), None)

    def texts(self) -> Iterator[tuple[str, Where]]:
        """Every text that must exist in every language."""
        for step in self.steps:
            if isinstance(step, Say):
                yield step.text, step.where
            elif isinstance(step, Ask):
                texts = (step.text, step.label, step.why, step.hint, step.simpler)
                labels = (option.label for option in step.kind.options)
                yield from ((text, step.where) for text in (*texts, *labels) if text)


def _implied(steps: Iterable[Step]) -> Iterator[tuple[str, Mapping[Value, tuple[tuple[str, str], ...]]]]:
    for step in steps:
        if isinstance(step, Ask) and any(option.means for option in step.kind.options):
            yield step.id, {option.id: option.means for option in step.kind.options if option.means}


def _sources(
    implied: Mapping[str, Mapping[Value, tuple[tuple[str, str], ...]]],
) -> dict[str, dict[str, tuple[tuple[str, str], ...]]]:
    found: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {}
    for question, option, meant in ((question, *each) for question, by in implied.items() for each in by.items()):
        for name, value in meant:
            of = found.setdefault(name, {})
            of[value] = (*of.get(value, ()), (question, str(option)))
    return found


def _names(step: Step) -> frozenset[str]:
    """What is known once the step is passed."""
    match step:
        case Ask():
            return frozenset((step.id, *(name for option in step.kind.options for name, _ in option.means)))
        case Do():
            return frozenset((step.name,))
        case Say():
            return frozenset()
