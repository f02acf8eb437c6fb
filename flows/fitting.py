"""A flow as one organisation has it: with the options it offers, and without the question where it offers only one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from flows.answers import Kind
from flows.answers.choice import OneChoice
from flows.script import Ask, Do, Flow, Step

Offered: TypeAlias = Mapping[str, Sequence[str]]
"""By question, the options that there are, the usual one first. Other questions have all of theirs."""


def fitted(flow: Flow, offered: Offered) -> Flow:
    """``flow`` itself where it fits already."""
    steps = tuple(fit for step in flow.steps for fit in _fit(step, offered))
    return flow if steps == flow.steps else Flow(flow.id, flow.title, steps)


def settled(offered: Offered) -> dict[str, str]:
    """The answers to the questions that need not be asked: as facts, guards can still look at them."""
    return {name: options[0] for name, options in offered.items() if len(options) == 1}


def _fit(step: Step, offered: Offered) -> Iterator[Step]:
    options = offered.get(step.id) if isinstance(step, Ask) else None
    if isinstance(step, Do):
        asked = tuple(name for name in step.given if name not in settled(offered))
        yield step if asked == step.given else replace(step, given=asked)
    elif not isinstance(step, Ask) or options is None:
        yield step
    elif len(options) > 1:
        kind = _narrowed(step.kind, options)
        yield step if kind == step.kind else replace(step, kind=kind)


def _narrowed(kind: Kind, options: Sequence[str]) -> Kind:
    if not isinstance(kind, OneChoice):
        raise TypeError(f"only one choice out of several can be narrowed, not {type(kind).__name__}")
    known = {option.id: option for option in kind.options}
    return replace(kind, options=tuple(known[name] for name in options if name in known))
