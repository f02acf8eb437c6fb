"""Every text of ours that needs a translation, found in flow files and in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeAlias

import yaml
from babel.messages import frontend
from babel.messages.extract import extract_from_dir, extract_python

_TEXTS = ("text", "label", "why", "hint", "simpler")
_NOTES = {
    "say": "said to the person",
    "text": "question {id}",
    "label": "name of question {id} in the summary",
    "why": "why we ask {id}",
    "hint": "how to answer {id}",
    "simpler": "simpler words for question {id}",
}
_Found: TypeAlias = "tuple[int, None, str, list[str]]"


@dataclass(frozen=True, slots=True)
class Source:
    """A text to translate, and one place where it stands; ``notes`` help who translates it."""

    text: str
    file: str
    line: int
    notes: tuple[str, ...] = ()


def sources(root: Path) -> Iterator[Source]:
    """Every text under ``root`` that needs a translation, as ``babel.cfg`` there says where to look."""
    with (root / "babel.cfg").open(encoding="utf-8") as mapping:
        # Babel ships no types for this function.
        methods, options = frontend.parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    for file, line, text, notes, _ in extract_from_dir(root, methods, options, keywords={}):
        if isinstance(text, str):
            yield Source(text, file, line, tuple(notes))


def extract_code(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[Any]:
    """Babel's extractor for our code: the calls it is told of, and sentences that are public constants."""
    yield from (found for found in extract_python(file, keywords, tags, options) if found[2])
    file.seek(0)
    for node in ast.parse(file.read()).body:
        match node:
            case ast.Assign([ast.Name(name)], ast.Constant(str(text))) if (
                name.isupper() and name[0] != "_" and " " in text
            ):
                yield node.value.lineno, None, text, []


def extract(file: IO[bytes], keywords: object, tags: object, options: object) -> Iterator[_Found]:
    """Babel's extractor for flow files: each text with its line and a note to the translator."""
    root = yaml.compose(file, Loader=yaml.SafeLoader)
    fields = _fields(root)
    if "title" in fields:
        yield _found(fields["title"], "title of the flow")
    for step in _items(fields.get("steps")):
        yield from _step(_fields(step))


def _step(step: dict[str, yaml.Node]) -> Iterator[_Found]:
    if "say" in step:
        yield _found(step["say"], _NOTES["say"])
    if "ask" not in step:
        return
    question = str(step["ask"].value)
    for key in _TEXTS:
        if key in step:
            yield _found(step[key], _NOTES[key].format(id=question))
    for kind in ("choice", "choices"):
        for option in _fields(step.get(kind)).values():
            label = _fields(option).get("label", option)
            yield _found(label, f"button under question {question}, at most 20 characters")


def _found(node: yaml.Node, note: str) -> _Found:
    return node.start_mark.line + 1, None, " ".join(str(node.value).split()), [note]


def _fields(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
