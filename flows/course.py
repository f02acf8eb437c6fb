"""The steps of a flow as a course with gates: what several steps in a row look at is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from flows.conditions import PRIVATE_CHANNEL, All, Condition, Holds, conjuncts, tests


class Guarded(Protocol):
    """A step, with the condition under which it applies."""

    @property
    def when(self) -> Condition: ...


S = TypeVar("S", bound=Guarded)


@dataclass(frozen=True, slots=True)
class Gate(Generic[S]):
    """Before one ``step``; or before several: then the next ``length`` gates are theirs, and nothing they do changes
    what this one looks at. ``holds`` is ``None`` where there is nothing to look at. ``elsewhere`` are those of its
    steps that may apply at a channel of the other sort.
    """

    holds: Holds | None
    step: S | None
    elsewhere: tuple[S, ...]
    length: int = 0


@dataclass(frozen=True, slots=True)
class _Left(Generic[S]):
    """A step with those of its conditions at which no gate has looked yet, and the ``names`` it makes known."""

    step: S
    parts: tuple[Condition, ...]
    names: frozenset[str]

    @property
    def elsewhere(self) -> tuple[S, ...]:
        return (self.step,) if any(test.name == PRIVATE_CHANNEL for test in tests(self.step.when)) else ()


def plan(steps: Sequence[S], names: Callable[[S], frozenset[str]]) -> tuple[Gate[S], ...]:
    """``names`` says what a step makes known."""
    return tuple(_gates([_Left(step, tuple(conjuncts(step.when)), names(step)) for step in steps]))


def _gates(left: Sequence[_Left[S]]) -> Iterator[Gate[S]]:
    at = 0
    while at < len(left):
        row = _row(left, at)
        if len(row) > 1:
            yield from _shared(row)
        else:
            yield _alone(left[at])
        at += len(row)


def _row(left: Sequence[_Left[S]], at: int) -> Sequence[_Left[S]]:
    """The step and those behind it that look at the same first, up to the one that may change it."""
    if not left[at].parts:
        return left[at : at + 1]
    shared = left[at].parts[0]
    looked_at = frozenset(test.name for test in tests(shared))
    end = at
    while end < len(left) and left[end].parts[:1] == (shared,):
        end += 1
        if looked_at & left[end - 1].names:
            break
    return left[at:end]


def _shared(row: Sequence[_Left[S]]) -> Iterator[Gate[S]]:
    inner = tuple(_gates([_Left(each.step, each.parts[1:], each.names) for each in row]))
    elsewhere = tuple(step for each in row for step in each.elsewhere)
    yield Gate(row[0].parts[0].holds, None, elsewhere, len(inner))
    yield from inner


def _alone(left: _Left[S]) -> Gate[S]:
    holds = All(left.parts).holds if len(left.parts) > 1 else left.parts[0].holds if left.parts else None
    return Gate(holds, left.step, left.elsewhere)
