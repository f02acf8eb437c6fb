"""What every page of the catalogue needs beside its rows: themes, municipalities, partners and colleagues in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from aiohttp import web
from babel.dates import format_date
from babel.numbers import format_decimal
from sqlmodel import Session

from casework.cases.summary import HEADINGS
from casework.door.accounts import Account
from casework.door.audit_search import accounts
from casework.offers.catalogue import ANOTHER_SYSTEM, FROM_THE_FILE, Around
from casework.offers.catalogue_desk import FROM_FILE, Row, is_stale, rows, staff_names
from casework.offers.catalogue_rules import askable, several, themes, towns
from casework.offers.law import Book, Rule, Unit
from casework.offers.written_conditions import read_condition
from flows.answers import Option
from flows.conditions import ALWAYS
from flows.in_words import Teller
from flows.messages import Phrase
from flows.script import Ask, Flow
from staff.door import SIGNED_IN
from staff.office import OFFICE, Office
from staff.pages import language_name
from storage.tables import CatalogueEntry, Partner

AMOUNTS: Mapping[Unit, Phrase] = {
    "hours": Phrase("{value} hours"),
    "days": Phrase("{value} days"),
    "months": Phrase("{value} months"),
    "years": Phrase("{value} years"),
    "euro": Phrase("{value} euro"),
    "percent": Phrase("{value} percent"),
    "age": Phrase("{value} years old"),
    "people": Phrase("{value} people"),
    "km": Phrase("{value} kilometres"),
}


@dataclass(frozen=True, slots=True)
class Law:
    """A rule of law in words: its numbers of today, where it stands, and when somebody last looked."""

    title: str
    ended: bool
    numbers: Sequence[tuple[str, str]]
    source: str
    verified: date | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """``themes`` and ``owners`` are in words by id; ``partners`` are not put away, ``names`` are as the audit's."""

    office: Office
    account: Account
    flow: Flow
    themes: Mapping[str, str]
    towns: Sequence[str]
    partners: Mapping[str, Partner]
    owners: Mapping[str, str]
    names: Mapping[str, str]
    now: datetime

    @property
    def day(self) -> date:
        return self.now.astimezone(self.office.organisations[self.account.organisation].tz).date()

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that people are spoken with there, by the house or by one of its coaches."""
        house = self.office.organisations[self.account.organisation]
        spoken = (language for coach in house.coaches.values() for language in coach.languages)
        return tuple(dict.fromkeys((*house.languages, *spoken)))

    @property
    def written_in(self) -> tuple[str, ...]:
        """The languages in which an entry must be written, and those in which it may."""
        return self.office.organisations[self.account.organisation].languages

    @property
    def around(self) -> Around:
        return Around(self.written_in, self.themes, self.towns, self.partners, self.owners, self.rules)

    @property
    def rules(self) -> Book:
        """The rules of law of the house."""
        return self.office.organisations[self.account.organisation].rules

    def rule_title(self, id: str) -> str:
        """A rule in words; its id where it is no longer in the files."""
        return self.text(self.rules[id].title) if id in self.rules else id

    def rule_names(self) -> list[tuple[str, str]]:
        return [(id, self.rule_title(id)) for id in self.rules]

    def law(self, entry: CatalogueEntry) -> list[Law]:
        """The rules an entry rests on, with the numbers of today."""
        return [self._in_words(self.rules[id]) for id in entry.rules if id in self.rules]

    def _in_words(self, rule: Rule) -> Law:
        today = ((number, number.on(self.day)) for number in rule.numbers.values())
        numbers = [(self.text(number.title), self.amount(number.unit, now.value)) for number, now in today if now]
        return Law(self.text(rule.title), not rule.holds(self.day), numbers, rule.source, rule.last_verified)

    def amount(self, unit: Unit, value: Decimal) -> str:
        written = format_decimal(value, locale=self.account.language)
        return self.says(Phrase(AMOUNTS[unit].source, {"value": written}))

    def stale(self, row: Row) -> bool:
        """Whether somebody should look if it is still true."""
        return is_stale(row, self.day, self.rules)

    @property
    def several(self) -> frozenset[str]:
        return several(self.flow)

    def translate(self, source: str) -> str:
        return self.office.briefing.wording.translate(source, self.account.language)

    def says(self, phrase: Phrase) -> str:
        """A phrase of ours, translated and filled in."""
        return self.translate(phrase.source).format(**phrase.params)

    def text(self, texts: Mapping[str, str]) -> str:
        """A text in the reader's language, or in the first one that it has."""
        return texts.get(self.account.language) or next(iter(texts.values()), "")

    def audience(self, entry: CatalogueEntry) -> str:
        """For whom it is, as half a sentence; empty for everybody."""
        condition = read_condition(entry.fits)
        teller = Teller(self.flow, self.translate)
        return "" if condition == ALWAYS else teller.tells(condition)

    def questions(self) -> list[tuple[str, list[tuple[Ask, Sequence[Option]]]]]:
        """What an audience can be asked by: the questions with their options, by part of the dossier."""
        found: dict[str, list[tuple[Ask, Sequence[Option]]]] = {}
        for part, ask, options in askable(self.flow):
            found.setdefault(self.translate(HEADINGS[part].source), []).append((ask, options))
        return list(found.items())

    def answers(self) -> dict[str, str]:
        """Every answer that an audience can be asked by, in words."""
        return {
            f"{ask.id}:{option.id}": f"{self.translate(ask.label)}: {self.translate(option.label)}"
            for _, ask, options in askable(self.flow)
            for option in options
        }

    def changed_by(self, row: CatalogueEntry | Partner) -> str:
        if row.changed_by == FROM_FILE:
            return self.translate(FROM_THE_FILE.source)
        return self.names.get(row.changed_by) or self.translate(ANOTHER_SYSTEM.source)

    def speaks(self, languages: Sequence[str]) -> str:
        return ", ".join(language_name(language, self.account.language) for language in languages)

    def town_names(self) -> list[tuple[str, str]]:
        return [(town, town) for town in self.towns]

    def language_names(self) -> list[tuple[str, str]]:
        return [(language, language_name(language, self.account.language)) for language in self.languages]

    def on(self, day: date) -> str:
        return format_date(day, "d MMM y", locale=self.account.language)


async def shelf(request: web.Request) -> Shelf:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    return await office.ledger.read(partial(read_shelf, office=office, account=account))


def read_shelf(session: Session, office: Office, account: Account) -> Shelf:
    house = office.organisations[account.organisation]
    flow = office.briefing.flows[house.flow]
    translate = partial(office.briefing.wording.translate, language=account.language)
    return Shelf(
        office,
        account,
        flow,
        {theme.id: translate(theme.label) for theme in themes(flow)},
        towns(office.briefing.gazetteer, house.area),
        {partner.id: partner for partner in rows(session, Partner, house.id)},
        staff_names(session, house.id),
        accounts(session, house.id),
        office.now(),
    )
