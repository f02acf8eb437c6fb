"""A flow as one organisation has it: with the options it offers, without the questions where it offers only one, and
without what nobody there can come to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from flows.answers import Kind, Option
from flows.answers.choice import OneChoice
from flows.conditions import All, AnyOf, Condition, Is, Not, both
from flows.log import Value
from flows.script import Ask, Do, Flow, Step

Offered: TypeAlias = Mapping[str, Sequence[str] | Sequence[Option]]
"""By question, the options that there are, the usual one first: by their ids, or in words of the house. Other questions
have all of theirs."""

Follows: TypeAlias = Mapping[str, tuple[str, Mapping[str, str]]]
"""By question, an earlier one, and by the answer to that the only answer left: then the question is not asked."""

NOTHING: Follows = MappingProxyType({})


def fitted(flow: Flow, offered: Offered, follows: Follows = NOTHING) -> Flow:
    """``flow`` itself where it fits already."""
    fit = _Fit(offered, follows)
    steps = tuple(fitting for step in flow.steps for fitting in fit.step(step))
    fitting = flow if steps == flow.steps else Flow(flow.id, flow.title, steps)
    gone = _Gone(fitting, {name: {_id(option) for option in options} for name, options in offered.items()})
    left = tuple(gone.without(step) for step in fitting.steps if not gone.never(step.when))
    return fitting if left == fitting.steps else Flow(flow.id, flow.title, left)


def settled(offered: Offered) -> dict[str, str]:
    """The answers to the questions that need not be asked: as facts, guards can still look at them."""
    return {name: _id(options[0]) for name, options in offered.items() if len(options) == 1}


def _id(option: str | Option) -> str:
    return option if isinstance(option, str) else option.id


@dataclass(frozen=True, slots=True)
class _Fit:
    offered: Offered
    follows: Follows

    def step(self, step: Step) -> Iterator[Step]:
        """What becomes of a step; nothing of a question without a choice."""
        when = self._meant(step.when)
        step = step if when == step.when else replace(step, when=when)
        options = self.offered.get(step.id) if isinstance(step, Ask) else None
        if isinstance(step, Do):
            asked = tuple(name for name in step.given if name not in self.offered or len(self.offered[name]) > 1)
            yield step if asked == step.given else replace(step, given=asked)
        elif not isinstance(step, Ask) or options is None:
            yield step
        elif len(options) > 1:
            kind, guard = _narrowed(step.kind, options), self._guard(step)
            yield step if kind == step.kind and guard == step.when else replace(step, kind=kind, when=guard)

    def _guard(self, ask: Ask) -> Condition:
        """Whoever has said it with an earlier answer is not asked."""
        if ask.id not in self.follows:
            return ask.when
        earlier, answers = self.follows[ask.id]
        open_to = tuple(name for option in self.offered[earlier] if (name := _id(option)) not in answers)
        return both(ask.when, Is(earlier, open_to))

    def _meant(self, condition: Condition) -> Condition:
        """The condition, true also where an earlier answer says what it looks for."""
        match condition:
            case All(parts):
                return All(tuple(map(self._meant, parts)))
            case AnyOf(parts):
                return AnyOf(tuple(map(self._meant, parts)))
            case Not(part):
                return Not(self._meant(part))
            case Is(name, values) if name in self.follows:
                earlier, answers = self.follows[name]
                saying = tuple(answer for answer, said in answers.items() if said in values)
                return AnyOf((condition, Is(earlier, saying))) if saying else condition
            case _:
                return condition


def _narrowed(kind: Kind, options: Sequence[str] | Sequence[Option]) -> Kind:
    if not isinstance(kind, OneChoice):
        raise TypeError(f"only one choice out of several can be narrowed, not {type(kind).__name__}")
    known = {option.id: option for option in kind.options}
    found = (known.get(option) if isinstance(option, str) else option for option in options)
    return replace(kind, options=tuple(option for option in found if option))


@dataclass(frozen=True, slots=True)
class _Gone:
    """What can never hold where only ``offered`` is offered."""

    flow: Flow
    offered: Mapping[str, Collection[str]]

    def without(self, step: Step) -> Step:
        """The step, its guard looking only at what is offered."""
        when = self._left(step.when)
        return step if when == step.when else replace(step, when=when)

    def _left(self, condition: Condition) -> Condition:
        match condition:
            case All(parts):
                return All(tuple(map(self._left, parts)))
            case AnyOf(parts):
                return AnyOf(tuple(map(self._left, parts)))
            case Not(part):
                return Not(self._left(part))
            case Is(name, values):
                return Is(name, tuple(value for value in values if self._can_be(name, value)))
            case _:
                return condition

    def never(self, condition: Condition) -> bool:
        match condition:
            case All(parts):
                return any(self.never(part) for part in parts)
            case AnyOf(parts):
                return all(self.never(part) for part in parts)
            case Is(name, values):
                return not any(self._can_be(name, value) for value in values)
            case _:
                return False

    def _can_be(self, name: str, value: Value) -> bool:
        if name in self.offered:
            return value in self.offered[name]
        meanings = self.flow.sources(name)
        return name in self.flow.asks or not meanings or value in meanings
