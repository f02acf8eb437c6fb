"""Puts a judgement of an offer into words a coach reads: what speaks for it, what to ask, what rules it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import assert_never

from babel.dates import format_date

from casework.cases.summary import Briefing
from casework.offers.suggesting import Clue, Elsewhere, Lives, Somebody, Speaks, There, Told
from flows.answers import Reader
from flows.conditions import Has, Test
from flows.in_words import Teller
from flows.messages import Phrase
from flows.script import Flow

ANSWERED = Phrase("{label}: {answer}")
NEEDED = Phrase("{label}: {answer}. It takes: {needed}")
HELPS_ELSEWHERE = Phrase("It helps with something else")
LIVES_THERE = Phrase("Lives where it is")
LIVES_ELSEWHERE = Phrase("It is for people from {towns}")
ASK_TOWN = Phrase("In which town does the person live?")
SPEAKS_IT = Phrase("In the language the person speaks with us")
ASK_LANGUAGE = Phrase("It is in {languages}. Does the person understand that?")
BEGINS = Phrase("It begins on {day}")
ENDED = Phrase("It ended on {day}")


@dataclass(frozen=True, slots=True)
class Wordsmith:
    """``towns`` and ``languages`` are those of the entry, in words."""

    briefing: Briefing
    flow: str
    language: str
    person: Somebody
    day: date

    def says(self, clues: Iterable[Clue], towns: str, languages: str) -> list[str]:
        """A line for each clue, no line twice."""
        return list(dict.fromkeys(self._says(clue, towns, languages) for clue in clues))

    def _says(self, clue: Clue, towns: str, languages: str) -> str:
        match clue:
            case Told():
                return self._told(clue)
            case Elsewhere():
                return self._say(HELPS_ELSEWHERE)
            case Lives(None):
                return self._say(ASK_TOWN)
            case Lives(holds):
                return self._say(LIVES_THERE) if holds else self._say(LIVES_ELSEWHERE, towns=towns)
            case Speaks(holds):
                return self._say(SPEAKS_IT) if holds else self._say(ASK_LANGUAGE, languages=languages)
            case There(_, since, until):
                said, day = (BEGINS, since) if since else (ENDED, until)
                return self._say(said, day=format_date(day, "long", locale=self.language))
            case _:
                assert_never(clue)

    def _told(self, clue: Told) -> str:
        """What is open is named by its question alone; what rules out, with what it takes instead."""
        name, flow = clue.test.name, self._flow()
        label = self.briefing.label(self.flow, name, self.language) or name
        if clue.holds is None or flow is None:
            return label
        answer = (
            self._option(flow, clue.test) if isinstance(clue.test, Has) and clue.holds else self._answer(flow, name)
        )
        return self._say(ANSWERED, label=label, answer=answer)

    def needs(self, clues: Iterable[Clue], towns: str, languages: str) -> list[str]:
        """As ``says``, of what rules it out: what somebody said, and what it takes."""
        return list(dict.fromkeys(self._needs(clue, towns, languages) for clue in clues))

    def _needs(self, clue: Clue, towns: str, languages: str) -> str:
        flow = self._flow()
        if not isinstance(clue, Told) or flow is None:
            return self._says(clue, towns, languages)
        label = self.briefing.label(self.flow, clue.test.name, self.language) or clue.test.name
        translate = partial(self.briefing.wording.translate, language=self.language)
        needed = Teller(flow, translate).tells(clue.test, holds=not clue.holds)
        return self._say(NEEDED, label=label, answer=self._answer(flow, clue.test.name), needed=needed)

    def _answer(self, flow: Flow, name: str) -> str:
        value, ask = self.person.answers.get(name), flow.asks.get(name)
        if value is None or ask is None:
            return "?"
        reader = Reader(name, self.language, self.briefing.wording, self.briefing.gazetteer, self.day)
        return ask.kind.show(value, reader)

    def _option(self, flow: Flow, test: Test) -> str:
        """The one that counts, of several that were ticked."""
        options = flow.asks[test.name].kind.options if test.name in flow.asks else ()
        labels = (option.label for option in options if isinstance(test, Has) and option.id == test.option)
        return self.briefing.wording.translate(next(labels, test.name), self.language)

    def _flow(self) -> Flow | None:
        return self.briefing.flows.get(self.flow)

    def _say(self, phrase: Phrase, **values: str) -> str:
        return self.briefing.wording.translate(phrase.source, self.language).format(**values)
