"""A dossier in a few words: who it is, what is hard, what they want; from what the reader may see anyway."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from casework.cases.summary import Part, Section
from flows.french_signs import colon
from flows.neighbours import GO_THERE

FEW = 4
PARTS: tuple[Part, ...] = ("basics", "barriers", "preferences")
ABOUT_THE_TALK = frozenset({"privacy", "path", GO_THERE})
"""Questions about the talk itself: they tell nothing of the person."""
OF_ONE = 80
"""Longer answers stand below, in full."""


@dataclass(frozen=True, slots=True)
class Short:
    """Answers in the reader's language, the first few of each part; empty where there are none for them."""

    person: tuple[str, ...] = ()
    hard: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.person or self.hard or self.wants)


def in_short(sections: Iterable[Section], language: str) -> Short:
    told = {section.part: section for section in sections}
    return Short(*(tuple(_told(told[part], language))[:FEW] if part in told else () for part in PARTS))


def _told(section: Section, language: str) -> Iterator[str]:
    """ "26 to 33 years" says enough by itself, and so does what somebody ticked; "Yes" needs its question."""
    for line in section.lines:
        if line.question not in ABOUT_THE_TALK and 0 < len(line.value) <= OF_ONE:
            clear = section.part == "basics" or line is section.lines[0]
            yield line.value if clear else f"{line.label}{colon(language)} {line.value}"
