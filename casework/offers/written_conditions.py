"""Conditions as people write them and back: the same words as under ``when:`` in a flow file, read and written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, assert_never

from flows.conditions import ALWAYS, All, AnyOf, AtLeast, AtMost, Condition, Has, Is, Known, Not, Within, both
from flows.load_conditions import load_condition
from flows.problems import Problems
from flows.script import Where

DEEPEST = 24
NUMBERS = frozenset({"at_least", "at_most"})


class BadCondition(ValueError):
    """It cannot be understood: ``problem`` says why, ``remedy`` what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem, self.remedy = problem, remedy


def read_condition(written: Any) -> Condition:
    """The condition that ``written`` says, where numbers may be texts; nothing written holds always."""
    if written is None or written == {}:
        return ALWAYS
    problems = Problems()
    condition = load_condition(_with_numbers(written), Where("", 0), problems)
    for problem in problems.found:
        raise BadCondition(problem.text, problem.remedy)
    return condition


def _with_numbers(written: Any, key: str = "", depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise BadCondition("it is nested too deep", "say it with fewer conditions inside each other")
    if isinstance(written, dict):
        return {name: _with_numbers(value, name, depth + 1) for name, value in written.items()}
    if isinstance(written, list):
        return [_with_numbers(value, depth=depth + 1) for value in written]
    return int(written) if key in NUMBERS and str(written).isdecimal() else written


def write_condition(condition: Condition) -> dict[str, Any]:
    """As plain data; ``read_condition`` is its inverse."""
    return {} if condition == ALWAYS else _written(condition)


def _written(condition: Condition) -> dict[str, Any]:
    match condition:
        case All(parts):
            return {"all": [_written(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [_written(part) for part in parts]}
        case Not(part):
            return {"not": _written(part)}
        case Is(name, values):
            return {name: list(values)}
        case Has(name, option):
            return {name: {"has": option}}
        case AtLeast(name, number):
            return {name: {"at_least": number}}
        case AtMost(name, number):
            return {name: {"at_most": number}}
        case Within(name, region):
            return {name: {"within": region}}
        case Known(name):
            return {name: "known"}
        case _:
            assert_never(condition)


def apart(condition: Condition, known: Mapping[str, Collection[str]]) -> tuple[dict[str, tuple[str, ...]], Condition]:
    """What can be ticked in a form, as answers by question of which one is enough; and the rest as it is.

    ``known`` are the answers that the form has. ``together`` puts both in one condition again that holds for the same
    people.
    """
    ticked: dict[str, tuple[str, ...]] = {}
    rest: Condition = ALWAYS
    for part in condition.parts if isinstance(condition, All) else (condition,):
        name, options = _ticks(part)
        if name in known and name not in ticked and set(options).issubset(known[name]):
            ticked[name] = options
        else:
            rest = both(rest, part)
    return ticked, rest


def _ticks(part: Condition) -> tuple[str, tuple[str, ...]]:
    """The question and its answers; no question where it is something else."""
    match part:
        case Is(name, values) if all(isinstance(value, str) for value in values):
            return name, tuple(map(str, values))
        case Has(name, option):
            return name, (option,)
        case AnyOf((Has(name, _), *_)) if all(isinstance(each, Has) and each.name == name for each in part.parts):
            return name, tuple(each.option for each in part.parts if isinstance(each, Has))
        case _:
            return "", ()


def together(ticked: Mapping[str, tuple[str, ...]], several: frozenset[str], rest: Condition = ALWAYS) -> Condition:
    """``several`` are the questions that take more than one answer."""
    parts = list(_ticked(ticked, several))
    if rest != ALWAYS:
        parts.append(rest)
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _ticked(ticked: Mapping[str, tuple[str, ...]], several: frozenset[str]) -> Iterator[Condition]:
    for name, options in ticked.items():
        if not options:
            continue
        if name in several:
            tests = tuple(Has(name, option) for option in options)
            yield tests[0] if len(tests) == 1 else AnyOf(tests)
        else:
            yield Is(name, options)
