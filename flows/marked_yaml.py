"""YAML that remembers on which line each thing stands, so that a mistake can be pointed at."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml

from flows.yaml_mistakes import explain

T = TypeVar("T")


class Misread(Exception):
    """A file that cannot be used as it is: where, what is wrong, and what to do about it."""

    def __init__(self, file: str, line: int, problem: str, remedy: str) -> None:
        problem, remedy = (" ".join(words.split()) for words in (problem, remedy))
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
        if not isinstance(key, Hashable):
            raise _wrong(key_node, f"{key!r} cannot be a key", "Write one word before the colon")
        if key in marked:
            raise _wrong(key_node, f"the key {key!r} stands here twice", "Keep one, or begin a new part with `- `")
        marked[key] = loader.construct_object(value_node, deep=True)
        marked.lines[key] = key_node.start_mark.line + 1
    return marked


def _wrong(node: yaml.Node, problem: str, remedy: str) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark, remedy)


def _read_by(construct: Callable[[Any, Any], Any]) -> Callable[[_Loader, yaml.ScalarNode], Any]:
    def constructed(loader: _Loader, node: yaml.ScalarNode) -> Any:
        try:
            return construct(loader, node)
        except ValueError:
            problem = f"{node.value[:40]!r} looks like a number or a date, and is none"
            raise _wrong(node, problem, "Put it between quotes") from None

    return constructed


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
for _tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp"):
    _Loader.add_constructor(_tag, _read_by(yaml.CSafeLoader.yaml_constructors[_tag]))


def parsed(path: Path, shown: str, parse: Callable[[str], T]) -> T:
    """What ``parse`` makes of the file's text. Raises ``Misread`` where it cannot be read, or is no YAML."""
    return parsed_bytes(path.read_bytes, shown, parse)


def parsed_bytes(fetch: Callable[[], bytes], shown: str, parse: Callable[[str], T]) -> T:
    """The same for what ``fetch`` brings."""
    try:
        text = fetch().decode("utf-8")
        return parse(text)
    except yaml.MarkedYAMLError as error:
        raise Misread(shown, *explain(error, text)) from None
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise Misread(shown, line, "a control character stands here", "Type this line anew") from None
    except RecursionError:
        raise Misread(shown, 1, "an alias (*) leads to itself", "Write out what it stands for") from None
    except UnicodeDecodeError as error:
        raise Misread(shown, 1, "the file is not UTF-8", f"Save it as UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise Misread(shown, 1, f"it cannot be read ({error.strerror})", "Check the path and the rights") from None


def read(path: Path, shown: str | None = None) -> Marked:
    """The file's top mapping. Raises ``Misread`` for what is no YAML, or no mapping."""
    shown = shown or path.as_posix()
    data = parsed(path, shown, lambda text: yaml.load(text, Loader=_Loader))  # noqa: S506 - a safe loader
    if not isinstance(data, Marked):
        raise Misread(shown, 1, "the file holds no mapping", "Begin it with `name: value` lines")
    return data
