"""Rules of law as dated data: since when and until when a rule holds, its numbers, and when somebody last looked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from casework.hours.notation import Id, Texts
from casework.hours.verified import Verified, is_old

STRICT = ConfigDict(extra="forbid", defer_build=True)
Unit: TypeAlias = Literal["hours", "days", "months", "years", "euro", "percent", "age", "people", "km"]
UNITS: tuple[Unit, ...] = get_args(Unit)
READ_IN = ("nl", "fr")
"""The languages in which staff read them."""
Complaint: TypeAlias = tuple[tuple[str, ...], str, str]
"""Where in the file, what is wrong there, and what to do."""


@dataclass(frozen=True, slots=True, config=STRICT)
class Dated:
    """What a number is from ``valid_from`` through ``valid_to``."""

    value: Decimal
    valid_from: date
    source: str
    last_verified: Verified
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Number:
    """One number of a rule: what it says, and what it was and is, the oldest first."""

    title: Texts
    unit: Unit
    dated: tuple[Dated, ...]

    def on(self, day: date) -> Dated | None:
        """What it is that day."""
        return next((each for each in self.dated if _within(day, each.valid_from, each.valid_to)), None)


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Rule:
    """A rule that somebody else makes. What rests on one that is ``compulsory`` can be imposed on people."""

    title: Texts
    valid_from: date
    source: str
    last_verified: Verified
    valid_to: date | None = None
    compulsory: bool = False
    numbers: Mapping[Id, Number] = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        return _within(day, self.valid_from, self.valid_to)


Book: TypeAlias = Mapping[str, Rule]
"""Every rule, by the name of its file."""
NO_RULES: Book = MappingProxyType({})


def stretch(ids: Iterable[str], book: Book) -> tuple[date | None, date | None]:
    """The first and the last day on which all these rules hold; one that is not in the book any more never does."""
    named = [book.get(id) for id in ids]
    if not named:
        return None, None
    begins = max((rule.valid_from for rule in named if rule), default=None)
    ends = (date.min if rule is None else rule.valid_to for rule in named)
    return begins, min((end for end in ends if end is not None), default=None)


def imposes(ids: Iterable[str], book: Book) -> bool:
    """Whether one of these rules can oblige somebody."""
    return any(book[id].compulsory for id in ids if id in book)


def not_verified_since(book: Book, day: date) -> Iterator[str]:
    """The rules, and the numbers in them (``rule.number``), that nobody has looked at on or after ``day``."""
    for id, rule in book.items():
        if is_old(rule.last_verified, day):
            yield id
        for name, number in rule.numbers.items():
            if any(is_old(each.last_verified, day) for each in number.dated if each.valid_to is None):
                yield f"{id}.{name}"


def complaints(rule: Rule) -> Iterator[Complaint]:
    """What cannot be so in a rule: where, what, and what to do."""
    yield from _unsaid(("title",), rule.title)
    yield from _span((), rule.valid_from, rule.valid_to)
    if not rule.source.strip():
        yield ("source",), "nothing stands here", "say where the rule can be read"
    for name, number in rule.numbers.items():
        here = ("numbers", name)
        yield from _unsaid((*here, "title"), number.title)
        yield from _in_time(here, number)


def _in_time(here: tuple[str, ...], number: Number) -> Iterator[Complaint]:
    if not number.dated:
        yield (*here, "dated"), "there is no value", "add a line with value, valid_from, source and last_verified"
    for at, each in enumerate(number.dated):
        place = (*here, "dated", str(at))
        yield from _span(place, each.valid_from, each.valid_to)
        if not each.source.strip():
            yield (*place, "source"), "nothing stands here", "say where the number can be read"
    for at, (before, after) in enumerate(pairwise(number.dated), 1):
        if before.valid_to is None or before.valid_to + timedelta(days=1) > after.valid_from:
            remedy = "end the older value (valid_to) on the day before the newer one begins"
            yield (*here, "dated", str(at)), "two values hold on the same day", remedy


def _unsaid(here: tuple[str, ...], texts: Texts) -> Iterator[Complaint]:
    for language in READ_IN:
        if not texts.get(language, "").strip():
            yield here, f"nothing in '{language}'", f"add '{language}: ...'"


def _span(here: tuple[str, ...], first: date, last: date | None) -> Iterator[Complaint]:
    if last is not None and last < first:
        yield (*here, "valid_to"), "it ends before it begins", "put the earlier day under valid_from"


def _within(day: date, first: date, last: date | None) -> bool:
    return first <= day and (last is None or day <= last)
