"""A case in words a coach can read: the answers under their labels, in the coach's language, by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from casework.cases.dossier import Dossier, Words
from flows.answers import Reader
from flows.answers.gazetteer import Gazetteer
from flows.answers.recap import Recap
from flows.log import Value
from flows.messages import Phrase
from flows.script import Ask, Flow
from flows.wording import Wording

Part: TypeAlias = Literal["appointment", "sessions", "basics", "barriers", "preferences", "private"]

HEADINGS: Mapping[Part, Phrase] = {
    "appointment": Phrase("Appointment and contact"),
    "sessions": Phrase("Group sessions"),
    "basics": Phrase("The person"),
    "barriers": Phrase("What makes working hard"),
    "preferences": Phrase("What the person wants"),
    "private": Phrase("Health: only with explicit consent"),
}
PARTS: Mapping[str, Part] = {
    "appointment": "appointment",
    "barriers": "barriers",
    "health": "private",
    "health_questions": "private",
    "preferences": "preferences",
    "business": "preferences",
    "work_details": "preferences",
    "job_service": "barriers",
    "customer": "preferences",
    "company": "preferences",
    "partner": "preferences",
    "need": "preferences",
    "other_door": "appointment",
}
"""Which part a question belongs to, by the flow file it stands in; in any other file it is ``basics``."""

TOGETHER = "coach:"
UNTOLD = frozenset({"slot", "language"})
"""Kinds of question that tell a coach nothing: the visit is shown as it is now, not as it was asked."""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer. ``value`` is empty where the person skipped; ``earlier`` is what they answered before, the latest
    first, each with the moment until which it stood.

    ``by`` names who else gave it (``casework.door.actors``): a coach who filled it in ``together`` with the person, or
    who settled it for them. ``seen`` has the words that the person saw, or that were read aloud to them.
    """

    question: str
    label: str
    value: str
    tier: str
    earlier: tuple[tuple[str, datetime], ...] = ()
    by: str = ""
    seen: Words | None = None

    @property
    def together(self) -> bool:
        return self.by.startswith(TOGETHER)


@dataclass(frozen=True, slots=True)
class Section:
    part: Part
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """What it takes to put answers into words: the flows as they are now, all texts, all places."""

    flows: Mapping[str, Flow]
    wording: Wording
    gazetteer: Gazetteer

    def sections(self, flow: str, dossier: Dossier, language: str) -> tuple[Section, ...]:
        """The case part by part, in the order of ``HEADINGS``; parts without answers are left out.

        Answers to questions that the flow no longer has are left out too: nobody could say what they mean.
        """
        told = list(self._told(self.flows[flow], dossier, language)) if flow in self.flows else []
        parts = ((part, tuple(line for of, line in told if of == part)) for part in HEADINGS)
        return tuple(Section(part, lines) for part, lines in parts if lines)

    def tiers(self, flow: str) -> Mapping[str, str]:
        """How private each question of the flow is."""
        asks = self.flows[flow].asks if flow in self.flows else {}
        return {question: ask.tier for question, ask in asks.items()}

    def label(self, flow: str, question: str | None, language: str) -> str:
        """What a question is called; empty for one that the flow does not have."""
        ask = self.flows[flow].asks.get(question or "") if flow in self.flows else None
        return self.wording.translate(ask.label, language) if ask and ask.label else ""

    def _told(self, flow: Flow, dossier: Dossier, language: str) -> Iterator[tuple[Part, Line]]:
        for ask in flow.asks.values():
            line = self._line(ask, dossier, language)
            if line is not None and ask.label and tells(ask):
                yield part_of(ask), line

    def _line(self, ask: Ask, dossier: Dossier, language: str) -> Line | None:
        newest = dossier.newest
        value, earlier = newest.answers.get(ask.id), dossier.earlier(ask.id)
        if value is None and not earlier and ask.id not in newest.skipped:
            return None
        reader = Reader(ask.id, language, self.wording, self.gazetteer, newest.at.date())
        by = newest.by.get(ask.id, "")
        asked = value is not None and (not by or by.startswith(TOGETHER))
        return Line(
            question=ask.id,
            label=self.wording.translate(ask.label, language),
            value=shown(ask, value, reader),
            tier=ask.tier,
            earlier=tuple((shown(ask, change.value, reader), change.until) for change in earlier),
            by=by,
            seen=dossier.words.get(ask.id) if asked else None,
        )


def tells(ask: Ask) -> bool:
    """Whether its answer says something about the person."""
    return ask.kind.expects not in UNTOLD and not isinstance(ask.kind, Recap)


def part_of(ask: Ask) -> Part:
    if ask.tier == "C":
        return "private"
    return PARTS.get(PurePosixPath(ask.where.file).stem, "basics")


def shown(ask: Ask, value: Value | None, reader: Reader) -> str:
    return "" if value is None else ask.kind.show(value, reader)
