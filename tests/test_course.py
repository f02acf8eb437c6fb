"""The gates of a flow let the same steps through as the steps' own conditions, whatever becomes known on the way."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from flows import conditions
from flows.log import Value
from flows.script import Ask, Do, Flow, Step
from flows.talk import Setting
from tests.pure_talk import FEW, scenes

PLACES = st.sampled_from(sorted(scenes()))


def looked_for(flow: Flow) -> dict[str, list[Value]]:
    """By name, the values that some condition of the flow looks for, and one that none does."""
    found: dict[str, list[Value]] = {}
    for test in (test for step in flow.steps for test in conditions.tests(step.when)):
        values: tuple[Value, ...] = getattr(test, "values", (getattr(test, "option", "3600:Genk"),))
        found.setdefault(test.name, ["something else"]).extend(values)
    return found


def learns(setting: Setting, step: Step, known: dict[str, Value], picks: Iterator[int]) -> None:
    """What somebody says, or what became of an order: now and then nothing."""
    name = step.id if isinstance(step, Ask) else step.name if isinstance(step, Do) else ""
    values = looked_for(setting.flow).get(name, ["something"])
    pick = next(picks)
    if name and pick:
        known[name] = values[pick % len(values)]
        known.update(setting.flow.implied.get(name, {}).get(known[name], ()))


def plainly(setting: Setting, picks: Iterator[int]) -> list[Step]:
    known, through = dict[str, Value](setting.facts.named), []
    for step in setting.flow.steps:
        if step.when.holds(known, setting.facts.regions):
            through.append(step)
            learns(setting, step, known, picks)
    return through


def by_the_gates(setting: Setting, picks: Iterator[int]) -> list[Step]:
    known, through, at = dict[str, Value](setting.facts.named), list[Step](), 0
    while at < len(setting.flow.course):
        gate, at = setting.flow.course[at], at + 1
        if gate.holds is not None and not gate.holds(known, setting.facts.regions):
            at += gate.length
        elif gate.step is not None:
            through.append(gate.step)
            learns(setting, gate.step, known, picks)
    return through


@FEW
@given(place=PLACES, picks=st.lists(st.integers(0, 12), min_size=150, max_size=150))
def test_gates_let_through_what_the_conditions_of_the_steps_do(place: tuple[str, str], picks: list[int]) -> None:
    setting = scenes()[place]
    assert by_the_gates(setting, iter(picks)) == plainly(setting, iter(picks))
