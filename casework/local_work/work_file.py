"""What an organisation's file says of chores and of cheques."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from casework.hours.notation import Id, Texts
from casework.offers.law import Book

STRICT = ConfigDict(extra="forbid", defer_build=True)
Complaint: TypeAlias = tuple[tuple[str, ...], str, str]
Months: TypeAlias = Annotated[int, Field(ge=1, le=120)]
Euros: TypeAlias = Annotated[int, Field(ge=1, le=10_000_000)]
A_MONTH, A_YEAR, MONTHS = "hours-a-month", "hours-a-year", "months"
"""What the rule of law calls its limits."""


@dataclass(frozen=True, slots=True, config=STRICT)
class LocalWork:
    """Chores by a ``rule`` of law, which says how much somebody may do, and until when there are any at all.

    ``ask_after`` so many months the coach asks how it goes; so many months before the last one is over they are
    warned.
    """

    rule: Id
    ask_after: tuple[Months, ...] = ()
    warn_before: Months = 1


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Pot:
    """Cheques of one sort, ``amount`` euros each: no more than ``number`` of them, and no more than the ``budget``.

    They are given from ``valid_from`` through ``valid_to``, and used within ``use_within`` months. Who hands over these
    answers (``asked_by``, by question) asks for one.
    """

    id: Id
    title: Texts
    amount: Euros
    budget: Euros
    number: Annotated[int, Field(ge=1)]
    valid_from: date
    use_within: Months
    valid_to: date | None = None
    asked_by: Mapping[str, str] = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def flaws_of_work(work: LocalWork | None, rules: Book) -> Iterator[Complaint]:
    if work is None:
        return
    rule = rules.get(work.rule)
    if rule is None:
        yield ("rule",), f"there is no rule '{work.rule}'", "name a file of organisations/rules"
    elif lacking := [name for name in (A_MONTH, A_YEAR, MONTHS) if name not in rule.numbers]:
        yield ("rule",), f"it has no number {', '.join(lacking)}", "write them in the file of the rule"


def flaws_of_pot(pot: Pot, languages: tuple[str, ...]) -> Iterator[Complaint]:
    for language in languages:
        if not pot.title.get(language) and language != "en":
            yield ("title",), f"no text in '{language}'", f"add a line '{language}: ...'"
    if pot.amount > pot.budget:
        yield ("budget",), "it is not enough for one cheque", "write the money for all cheques together"
    if pot.valid_to is not None and pot.valid_to < pot.valid_from:
        yield ("valid_to",), "it ends before it begins", "put the earlier day under valid_from"
