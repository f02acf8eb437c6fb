"""Reads an organisation's file, and says in one line what is wrong with it, where, and what to do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from casework.door.sign_in_file import Provider, SignIn
from casework.hours.notation import Id
from casework.house.faq import Frequent, lacking, together
from casework.house.organisation import Area, Coach, Organisation, Place, Reminder, Visit
from casework.house.organisation_checks import complaints
from casework.offers import law
from casework.offers.catalogue import Contact, Entry, House
from casework.sessions.meeting_file import Meeting
from casework.sessions.session_file import Bus, GroupSession
from casework.steps.step_file import SmallSteps
from casework.talk.replies import NO_REPLIES, Reply
from flows.marked_yaml import Misread, parsed

IS_ID = re.compile(r"[a-z0-9-]{2,16}")
Keys: TypeAlias = tuple[str, ...]
T = TypeVar("T")

PLAIN = {
    "bool_parsing": ("is neither yes nor no", "write true or false"),
    "int_parsing": ("is no whole number", "write one such as 45"),
    "decimal_parsing": ("is no number", "write one such as 12 or 4.10"),
    "multiple_of": ("is no multiple of {multiple_of}", "use a multiple of {multiple_of}"),
    "less_than_equal": ("is more than {le}", "write {le} or less"),
    "greater_than_equal": ("is less than {ge}", "write {ge} or more"),
    "literal_error": ("is not known here", "write one of {expected}"),
    "tuple_type": ("is no list", "write a list: [one, two]"),
    "frozen_set_type": ("is no list", "write a list: [one, two]"),
    "mapping_type": ("has no lines under it", "write lines of 'name: value' under it"),
    "dict_type": ("has no lines under it", "write lines of 'name: value' under it"),
    "dataclass_type": ("has no lines under it", "write lines of 'name: value' under it"),
    "date_from_datetime_parsing": ("is no date", "write it as 2027-03-28"),
    "date_parsing": ("is no date", "write it as 2027-03-28"),
    "string_type": ("is no text", "write one line of text"),
}
FALLBACK = ("does not fit", "compare with the same line of another organisation")
UNKNOWN = "unexpected_keyword_argument"
MISSING = frozenset({"missing", "missing_argument"})


class BadOrganisation(Exception):
    """A file that cannot be used: one line with the file, the line in it, the problem and the remedy. ``line`` is 0 for
    a folder, or for a file as a whole."""

    def __init__(self, file: Path, line: int, problem: str, remedy: str) -> None:
        problem, remedy = (" ".join(words.split()) for words in (problem, remedy))
        super().__init__(f"{file}{f':{line}' if line else ''}: {problem}; {remedy}")
        self.file, self.line, self.problem, self.remedy = file, line, problem, remedy


class Marked:
    """A YAML document as plain strings, lists and dicts, and the line on which each of them begins."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: dict[Keys, int] = {}
        try:
            self.data = parsed(file, str(file), self._read)
        except Misread as found:
            raise BadOrganisation(file, found.line, found.problem, found.remedy) from None

    def bad(self, path: Keys, problem: str, remedy: str) -> BadOrganisation:
        known = next(path[:size] for size in range(len(path), -1, -1) if path[:size] in self.lines)
        place = ".".join(path)
        return BadOrganisation(self.file, self.lines[known], f"{place}: {problem}" if place else problem, remedy)

    def _read(self, text: str) -> Any:
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
        self.lines[()] = 1
        return self._plain(node, ()) if node else {}

    def _plain(self, node: yaml.Node, path: Keys) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self._plain(item, (*path, str(index))) for index, item in enumerate(node.value)]
            case _:
                return node.value

    def _mapping(self, node: yaml.MappingNode, path: Keys) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                line = key.start_mark.line + 1
                raise BadOrganisation(
                    self.file, line, "a list or a mapping stands for a name", "write one word before ':'"
                )
            inside = (*path, str(key.value))
            self.lines.setdefault(inside, key.start_mark.line + 1)
            if key.value in plain:
                line = key.start_mark.line + 1
                raise BadOrganisation(self.file, line, f"{'.'.join(inside)}: stands there twice", "keep one of them")
            plain[key.value] = self._plain(value, inside)
        return plain


def read_organisation(
    file: Path,
    shared: Mapping[str, Frequent],
    replies: Mapping[str, Reply] = NO_REPLIES,
    rules: law.Book = law.NO_RULES,
) -> Organisation:
    """The organisation in ``file``, with the questions, replies and rules of all; ``BadOrganisation`` if anything in
    it is wrong."""
    marked = Marked(file)
    own: Organisation = validated(marked, reader(Organisation))
    organisation = replace(
        own, faq=together(own.faq, shared), replies={**replies, **own.replies}, rules={**rules, **own.rules}
    )
    for complaint in complaints(organisation, file.parent.name):
        raise marked.bad(*complaint)
    return organisation


def read_faq(file: Path) -> Mapping[str, Frequent]:
    """The questions of all organisations; none where there is no such file. Raises ``BadOrganisation``."""
    if not file.exists():
        return {}
    marked = Marked(file)
    faq: dict[str, Frequent] = validated(marked, reader(dict[Id, Frequent]))
    for id, entry in faq.items():
        for path, problem, remedy in lacking(entry, tuple(entry.title)):
            raise marked.bad((id, *path), problem, remedy)
    return faq


def read_replies(file: Path) -> Mapping[str, Reply]:
    """The canned replies of all organisations; none where there is no such file. Raises ``BadOrganisation``."""
    return validated(Marked(file), reader(dict[Id, Reply])) if file.exists() else NO_REPLIES


def read_rules(folder: Path) -> law.Book:
    """The rules of law of all organisations, a file for each. Raises ``BadOrganisation``."""
    book: dict[str, law.Rule] = {}
    for file in sorted(folder.glob("*.yaml")):
        marked = Marked(file)
        if not IS_ID.fullmatch(file.stem):
            raise marked.bad((), f"'{file.stem}' cannot name a rule", "use 2 to 16 of a-z, 0-9 and '-' for the file")
        rule: law.Rule = validated(marked, reader(law.Rule))
        for complaint in law.complaints(rule):
            raise marked.bad(*complaint)
        book[file.stem] = rule
    return book


@cache
def reader(kind: Any) -> TypeAdapter[Any]:
    """What reads a kind of file: making it takes longer than most files do, so it is made once."""
    return TypeAdapter(kind)


def validated(marked: Marked, adapter: TypeAdapter[T]) -> T:
    """What stands in the file, as the adapter reads it. Raises ``BadOrganisation`` for the first thing wrong."""
    try:
        return adapter.validate_python(marked.data)
    except ValidationError as error:
        raise _explained(marked, error) from None


def _explained(marked: Marked, error: ValidationError) -> BadOrganisation:
    """The first problem; an unknown word comes before a missing one: it may be that word misspelt."""
    found = sorted(error.errors(include_url=False), key=lambda one: one["type"] in MISSING)[0]
    path = tuple(str(key) for key in found["loc"] if key != "[key]")
    context = found.get("ctx", {})
    if found["type"] == "misread":
        return marked.bad(path, context["problem"], context["remedy"])
    if found["type"] in MISSING:
        return marked.bad(path[:-1], f"'{path[-1]}' is missing", f"add a line '{path[-1]}: ...'")
    if found["type"] == UNKNOWN:
        return marked.bad(path, f"'{path[-1]}' is not known here", _spelling(path[-1]))
    problem, remedy = (words.format(**context) for words in PLAIN.get(found["type"], FALLBACK))
    return marked.bad(path, f"'{_shown(found['input'])}' {problem}", remedy)


def _shown(written: object) -> str:
    return " ".join(str(written).split())[:40]


def _spelling(word: str) -> str:
    near = difflib.get_close_matches(word, _known_words(), n=1)
    return f"did you mean '{near[0]}'?" if near else "take the line out"


def _known_words() -> set[str]:
    kinds = (
        Organisation,
        Coach,
        Place,
        Visit,
        Area,
        Reminder,
        Frequent,
        GroupSession,
        Bus,
        Meeting,
        SmallSteps,
        Reply,
        SignIn,
        Provider,
    )
    more = (Entry, House, Contact, law.Rule, law.Number, law.Dated)
    return {field.name for kind in (*kinds, *more) for field in fields(kind)}
