"""Looks at how frequently asked questions are asked: no sentence may be a command, or belong to two questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from casework.house.organisations import FAQ, FILE
from flows.commands import recognise
from flows.faq import Faq
from flows.marked_yaml import Marked, Misread, read
from flows.wording import Wording


def unclear_faq(folder: Path, faqs: Mapping[str, Faq], wording: Wording) -> list[str]:
    """One line a problem, for the questions of each organisation (``faqs``); what is shared is reported once."""
    shared = shared_faq(folder)
    found: dict[str, None] = {}
    for organisation, faq in faqs.items():
        for file, entries in (shared, own_faq(folder, organisation)):
            found |= dict.fromkeys(map(str, unclear_questions(file, entries, wording, faq)))
    return list(found)


def shared_faq(folder: Path) -> tuple[Path, Marked]:
    """The file with the questions of all organisations, and what stands in it."""
    file = folder / FAQ
    return file, read(file) if file.exists() else Marked()


def own_faq(folder: Path, organisation: str) -> tuple[Path, Marked]:
    """The file of an organisation, and the questions of its own."""
    file = folder / organisation / FILE
    return file, read(file).get("faq") or Marked()


def unclear_questions(file: Path, entries: Marked, wording: Wording, faq: Faq) -> Iterator[Misread]:
    """``faq`` are all the questions that are asked beside those of ``file``."""
    for id, entry in entries.items():
        asked = entry.get("asked") or Marked()
        for language, sentences in asked.items():
            say = _complaint(file, id, asked.line_of(language))
            yield from (say(*problem) for problem in _unclear(id, sentences, wording, faq))


def _unclear(id: str, sentences: Iterable[str], wording: Wording, faq: Faq) -> Iterator[tuple[str, str]]:
    for sentence in sentences:
        command = recognise(sentence, wording, fuzzy=False)
        heard = faq.nearest(sentence).id
        if command:
            yield f"'{sentence}' is the command {command}", "Take it out"
        elif heard != id:
            yield f"'{sentence}' is heard as the question '{heard}'", "Say it in other words"


def _complaint(file: Path, id: str, line: int) -> Callable[[str, str], Misread]:
    shown = f"{file.parent.name}/{file.name}"
    return lambda problem, remedy: Misread(shown, line, f"{id}: {problem}", remedy)
