"""A flow as its files divide it: parts within parts, each step with its own guard, as a reader sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from flows.answers.kinds import KINDS
from flows.conditions import ALWAYS, Condition
from flows.load import Scripts
from flows.load_conditions import load_condition
from flows.problems import Problems
from flows.script import Flow, Step, Where


@dataclass(frozen=True, slots=True)
class Line:
    """A step. ``when`` is its own guard, without those around it; ``kind`` the key of its kind of answer."""

    step: Step
    when: Condition
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A flow file in its place."""

    name: str
    title: str
    when: Condition
    items: tuple[Item, ...]


Item: TypeAlias = "Line | Part"


def outline(scripts: Scripts, flow: Flow) -> Part:
    """The parts of ``flow``, which ``scripts`` has loaded without a problem."""
    return _part(scripts, flow.id, iter(flow.steps), ALWAYS)


def _part(scripts: Scripts, name: str, steps: Iterator[Step], when: Condition) -> Part:
    """``steps`` are the loaded ones: both come in the same order."""
    data = scripts.file(name)
    items: list[Item] = []
    for step in data["steps"]:
        guard = load_condition(step["when"], Where("", 0), Problems()) if "when" in step else ALWAYS
        if "use" in step:
            items.append(_part(scripts, str(step["use"]), steps, guard))
        else:
            items.append(Line(next(steps), guard, next((key for key in step if key in KINDS), "")))
    return Part(name, str(data.get("title", name)), when, tuple(items))
