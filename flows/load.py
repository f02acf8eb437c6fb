"""From flow files to one flow with its sub-flows in place; every mistake with its file, line and remedy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows.answers import Kind
from flows.answers.kinds import KINDS, NAMES
from flows.answers.recap import Recap
from flows.answers.settings import only
from flows.conditions import ALWAYS, Condition, both
from flows.load_conditions import load_condition
from flows.marked_yaml import Marked, Misread, read
from flows.problems import Problems, known_or_near
from flows.script import Ask, Do, Flow, Say, Step, Where
from flows.step_fields import Fields

ORDERS = ("book_appointment", "hand_over", "look_for_cheque")
ON_CHANGE = ("keep", "redo")
KEYS: Mapping[str, set[str]] = {
    "file": {"flow", "title", "steps"},
    "say": {"say", "id", "when"},
    "ask": {"ask", "text", "label", "why", "hint", "simpler", "required", "tier", "when", "page", "unsure", *KINDS},
    "use": {"use", "when"},
    "do": {"do", "as", "with", "on_change", "when"},
}
"""What may stand in a flow file and in each kind of step. ``flow.schema.json`` says the same to editors."""
UNSURE = ("choice", "choices", "yesno")
"""Kinds of answer to which *I don't know* and *I'd rather not say* can be added."""
TEXTS = ("text", "label", "why", "hint", "simpler")
NEEDED = {
    "text": ("has no text", "Write the question under `text:`"),
    "label": ("has no label", "Write its short name in the summary under `label:`"),
    "why": ("does not say why it is asked", "Write one sentence under `why:`"),
}


class Scripts:
    """The flow files of one or more folders, read once; a later folder's file replaces an earlier one's."""

    def __init__(self, *folders: Path, problems: Problems | None = None) -> None:
        self.problems = problems if problems is not None else Problems()
        self._files: dict[str, tuple[str, Marked]] = {}
        self._unread: set[str] = set()
        for folder in folders:
            for path in sorted(folder.glob("*.yaml")):
                self._read(path, f"{folder.parent.name}/{folder.name}/{path.name}")

    def _read(self, path: Path, shown: str) -> None:
        try:
            data = read(path, shown)
        except Misread as error:
            self.problems.add_misread(error)
            self._unread.add(path.stem)
            return
        fields = Fields(data, shown, self.problems)
        fields.only(KEYS["file"])
        if not fields.text("title") and "title" not in data:
            fields.wrong("title", "the flow has no title", "Write it under `title:`")
        name = data.get("flow")
        if name != path.stem:
            fields.wrong("flow", f"the file is called {path.stem} but its flow {name}", "Use one name")
        self._files[path.stem] = (shown, data)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._files)

    def file(self, name: str) -> Marked:
        """A flow file as it was read, its parts not put in place."""
        return self._files[name][1]

    def flow(self, name: str) -> Flow:
        """The flow with its sub-flows in place. Problems are added to ``problems``; ``sound_flow`` raises the first.

        While a file cannot be read there are no steps: all else that is wrong would only follow from that."""
        if self._unread:
            return Flow(name, name, ())
        if name not in self._files:
            self.problems.add(Where(f"{name}.yaml", 1), f"there is no flow {name}", known_or_near(name, self._files))
            return Flow(name, name, ())
        steps = tuple(self._steps(name, ALWAYS, ()))
        _once(steps, self.problems)
        return Flow(name, str(self._files[name][1].get("title", name)), steps)

    def _steps(self, name: str, when: Condition, path: tuple[str, ...]) -> Iterator[Step]:
        shown, data = self._files[name]
        steps = data.get("steps")
        if not isinstance(steps, list) or not steps:
            self.problems.add(Where(shown, data.line_of("steps")), "the flow has no steps", "List them under `steps:`")
            return
        for step in steps:
            if isinstance(step, Marked):
                yield from self._step(Fields(step, shown, self.problems), when, (*path, name))
            else:
                self.problems.add(Where(shown, data.line_of("steps")), f"{step!r} is no step", "Begin it with `- say:`")

    def _step(self, step: Fields, when: Condition, path: tuple[str, ...]) -> Iterator[Step]:
        guard = both(when, _when(step))
        match next((key for key in ("use", "say", "ask", "do") if key in step.data), None):
            case "use":
                yield from self._use(step, guard, path)
            case "say":
                yield _say(step, guard)
            case "ask":
                yield from _ask(step, guard)
            case "do":
                yield from _do(step, guard)
            case _:
                self.problems.add(step.where, "the step is neither say, ask, use nor do", "Begin it with one of these")

    def _use(self, step: Fields, when: Condition, path: tuple[str, ...]) -> Iterator[Step]:
        step.only(KEYS["use"])
        name = str(step.data["use"])
        if name not in self._files:
            step.wrong("use", f"there is no flow {name} to use", known_or_near(name, self._files))
        elif name in path:
            step.wrong("use", f"{name} uses itself", "Flows have no loops: take this step out")
        else:
            yield from self._steps(name, when, path)


def _when(step: Fields) -> Condition:
    if "when" not in step.data:
        return ALWAYS
    return load_condition(step.data["when"], Where(step.file, step.data.line_of("when")), step.problems)


def _say(step: Fields, when: Condition) -> Say:
    step.only(KEYS["say"])
    text = step.text("say")
    return Say(step.id("id", hashlib.sha256(text.encode()).hexdigest()[:8]), text, step.where, when)


def _ask(step: Fields, when: Condition) -> Iterator[Ask]:
    name = step.id("ask", "")
    step.only(KEYS["ask"])
    tier = step.data.get("tier", "A")
    if tier not in ("A", "B", "C"):
        step.wrong("tier", f"{name} has tier {tier!r}", "Use A, B or C")
    kind = _kind(name, step)
    if kind is None:
        return
    _complete(name, kind, step)
    yield Ask(
        name,
        kind=kind,
        where=step.where,
        required=step.flag("required"),
        tier=str(tier),
        when=when,
        page=step.page(),
        **{key: step.text(key) for key in TEXTS},
    )


def _kind(name: str, step: Fields) -> Kind | None:
    keys = [key for key in step.data if key in KINDS]
    if len(keys) != 1:
        if _all_known(step):
            step.problems.add(step.where, f"{name} has {len(keys)} kinds of answer", f"Give it one of: {NAMES}")
        return None
    key = keys[0]
    if "unsure" in step.data and key not in UNSURE:
        step.wrong("unsure", f"unsure goes with {', '.join(UNSURE)}, not with {key}", "Take it out")
    try:
        return KINDS[key](_settings(step, key))
    except ValueError as error:
        if _all_known(step):
            step.wrong(key, f"{name}: {error}", "Mend what stands under this answer")
        return None


def _settings(step: Fields, kind: str) -> Mapping[str, Any]:
    settings = step.data[kind]
    if settings is None:
        settings = {}
    if not isinstance(settings, dict):
        raise ValueError(f"`{kind}:` needs a mapping, not {settings!r}")
    if kind not in UNSURE:
        return settings
    if kind == "yesno":
        only(settings)
        return {"unsure": step.flag("unsure")}
    return {"options": settings, "unsure": step.flag("unsure")}


def _complete(name: str, kind: Kind, step: Fields) -> None:
    explains_itself = isinstance(kind, Recap) or kind.expects == "language"
    for key, (problem, remedy) in NEEDED.items():
        if key not in step.data and _all_known(step) and not (key == "why" and explains_itself):
            step.problems.add(step.where, f"{name} {problem}", remedy)


def _all_known(step: Fields) -> bool:
    """Whether nothing is misspelled: else what seems to be missing is what was meant."""
    return set(step.data) <= KEYS["ask"]


def _do(step: Fields, when: Condition) -> Iterator[Do]:
    step.only(KEYS["do"])
    order = str(step.data["do"])
    if order not in ORDERS:
        step.wrong("do", f"there is no order {order}", known_or_near(order, ORDERS))
        return
    on_change = str(step.data.get("on_change", "keep"))
    if on_change not in ON_CHANGE:
        step.wrong("on_change", f"on_change is {on_change!r}", f"Use one of {', '.join(ON_CHANGE)}")
    listed = step.data.get("with", [])
    if not isinstance(listed, list) or ("with" in step.data and not listed):
        step.wrong("with", f"with is {listed!r}, which is no list", "Write with: [slot]")
        return
    if order == "book_appointment" and not listed:
        step.wrong("do", "book_appointment does not say which slot question it books", "Write with: [slot]")
        return
    yield Do(order, step.id("as", order), step.where, tuple(map(str, listed)), on_change, when)


def _once(steps: tuple[Step, ...], problems: Problems) -> None:
    seen: dict[str, Where] = {}
    for step in steps:
        name = step.name if isinstance(step, Do) else step.id
        if name in seen and not isinstance(step, Say):
            problems.add(step.where, f"{name} stands at {seen[name]} already", "An id is used once: choose another")
        seen.setdefault(name, step.where)
