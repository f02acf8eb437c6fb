"""Problems found in files that people write: where, what is wrong, and the remedy, one line each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flows.marked_yaml import Misread
from flows.script import Where


@dataclass(frozen=True, slots=True)
class Problem:
    where: Where
    text: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}. {self.remedy}"


def refuse_first(problems: Iterable[Problem]) -> None:
    """Raises ``Misread`` for the first of them, if there is one: later ones may only follow from it."""
    for problem in problems:
        raise Misread(problem.where.file, problem.where.line, problem.text, problem.remedy)


def known_or_near(word: str, known: Iterable[str]) -> str:
    """The remedy for a word that does not exist: the one that it looks like, or all that there are."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    return f"Did you mean {near[0]}?" if near else f"Known: {', '.join(names)}"


@dataclass(slots=True)
class Problems:
    """A list that grows while a file is read, so that one check shows everything that is wrong."""

    found: list[Problem] = field(default_factory=list)

    def add(self, where: Where, text: str, remedy: str) -> None:
        self.found.append(Problem(where, text, remedy))

    def add_misread(self, error: Misread) -> None:
        self.add(Where(error.file, error.line), error.problem, error.remedy)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self.found, key=lambda problem: (problem.where.file, problem.where.line)))

    def __bool__(self) -> bool:
        return bool(self.found)
