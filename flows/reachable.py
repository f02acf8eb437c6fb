"""Whether a condition can ever be true, found by trying every answer that could make a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from flows.answers import Kind
from flows.answers.choices import SeveralChoices
from flows.conditions import All, AtLeast, AtMost, Condition, Has, Is, Known, Test, Within, both, holds, tests
from flows.log import Value
from flows.script import Ask, Do, Flow, Step

MOST = 50_000
"""Combinations tried before a condition is taken to be possible: the check must stay quick."""


def impossible(flow: Flow, step: Step, facts: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether no answers at all lead to ``step``. ``facts`` are the named facts with their possible values."""
    guard = _with_origins(flow, step.when, set())
    parts = guard.parts if isinstance(guard, All) else ()
    return any(_never(flow, each, facts) for each in (*parts, guard))


def _never(flow: Flow, guard: Condition, facts: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether nothing makes it hold: of parts that must all hold, one such is enough, and soon tried."""
    named = _by_name(guard)
    choices = {name: _values(flow, name, found, facts) for name, found in named.items()}
    size = 1
    for values in choices.values():
        size *= len(values)
    if size > MOST:
        return False
    regions = {test.region: frozenset({test.region}) for test in tests(guard) if isinstance(test, Within)}
    return not any(holds(guard, known, regions) for known in _combined(choices))


def _with_origins(flow: Flow, condition: Condition, seen: set[str]) -> Condition:
    """The condition, and that the questions which must have been answered for it could be asked."""
    for test in tests(condition):
        ask = flow.asks.get(test.name)
        if ask is not None and ask.id not in seen and _needed(condition, ask.id):
            seen.add(ask.id)
            condition = both(condition, _with_origins(flow, ask.when, seen))
    return condition


def _needed(condition: Condition, name: str) -> bool:
    """Whether ``condition`` cannot hold while nothing is known of ``name``: then its question was asked."""
    match condition:
        case Is() | Has() | AtLeast() | AtMost() | Known() | Within():
            return condition.name == name
        case _:
            parts = getattr(condition, "parts", ())
            every = type(condition).__name__ == "All"
            return (
                any(_needed(part, name) for part in parts)
                if every
                else bool(parts) and all(_needed(part, name) for part in parts)
            )


def _by_name(condition: Condition) -> dict[str, list[Test]]:
    named: dict[str, list[Test]] = {}
    for test in tests(condition):
        named.setdefault(test.name, []).append(test)
    return named


def _values(flow: Flow, name: str, found: list[Test], facts: Mapping[str, tuple[str, ...]]) -> list[Value | None]:
    """One value for each way in which the tests of a name can come out together; likely ones first, unknown last."""
    if name in facts:
        return list(facts[name])
    ask = flow.asks.get(name)
    kind = ask.kind if ask else None
    if isinstance(kind, SeveralChoices):
        return [*_ticks(found), None]
    wanted: list[Value | None] = [value for test in found if isinstance(test, Is) for value in test.values]
    ids = {option.id for option in kind.options} if kind else set()
    wanted = [value for value in wanted if not ids or value in ids]
    edges: list[Value | None] = []
    for test in found:
        if isinstance(test, AtLeast | AtMost):
            edges += [test.number - 1, test.number, test.number + 1]
    inside = [f"{test.region}:inside" for test in found if isinstance(test, Within)]
    return [*wanted, *edges, *inside, *_others(kind, wanted), None]


def _ticks(found: list[Test]) -> Iterator[Value]:
    options = sorted({test.option for test in found if isinstance(test, Has)})
    for size in reversed(range(len(options) + 1)):
        yield from combinations(options, size)


def _others(kind: Kind | None, wanted: list[Value | None]) -> Sequence[Value]:
    if kind is None or not kind.options:
        return ["none:outside"]
    return [option.id for option in kind.options if option.id not in wanted][:1]


def _combined(choices: Mapping[str, list[Value | None]]) -> Iterator[dict[str, Value]]:
    for values in product(*choices.values()):
        yield {name: value for name, value in zip(choices, values, strict=True) if value is not None}


def earlier_names(flow: Flow, step: Step) -> set[str]:
    """The questions and results that come before ``step`` in the flow."""
    names: set[str] = set()
    for other in flow.steps:
        if other is step:
            break
        if isinstance(other, Ask):
            names.add(other.id)
            names |= {name for option in other.kind.options for name, _ in option.means}
        elif isinstance(other, Do):
            names.add(other.name)
    return names
