"""Says chores and who fits them in words that staff read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date

from casework.cases.summary import Briefing, shown
from casework.local_work.fitting import Asks, Fit, Hinders, Speaks
from casework.local_work.matching import ASKED, KINDS
from flows.answers import Reader
from flows.log import Value
from flows.messages import Phrase

SPEAKS: Mapping[Speaks, Phrase] = {
    "likes": Phrase("Likes this work: {kinds}"),
    "near": Phrase("Lives in the same municipality"),
    "hours_left": Phrase("Can do so many hours more this month: {hours}"),
    "helps_nobody": Phrase("Helps nobody yet"),
}
ASKS: Mapping[Asks, Phrase] = {
    "work_unknown": Phrase("Which work is it, and does the person like it?"),
    "far": Phrase("It is in another municipality. The person wants to stay in the own one."),
    "lives_unknown": Phrase("Is it near enough?"),
    "until": Phrase("May work until {day}. Is that long enough?"),
}
HINDERS: Mapping[Hinders, Phrase] = {
    "other_work": Phrase("Likes other work: {likes}"),
    "no_hours": Phrase("No hours are left this month"),
    "months_over": Phrase("The months are over since {day}"),
    "no_rule": Phrase("There are no chores by law any more"),
}


@dataclass(frozen=True, slots=True)
class WorkWords:
    briefing: Briefing
    flow: str
    language: str

    def kinds(self, kinds: Iterable[str]) -> str:
        """Such as "at a school, fruit", in the order of the buttons; an id where the flow does not know it."""
        asks = self.briefing.flows[self.flow].asks if self.flow in self.briefing.flows else {}
        found = (asks[name].kind.options for name in (KINDS, ASKED) if name in asks)
        labels = {option.id: self.briefing.wording.translate(option.label, self.language) for option in next(found, ())}
        order = [*(id for id in labels if id in kinds), *sorted(id for id in kinds if id not in labels)]
        return ", ".join(labels.get(id, id) for id in order)

    def answer(self, question: str, answers: Mapping[str, Value], now: datetime) -> str:
        """What somebody answered, as a coach reads it; empty for no answer."""
        flow, value = self.briefing.flows.get(self.flow), answers.get(question)
        if flow is None or value is None or question not in flow.asks:
            return ""
        reader = Reader(question, self.language, self.briefing.wording, self.briefing.gazetteer, now.date())
        return shown(flow.asks[question], value, reader)

    def answers(self, questions: Iterable[str], answers: Mapping[str, Value], now: datetime) -> list[str]:
        """Of these questions the answers that there are."""
        return [told for question in questions if (told := self.answer(question, answers, now))]

    def speaks(self, fit: Fit) -> list[str]:
        return [self._said(SPEAKS[each], fit) for each in fit.speaks]

    def asks(self, fit: Fit) -> list[str]:
        return [self._said(ASKS[each], fit) for each in fit.asks]

    def hinders(self, fit: Fit) -> list[str]:
        return [self._said(HINDERS[each], fit) for each in fit.hinders]

    def _said(self, phrase: Phrase, fit: Fit) -> str:
        last, left = fit.helper.tally.last_day, fit.helper.tally.left
        return self.briefing.wording.translate(phrase.source, self.language).format(
            kinds=self.kinds(fit.shared),
            likes=self.kinds(fit.helper.kinds),
            hours="" if left is None else left,
            day=format_date(last, "d MMMM y", locale=self.language) if last else "",
        )
