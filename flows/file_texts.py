"""Every text that stands in a flow file, with its line and the part it plays in the talk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

QUESTION_TEXTS = ("text", "label", "why", "hint", "simpler")
OPTION = "option"


@dataclass(frozen=True, slots=True)
class FileText:
    """``part`` is ``title``, ``say``, ``text``, ``label``, ``why``, ``hint``, ``simpler`` or ``option``."""

    text: str
    line: int
    part: str
    question: str = ""
    consent: bool = False


def file_texts(root: yaml.Node | None) -> Iterator[FileText]:
    """The texts of a flow file, as ``yaml.compose`` read it, in their order."""
    top = _fields(root)
    if "title" in top:
        yield _text(top["title"], "title")
    for step in _items(top.get("steps")):
        yield from _step(_fields(step))


def _step(step: dict[str, yaml.Node]) -> Iterator[FileText]:
    if "say" in step:
        yield _text(step["say"], "say")
    if "ask" not in step:
        return
    question, consent = str(step["ask"].value), "consent" in step
    for part in QUESTION_TEXTS:
        if part in step:
            yield _text(step[part], part, question, consent)
    for kind in ("choice", "choices"):
        for option in _fields(step.get(kind)).values():
            yield _text(_fields(option).get("label", option), OPTION, question, consent)


def _text(node: yaml.Node, part: str, question: str = "", consent: bool = False) -> FileText:
    return FileText(" ".join(str(node.value).split()), node.start_mark.line + 1, part, question, consent)


def _fields(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
