"""A frequently asked question as people write it down: how it is asked, and the answer in each language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from casework.hours.notation import Id, Language, Texts
from casework.house import placeholders

PLACEHOLDERS = ("who_sees", "phone_line", "walk_in_line", "opening_hours", "organisation")
"""What an answer can be filled in with."""
LONGEST_TITLE = 20
"""Characters that fit on a button."""


@dataclass(frozen=True, slots=True, eq=False, config=ConfigDict(extra="forbid", defer_build=True))
class Frequent:
    """``title`` is its button, ``asked`` are sentences in which people ask it."""

    title: Texts = field(default_factory=dict)
    asked: Mapping[Language, tuple[str, ...]] = field(default_factory=dict)
    answer: Texts = field(default_factory=dict)

    def over(self, shared: Frequent) -> Frequent:
        """This one, with what it leaves out taken from ``shared``."""
        return replace(
            self,
            title=self.title or shared.title,
            asked=self.asked or shared.asked,
            answer=self.answer or shared.answer,
        )


def together(own: Mapping[Id, Frequent], shared: Mapping[Id, Frequent]) -> dict[Id, Frequent]:
    """An organisation's own questions first, and then those of all."""
    only_own = {id: entry for id, entry in own.items() if id not in shared}
    return only_own | {id: own[id].over(entry) if id in own else entry for id, entry in shared.items()}


def lacking(entry: Frequent, languages: Iterable[str]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What is missing, too long or filled in by nothing: where, what, and what to do. Nobody has to write English."""
    for language in languages:
        for part in ("title", "asked", "answer") if language != "en" else ():
            if not getattr(entry, part).get(language):
                yield (part,), f"nothing in '{language}'", f"add a line '{language}: ...'"
    for part, known in (("title", ()), ("answer", PLACEHOLDERS)):
        for path, problem, remedy in placeholders.flaws(getattr(entry, part), known):
            yield (part, *path), problem, remedy
    for language, title in entry.title.items():
        if len(title) > LONGEST_TITLE:
            yield ("title", language), f"'{title}' is too long for a button", f"use {LONGEST_TITLE} characters"
