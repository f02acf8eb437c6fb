"""From the ``when:`` of a flow file to a condition."""

from __future__ import annotations

from typing import Any

from flows.conditions import (
    ALWAYS,
    All,
    AnyOf,
    AtLeast,
    AtMost,
    Condition,
    Has,
    Is,
    Known,
    Not,
    Within,
)
from flows.log import Value
from flows.problems import Problems
from flows.script import Where

_TESTS = "has, at_least, at_most, within"


def load_condition(data: Any, where: Where, problems: Problems) -> Condition:
    """The condition that ``data`` describes. What cannot be understood is a problem; it holds always, so that nothing
    is said of the steps behind it, and whoever loads a condition refuses it while there is a problem."""
    if not isinstance(data, dict) or not data:
        problems.add(
            where,
            "a condition is a mapping of a question to what it must be",
            "Write it like {goal: job}, or take the line out",
        )
        return ALWAYS
    parts = tuple(_part(str(key), value, where, problems) for key, value in data.items())
    return parts[0] if len(parts) == 1 else All(parts)


def _part(key: str, value: Any, where: Where, problems: Problems) -> Condition:
    match key, value:
        case "all", list():
            return All(tuple(load_condition(part, where, problems) for part in value))
        case "any", list():
            return AnyOf(tuple(load_condition(part, where, problems) for part in value))
        case "not", _:
            return Not(load_condition(value, where, problems))
        case (("all" | "any"), _):
            problems.add(where, f"`{key}` needs a list of conditions", f"Write {key}: [{{...}}, {{...}}]")
            return ALWAYS
        case _:
            return _test(key, value, where, problems)


def _test(name: str, wanted: Any, where: Where, problems: Problems) -> Condition:
    match wanted:
        case "known":
            return Known(name)
        case {"has": str(option)} if len(wanted) == 1:
            return Has(name, option)
        case {"at_least": int() | float() as number} if len(wanted) == 1 and not isinstance(number, bool):
            return AtLeast(name, number)
        case {"at_most": int() | float() as number} if len(wanted) == 1 and not isinstance(number, bool):
            return AtMost(name, number)
        case {"within": str(region)} if len(wanted) == 1:
            return Within(name, region)
        case dict():
            problems.add(where, f"`{name}` is tested by {list(wanted)}, which is no test", f"Use one of {_TESTS}")
            return ALWAYS
        case _:
            values = wanted if isinstance(wanted, list) else [wanted]
            if not values or not all(isinstance(value, str | int | float) for value in values):
                problems.add(where, f"`{name}` is tested by {wanted!r}, which is no answer", f"Write {{{name}: known}}")
                return ALWAYS
            return Is(name, tuple(map(_value, values)))


def _value(data: str | float) -> Value:
    """YAML reads a bare yes or no as a boolean; answers know only the words."""
    if isinstance(data, bool):
        return "yes" if data else "no"
    return data
