"""Keeps the words with the answers: what each question and answer looked like to the person when they handed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from casework.cases.dossier import Words
from casework.cases.summary import tells
from flows.answers import Reader
from flows.answers.gazetteer import Gazetteer
from flows.log import Value
from flows.script import Ask, Flow
from flows.wording import Wording

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Screen:
    """What it takes to show the person their answers as they saw them: the flow and the texts of this very moment.

    ``texts`` has values for placeholders by language; one without a value becomes an ellipsis.
    """

    flow: Flow
    wording: Wording
    gazetteer: Gazetteer
    day: date
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def words(
        self, answers: Mapping[str, Value], language: str, spoken: Mapping[str, str]
    ) -> Iterator[tuple[str, Words]]:
        """By question; ``spoken`` has the language of those answered in another one."""
        for name, value in answers.items():
            ask, theirs = self.flow.asks.get(name), spoken.get(name, language)
            if ask is not None and ask.label and tells(ask):
                reader = Reader(name, theirs, self.wording, self.gazetteer, self.day)
                yield name, Words(theirs, self._asked(ask, theirs), ask.kind.show(value, reader))

    def _asked(self, ask: Ask, language: str) -> str:
        known = self.texts.get(language, {})
        return PLACEHOLDER.sub(lambda found: known.get(found[1], "…"), self.wording.translate(ask.text, language))
