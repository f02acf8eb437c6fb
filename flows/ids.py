"""The book of ids: every id that flow files ever used, so that none comes back with another meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flows.answers.kinds import KINDS
from flows.marked_yaml import Marked, Misread
from flows.problems import Problem
from flows.script import Where

BOOK = "ids.txt"
_KEEP = "opstap check --keep-ids"
_RETIRED = "retired"
_HEAD = f"""\
# Every id that the flow files beside this one ever used. What people answered is kept under these ids, so an id
# never gets another meaning: one that is no longer used is retired for ever. `{_KEEP}` writes this.
"""


@dataclass(frozen=True, slots=True, order=True)
class Id:
    """``what`` is ``ask``, ``option``, ``say`` or ``do``; ``kind`` the kind of answer or order, if it has one."""

    what: str
    name: str
    kind: str = "-"

    @property
    def key(self) -> tuple[str, str]:
        return self.what, self.name


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the book."""

    id: Id
    retired: bool
    where: Where


def used_ids(file: str, data: Marked) -> Iterator[tuple[Id, Where]]:
    """The ids in one flow file; what is no step is left to who loads the file."""
    steps = data.get("steps")
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, Marked):
            yield from ((found, Where(file, line)) for found, line in _step(step))


def _step(step: Marked) -> Iterator[tuple[Id, int]]:
    if "ask" in step:
        question = str(step["ask"])
        kind = next((key for key in step if key in KINDS), "-")
        yield Id("ask", question, kind), step.line_of("ask")
        yield from _options(question, step.get(kind))
    elif "say" in step and "id" in step:
        yield Id("say", str(step["id"])), step.line_of("id")
    elif "do" in step:
        yield Id("do", str(step.get("as", step["do"])), str(step["do"])), step.line_of("do")


def _options(question: str, options: Any) -> Iterator[tuple[Id, int]]:
    if isinstance(options, Marked) and all(isinstance(value, str | dict) for value in options.values()):
        for option in options:
            yield Id("option", f"{question}.{option}"), options.line_of(option)


def read_book(folder: Path) -> list[Line]:
    """The book in ``folder``; empty if there is none yet. Raises ``Misread``."""
    path = folder / BOOK
    shown = f"{folder.parent.name}/{folder.name}/{BOOK}"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [_line(text, Where(shown, number)) for number, text in enumerate(lines, 1) if text and text[0] != "#"]


def _line(text: str, where: Where) -> Line:
    match text.split():
        case [what, name, kind]:
            return Line(Id(what, name, kind), False, where)
        case [what, name, kind, state] if state == _RETIRED:
            return Line(Id(what, name, kind), True, where)
        case _:
            remedy = f"Put the line back as it was, or let `{_KEEP}` write it"
            raise Misread(where.file, where.line, f"{text!r} is no line of the book of ids", remedy)


def wrong_ids(used: Iterable[tuple[Id, Where]], book: Iterable[Line], shared: Iterable[Line] = ()) -> Iterator[Problem]:
    """What ``used`` ids break. ``shared`` is the book of the shared flows, for an organisation's own files."""
    own, others = ({line.id.key: line for line in lines} for lines in (book, shared))
    known = others | own
    seen: set[tuple[str, str]] = set()
    for found, where in used:
        seen.add(found.key)
        line = known.get(found.key)
        if line is None:
            yield Problem(where, f"the id {found.name} is new: it is not in {BOOK} yet", f"Run `{_KEEP}`")
        elif line.retired:
            problem = f"the id {found.name} was used before and is retired: old answers would get a new meaning"
            yield Problem(where, problem, "Choose another id")
        elif line.id.kind != found.kind:
            problem = f"{found.name} was {line.id.kind} before and is {found.kind} now: old answers do not fit"
            yield Problem(where, problem, "Choose another id")
    for line in own.values():
        if not line.retired and line.id.key not in seen:
            yield Problem(line.where, f"the id {line.id.name} is no longer used", f"Run `{_KEEP}`: it retires it")


def kept(used: Iterable[tuple[Id, Where]], book: Iterable[Line], shared: Iterable[Line] = ()) -> str:
    """The book brought up to date: new ids added, unused ones retired; what is written never changes its meaning."""
    others = {line.id.key for line in shared}
    now = {found.key: found for found, _ in used}
    lines = {line.id.key: replace(line, retired=line.retired or line.id.key not in now) for line in book}
    for key, found in now.items():
        if key not in others:
            lines.setdefault(key, Line(found, False, Where(BOOK, 0)))
    return _HEAD + "".join(f"{_written(line)}\n" for line in sorted(lines.values(), key=_order))


def _order(line: Line) -> tuple[str, str]:
    """Each question with its options beneath it."""
    return line.id.name.partition(".")[0] if line.id.what == "option" else line.id.name, line.id.name


def _written(line: Line) -> str:
    return f"{line.id.what:6} {line.id.name:32} {line.id.kind}{' ' + _RETIRED if line.retired else ''}"
