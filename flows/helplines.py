"""The telephone numbers of who listens and helps: which ones are shown, for what, in which language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flows.marked_yaml import Marked, Misread, read

TRIGGERS = ("danger", "suicide", "violence", "hopeless", "minor")
"""For what a number can be shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """A helpline. ``text`` is what is said of it, by language, and holds the number.

    ``last_verified`` is the day on which its number was last seen to be right; ``None``: nobody wrote one down.
    """

    number: str
    text: Mapping[str, str]
    source: str
    last_verified: date | None


@dataclass(frozen=True, slots=True)
class Helplines:
    """``triggers`` has, per language and trigger, the lines to show in their order."""

    triggers: Mapping[str, Mapping[str, tuple[Line, ...]]] = field(default_factory=dict)

    def texts(self, trigger: str, language: str) -> tuple[str, ...]:
        return tuple(line.text[language] for line in self.triggers.get(language, {}).get(trigger, ()))

    def numbers(self) -> Mapping[str, str]:
        """The number in each text, for a page that lets people tap it."""
        return {text: line.number for line in self._lines() for text in line.text.values()}

    def not_verified_since(self, day: date) -> tuple[str, ...]:
        """The numbers that nobody has verified on or after ``day``."""
        old = (line for line in self._lines() if line.last_verified is None or line.last_verified < day)
        return tuple(sorted({line.number for line in old}))

    def _lines(self) -> Iterator[Line]:
        return (line for triggers in self.triggers.values() for lines in triggers.values() for line in lines)


def load_helplines(file: Path) -> Helplines:
    """Raises ``Misread`` for the first mistake, with its line."""
    shown = "/".join(file.parts[-2:])
    page = read(file, shown)
    lines = {name: _line(entry, shown) for name, entry in _mapping(page, "lines", shown).items()}
    by_language = _mapping(page, "triggers", shown)
    return Helplines({language: _triggers(by_language, language, lines, shown) for language in by_language})


def _mapping(page: Marked, name: str, shown: str) -> Marked:
    found = page.get(name)
    if not isinstance(found, Marked):
        raise Misread(shown, page.line_of(name), f"{name} has no lines under it", "Write `name: ...` lines under it")
    return found


def _line(entry: Marked, shown: str) -> Line:
    match entry:
        case {
            "number": str(number),
            "text": Marked() as text,
            "source": str(source),
            "last_verified": (date() | "never") as day,
        }:
            for language, said in text.items():
                if number not in said:
                    raise Misread(shown, text.line_of(language), f"{number} is not in this text", "Write it in full")
            return Line(number, text, source, None if day == "never" else day)
        case _:
            remedy = 'It needs number ("112", in quotes), text, source and last_verified (2027-03-24, or never)'
            raise Misread(shown, entry.line, "this is no helpline", remedy)


def _triggers(page: Marked, language: str, lines: Mapping[str, Line], shown: str) -> Mapping[str, tuple[Line, ...]]:
    triggers = _mapping(page, language, shown)
    for trigger in TRIGGERS:
        if not triggers.get(trigger):
            raise Misread(shown, triggers.line, f"{language} has no numbers for {trigger}", f"Add `{trigger}: [...]`")
    for trigger, names in triggers.items():
        for name in names:
            if name not in lines or language not in lines[name].text:
                problem = f"{name!r} has no text in {language}"
                raise Misread(shown, triggers.line_of(trigger), problem, "Name a line above, and give it this language")
    return {trigger: tuple(lines[name] for name in names) for trigger, names in triggers.items()}
