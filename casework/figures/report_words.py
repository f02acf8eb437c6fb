"""The words of reports: what a column, a split and a part of it are called in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from babel import Locale
from babel.dates import format_date

from casework.cases.summary import Briefing
from casework.figures.merged_places import towns_by_id
from casework.figures.report_cells import NO_PROGRAMME, UNKNOWN
from casework.figures.reports import Report, Row, Table
from casework.house.organisation import Organisation
from flows.answers import Reader
from flows.messages import Phrase

HIDDEN = "·"
"""Stands for a number that nobody is shown."""
COLUMNS: Mapping[str, Phrase] = {
    "begun": Phrase("Begun"),
    "finished": Phrase("Became a case"),
    "left": Phrase("Left off"),
    "going_on": Phrase("Still going on"),
    "waiting": Phrase("Waits for a coach"),
    "accepted": Phrase("Taken on"),
    "revoked": Phrase("Withdrawn"),
    "work": Phrase("Work or own business"),
    "training": Phrase("Training"),
    "elsewhere": Phrase("Another service"),
    "stopped": Phrase("Stopped or out of reach"),
    "untold": Phrase("Not known"),
    "visits": Phrase("Appointments"),
    "came": Phrase("Came"),
    "missed": Phrase("Did not come"),
    "cancelled": Phrase("Cancelled"),
    "ahead": Phrase("Ahead, or not noted yet"),
    "referrals": Phrase("Referrals"),
    "prepared": Phrase("In preparation"),
    "sent": Phrase("Sent"),
    "under_way": Phrase("Under way"),
    "done": Phrase("Finished"),
    "ended": Phrase("Did not work out"),
    "walk_ins": Phrase("Came by"),
    "vacancies": Phrase("Vacancies found"),
    "filled": Phrase("Filled"),
    "still_open": Phrase("Still open"),
    "gone": Phrase("Gone"),
    "company_visits": Phrase("Visits to companies"),
    "people": Phrase("People"),
    "in_time": Phrase("A step done in time"),
    "done_later": Phrase("A step done later"),
    "none_done": Phrase("None done yet"),
    "two_weeks": Phrase("Within two weeks"),
    "four_weeks": Phrase("Within four weeks"),
    "eight_weeks": Phrase("Within eight weeks"),
    "past_eight": Phrase("After eight weeks"),
    "none_yet": Phrase("None yet"),
    "asked": Phrase("Asked"),
    "first": Phrase("Answered at once"),
    "later": Phrase("Answered after a miss"),
    "skipped": Phrase("Skipped"),
    "open": Phrase("Still open"),
    "again": Phrase("Asked again"),
    "helped": Phrase("Helped"),
    "corrected": Phrase("Changed later"),
}
SHARE = Phrase("Show-up rate")
SPLITS: Mapping[str, Phrase] = {
    "year": Phrase("Year"),
    "month": Phrase("Month"),
    "quarter": Phrase("Quarter"),
    "municipality": Phrase("Municipality"),
    "before": Phrase("Municipality before the mergers of 2025"),
    "language": Phrase("Language"),
    "channel": Phrase("Channel"),
    "goal": Phrase("What people want"),
    "door": Phrase("What people come for"),
    "site": Phrase("Nearest place of ours"),
    "kind": Phrase("Kind of appointment"),
    "way": Phrase("How it is held"),
    "entry": Phrase("Offer"),
    "question": Phrase("Question"),
}
USUAL_VISIT = Phrase("Appointment")
NOT_TOLD = Phrase("Not told")
SENSITIVE = Phrase("A sensitive offer")
IN_NONE = Phrase("In no programme")
CHANNELS: Mapping[str, Phrase] = {
    "telegram": Phrase("Telegram"),
    "web": Phrase("Web chat"),
    "phone": Phrase("Filled in together"),
    "terminal": Phrase("Terminal"),
}
WAYS: Mapping[str, Phrase] = {
    "office": Phrase("In the office"),
    "phone": Phrase("By phone"),
    "video": Phrase("By video"),
    "partner": Phrase("At a partner's"),
}
DOORS: Mapping[str, Phrase] = {
    "job_seeker": Phrase("Looks for work, or did not say"),
    "self_employment": Phrase("Own business"),
    "chores_customer": Phrase("Looks for a helper"),
    "company": Phrase("Company"),
    "partner": Phrase("Partner"),
    "other": Phrase("Something else"),
}
QUARTER = Phrase("Quarter {number}")
TIMES = frozenset({"year", "month", "quarter", "question"})
"""Splits with an order of their own; the others stand by name, which says nothing about who is many."""


@dataclass(frozen=True, slots=True)
class Words:
    """``offers`` has the titles of catalogue entries; a sensitive one has none."""

    organisation: Organisation
    briefing: Briefing
    language: str
    offers: Mapping[str, str] = field(default_factory=dict)

    def say(self, phrase: Phrase, **values: str) -> str:
        return self.briefing.wording.translate(phrase.source, self.language).format(**values)

    def columns(self, report: Report) -> list[str]:
        return [self.say(COLUMNS[column]) for column in report.columns]

    def split(self, split: str) -> str:
        return self.say(SPLITS[split])

    def rows(self, table: Table) -> list[tuple[str, Row]]:
        """The lines with their labels: time in its order, questions as they are asked, the rest by name."""
        named = [(self.value(table.split, row.value), row) for row in table.rows]
        if table.split == "question":
            order = {question: number for number, question in enumerate(self._questions())}
            return sorted(named, key=lambda line: order.get(line[1].value, len(order)))
        return named if table.split in TIMES else sorted(named, key=lambda line: (line[1].value == UNKNOWN, line[0]))

    def value(self, split: str, value: str) -> str:
        if value == UNKNOWN:
            return self.say(NOT_TOLD)
        maker = _MAKERS.get(split)
        return maker(self, value) if maker else value

    def _questions(self) -> list[str]:
        flow = self.briefing.flows.get(self.organisation.flow)
        return list(flow.asks) if flow else []

    def _month(self, value: str) -> str:
        return format_date(date(2000, int(value), 1), "LLLL", locale=self.language)

    def _quarter(self, value: str) -> str:
        return self.say(QUARTER, number=value)

    def _town(self, value: str) -> str:
        town = towns_by_id().get(value)
        return town.name(self.language) if town else value

    def _language(self, value: str) -> str:
        return Locale.parse(value).get_display_name(self.language) or value

    def _channel(self, value: str) -> str:
        return self.say(CHANNELS[value]) if value in CHANNELS else value

    def _way(self, value: str) -> str:
        return self.say(WAYS[value]) if value in WAYS else value

    def _door(self, value: str) -> str:
        return self.say(DOORS[value]) if value in DOORS else value

    def _site(self, value: str) -> str:
        place = self.organisation.places.get(value)
        return place.name if place else value

    def _goal(self, value: str) -> str:
        flow = self.briefing.flows.get(self.organisation.flow)
        ask = flow.asks.get("goal") if flow else None
        reader = Reader("goal", self.language, self.briefing.wording, self.briefing.gazetteer, date.min)
        return ask.kind.show(value, reader) if ask else value

    def _kind(self, value: str) -> str:
        visit, usual = self.organisation.visits.get(value), self.organisation.visit
        label = visit.label.get(self.language) if visit else None
        return label or (self.say(USUAL_VISIT) if value == usual.id else value)

    def _offer(self, value: str) -> str:
        if value == NO_PROGRAMME:
            return self.say(IN_NONE)
        return self.offers.get(value) or self.say(SENSITIVE)

    def _question(self, value: str) -> str:
        return self.briefing.label(self.organisation.flow, value, self.language) or value


_MAKERS: Mapping[str, Callable[[Words, str], str]] = {
    "month": Words._month,
    "quarter": Words._quarter,
    "municipality": Words._town,
    "before": Words._town,
    "language": Words._language,
    "channel": Words._channel,
    "way": Words._way,
    "goal": Words._goal,
    "door": Words._door,
    "site": Words._site,
    "kind": Words._kind,
    "entry": Words._offer,
    "question": Words._question,
}
