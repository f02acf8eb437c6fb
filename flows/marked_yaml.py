"""YAML that remembers on which line each thing stands, so that a mistake can be pointed at."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


class Misread(Exception):
    """A file that cannot be used as it is: where, what is wrong, and what to do about it."""

    def __init__(self, file: str, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{file}:{line}: {problem}. {remedy}")
        self.file = file
        self.line = line
        self.problem = problem
        self.remedy = remedy


class Marked(dict[Any, Any]):
    """A mapping that knows its line, and the line of each of its keys."""

    line: int = 1
    lines: dict[Any, int]

    def line_of(self, key: Any) -> int:
        return self.lines.get(key, self.line)


class _Loader(yaml.CSafeLoader):
    pass


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Marked:
    marked = Marked()
    marked.line = node.start_mark.line + 1
    marked.lines = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable) or key in marked:
            mark = key_node.start_mark
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands here twice", mark)
        marked[key] = loader.construct_object(value_node, deep=True)
        marked.lines[key] = key_node.start_mark.line + 1
    return marked


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(path: Path, shown: str | None = None) -> Marked:
    """The file's top mapping. Raises ``Misread`` for what is no YAML, or no mapping."""
    shown = shown or path.as_posix()
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Misread(shown, line, str(error.problem), "Mend the YAML at this place") from None
    except UnicodeDecodeError as error:
        raise Misread(shown, 1, "the file is not UTF-8", f"Save it as UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise Misread(shown, 1, f"it cannot be read ({error.strerror})", "Check the path and the rights") from None
    if not isinstance(data, Marked):
        raise Misread(shown, 1, "the file holds no mapping", "Begin it with `name: value` lines")
    return data
