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

from flows.file_texts import file_texts
from flows.marked_yaml import parsed_bytes

_NOTES = {
    "say": "said to the person",
    "text": "question {id}",
    "label": "name of question {id} in the summary",
    "why": "why we ask {id}",
    "hint": "how to answer {id}",
    "simpler": "simpler words for question {id}",
    "option": "button under question {id}, at most 20 characters",
    "title": "title of the flow",
}
_BUTTON = "button, at most 20 characters"
_BUTTONS = ("command", "Option")
_Found: TypeAlias = "tuple[int, None, str, list[str]]"


@dataclass(frozen=True, slots=True)
class Source:
    """A text to translate, and one place where it stands; ``notes`` help who translates it."""

    text: str
    file: str
    line: int
    notes: tuple[str, ...] = ()


def sources(root: Path, organisations: Path | None = None) -> Iterator[Source]:
    """Every text under ``root`` that needs a translation, as ``babel.cfg`` there says where to look, and those of
    organisations' own flow files where ``organisations`` is another folder than the one there."""
    with (root / "babel.cfg").open(encoding="utf-8") as mapping:
        # Babel ships no types for this function.
        methods, options = frontend.parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    for file, line, text, notes, _ in extract_from_dir(root, methods, options, keywords={}):
        if isinstance(text, str):
            yield Source(text, file, line, tuple(notes))
    if organisations and organisations.resolve() != (root / "organisations").resolve():
        for path in sorted(organisations.glob("*/flows/*.yaml")):
            yield from _elsewhere(path, path.relative_to(organisations.parent).as_posix())


def _elsewhere(path: Path, shown: str) -> Iterator[Source]:
    with path.open("rb") as file:
        for line, _, text, notes in extract(file, (), (), {}):
            yield Source(text, shown, line, tuple(notes))


def extract_code(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[Any]:
    """Babel's extractor for our code: the calls it is told of, and sentences that are public constants."""
    code = file.read()
    file.seek(0)
    if any(f"{name}(".encode() in code for name in keywords):
        on_choices = set(_on_choices(ast.parse(code)))
        found: Iterator[Any] = extract_python(file, keywords, tags, options)
        for line, name, text, notes in found:
            if _has_letters(text):
                button = name in _BUTTONS or text in on_choices
                yield line, name, text, [*notes, _BUTTON] if button else notes
    if options.get("constants") != "no":
        yield from _constants(ast.parse(code))


def _has_letters(text: str | tuple[str | None, ...] | None) -> bool:
    parts = text if isinstance(text, tuple) else (text,)
    return any(char.isalpha() for part in parts for char in part or "")


def _on_choices(tree: ast.Module) -> Iterator[str]:
    """The texts of ``Choice(Phrase("..."), ...)`` and of ``Link(...)``."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                ast.Name("Choice" | "Link"), [ast.Call(ast.Name("Phrase"), [ast.Constant(str(text)), *_]), *_]
            ):
                yield text


def _constants(tree: ast.Module) -> Iterator[_Found]:
    for node in tree.body:
        match node:
            case ast.Assign([ast.Name(name)], ast.Constant(str(text))) if (
                name.isupper() and name[0] != "_" and len(text.split()) > 1
            ):
                yield node.value.lineno, None, text, []


def extract(file: IO[bytes], keywords: object, tags: object, options: object) -> Iterator[_Found]:
    """Babel's extractor for flow files: each text with its line and a note to the translator."""
    shown = getattr(file, "name", "a flow file")
    root = parsed_bytes(file.read, shown, lambda text: yaml.compose(text, Loader=yaml.CSafeLoader))
    for found in file_texts(root):
        yield found.line, None, found.text, [_NOTES[found.part].format(id=found.question)]
