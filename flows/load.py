"""From flow files to one flow with its sub-flows in place; every mistake with its file, line and remedy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows.answers.kinds import KINDS, NAMES
from flows.conditions import ALWAYS, Condition, both
from flows.load_conditions import load_condition
from flows.marked_yaml import Marked, Misread, read
from flows.problems import Problems
from flows.script import Ask, Do, Flow, Say, Step, Where

ID = re.compile(r"[a-z][a-z0-9_]{1,23}")
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


class Scripts:
    """The flow files of one or more folders, read once; a later folder's file replaces an earlier one's."""

    def __init__(self, *folders: Path, problems: Problems | None = None) -> None:
        self.problems = problems if problems is not None else Problems()
        self._files: dict[str, tuple[str, Marked]] = {}
        for folder in folders:
            for path in sorted(folder.glob("*.yaml")):
                self._read(path, f"{folder.parent.name}/{folder.name}/{path.name}")

    def _read(self, path: Path, shown: str) -> None:
        try:
            data = read(path, shown)
        except Misread as error:
            self.problems.add_misread(error)
            return
        _only(data, KEYS["file"], shown, self.problems)
        name = data.get("flow")
        if name != path.stem:
            self.problems.add(Where(shown, 1), f"the file is called {path.stem} but its flow {name}", "Use one name")
        self._files[path.stem] = (shown, data)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._files)

    def file(self, name: str) -> Marked:
        """A flow file as it was read, its parts not put in place."""
        return self._files[name][1]

    def flow(self, name: str) -> Flow:
        """The flow with its sub-flows in place. Problems are added to ``problems``; ``sound_flow`` raises the first."""
        if name not in self._files:
            self.problems.add(Where(f"{name}.yaml", 1), f"there is no flow {name}", f"Known: {', '.join(self._files)}")
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
                yield from self._step(step, Where(shown, step.line), when, (*path, name))
            else:
                self.problems.add(Where(shown, data.line_of("steps")), f"{step!r} is no step", "Begin it with `- say:`")

    def _step(self, data: Marked, where: Where, when: Condition, path: tuple[str, ...]) -> Iterator[Step]:
        guard = both(when, load_condition(data.get("when"), where, self.problems))
        if "use" in data:
            yield from self._use(data, where, guard, path)
        elif "say" in data:
            yield _say(data, where, guard, self.problems)
        elif "ask" in data:
            yield from _ask(data, where, guard, self.problems)
        elif "do" in data:
            yield from _do(data, where, guard, self.problems)
        else:
            self.problems.add(where, "the step is neither say, ask, use nor do", "Begin it with one of these")

    def _use(self, data: Marked, where: Where, when: Condition, path: tuple[str, ...]) -> Iterator[Step]:
        _only(data, KEYS["use"], where.file, self.problems)
        name = str(data["use"])
        if name not in self._files:
            self.problems.add(where, f"there is no flow {name} to use", f"Known: {', '.join(self._files)}")
        elif name in path:
            self.problems.add(where, f"{name} uses itself", "Flows have no loops: take this step out")
        else:
            yield from self._steps(name, when, path)


def _say(data: Marked, where: Where, when: Condition, problems: Problems) -> Say:
    _only(data, KEYS["say"], where.file, problems)
    text = _text(data["say"])
    if not text:
        problems.add(where, "this statement says nothing", "Write its text after `say:`")
    name = data.get("id") or hashlib.sha256(text.encode()).hexdigest()[:8]
    return Say(str(name), text, where, when)


def _ask(data: Marked, where: Where, when: Condition, problems: Problems) -> Iterator[Ask]:
    name = str(data["ask"])
    _only(data, KEYS["ask"], where.file, problems)
    if not ID.fullmatch(name):
        problems.add(where, f"{name!r} is no question id", "Use 2 to 24 small letters, digits and _")
    tier = data.get("tier", "A")
    if tier not in ("A", "B", "C"):
        problems.add(where, f"{name} has tier {tier!r}", "Use A, B or C")
    kinds = [key for key in data if key in KINDS]
    if len(kinds) != 1:
        problems.add(where, f"{name} has {len(kinds)} kinds of answer", f"Give it one of: {NAMES}")
        return
    try:
        kind = KINDS[kinds[0]](_settings(data, kinds[0]))
    except ValueError as error:
        problems.add(Where(where.file, data.line_of(kinds[0])), f"{name}: {error}", "Mend the options of this answer")
        return
    texts = {key: _text(data.get(key)) for key in ("text", "label", "why", "hint", "simpler")}
    yield Ask(
        name,
        kind=kind,
        where=where,
        required=bool(data.get("required", False)),
        tier=str(tier),
        when=when,
        page=_page(data, where, problems),
        **texts,
    )


def _page(data: Marked, where: Where, problems: Problems) -> int | None:
    page = data.get("page")
    if page is None or (isinstance(page, int) and not isinstance(page, bool)):
        return page
    problems.add(Where(where.file, data.line_of("page")), f"page is {page!r}, which is no number", "Write page: 6")
    return None


def _settings(data: Marked, kind: str) -> Mapping[str, Any]:
    settings = data[kind]
    if settings is None:
        settings = {}
    if not isinstance(settings, dict):
        raise ValueError(f"`{kind}:` needs a mapping, not {settings!r}")
    if kind in ("choice", "choices"):
        return {"options": settings, "unsure": bool(data.get("unsure", False))}
    return settings


def _do(data: Marked, where: Where, when: Condition, problems: Problems) -> Iterator[Do]:
    _only(data, KEYS["do"], where.file, problems)
    order = str(data["do"])
    if order not in ORDERS:
        problems.add(where, f"there is no order {order}", f"Known: {', '.join(ORDERS)}")
        return
    on_change = str(data.get("on_change", "keep"))
    if on_change not in ON_CHANGE:
        problems.add(where, f"on_change is {on_change!r}", f"Use one of {', '.join(ON_CHANGE)}")
    listed = data.get("with") or []
    if not isinstance(listed, list):
        problems.add(
            Where(where.file, data.line_of("with")), f"with is {listed!r}, which is no list", "Write with: [slot]"
        )
        return
    given = tuple(map(str, listed))
    if order == "book_appointment" and not given:
        problems.add(where, "book_appointment does not say which slot question it books", "Write with: [slot]")
        return
    yield Do(order, str(data.get("as", order)), where, given, on_change, when)


def _only(data: Marked, known: set[str], file: str, problems: Problems) -> None:
    for key in data:
        if key not in known:
            remedy = f"Known here: {', '.join(sorted(known))}"
            problems.add(Where(file, data.line_of(key)), f"unknown key {key!r}", remedy)


def _once(steps: tuple[Step, ...], problems: Problems) -> None:
    seen: dict[str, Where] = {}
    for step in steps:
        name = step.name if isinstance(step, Do) else step.id
        if name in seen and not isinstance(step, Say):
            problems.add(step.where, f"{name} stands at {seen[name]} already", "An id is used once: choose another")
        seen.setdefault(name, step.where)


def _text(data: Any) -> str:
    return " ".join(str(data).split()) if data is not None else ""
