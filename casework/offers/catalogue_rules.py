"""What entries of the catalogue may say about people: the themes and questions of a flow, and conditions on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from casework.cases.summary import PARTS, Briefing, Part
from casework.offers.suggesting import VAGUE
from casework.offers.written_conditions import BadCondition, read_condition
from flows.answers import Option
from flows.answers.choice import OneChoice
from flows.answers.choices import SeveralChoices
from flows.answers.gazetteer import Gazetteer
from flows.answers.yesno import YesNo
from flows.check import FACTS, unfit
from flows.conditions import Condition, tests
from flows.log import Value
from flows.script import Ask, Flow

THEME_QUESTIONS = ("barriers", "goal")
"""What an offer helps with is said by the answers to these: what makes work hard, and what somebody wants."""
ASKED_AT_DOORS = frozenset({"company_wish", "contact_with", "customer_who", "partner_about"})
"""What companies, customers and partners come for: what is for who comes for it needs no theme."""
ABOUT_THEM: tuple[Part, ...] = ("basics", "barriers", "preferences")


@dataclass(frozen=True, slots=True)
class Theme:
    """An answer that something can help with; ``id`` is written ``question:option``, ``label`` is its English text."""

    id: str
    label: str
    icon: str


def themes(flow: Flow) -> tuple[Theme, ...]:
    """Every theme of the flow, in the order in which it is asked; "nothing at all" is none."""
    asked = (flow.asks[name] for name in THEME_QUESTIONS if name in flow.asks)
    return tuple(
        Theme(f"{ask.id}:{option.id}", option.label, option.icon)
        for ask in asked
        for option in ask.kind.options
        if not option.alone and option.id not in VAGUE
    )


def askable(flow: Flow) -> Iterator[tuple[Part, Ask, tuple[Option, ...]]]:
    """The questions about the person whose answers a form lets tick: with options, and of no special category."""
    for ask in flow.asks.values():
        part = PARTS.get(PurePosixPath(ask.where.file).stem, "basics")
        choice = isinstance(ask.kind, OneChoice | SeveralChoices | YesNo)
        if choice and ask.tier != "C" and ask.label and part in ABOUT_THEM and ask.id not in THEME_QUESTIONS:
            yield part, ask, ask.kind.options


def several(flow: Flow) -> frozenset[str]:
    """The questions that take more than one answer."""
    return frozenset(ask.id for ask in flow.asks.values() if isinstance(ask.kind, SeveralChoices))


def read_rule(written: Any, flow: Flow) -> Condition:
    """For whom an entry is. Raises ``BadCondition``: it may ask for answers that the flow can have, and for nothing
    about the talk itself or about health."""
    condition = read_condition(written)
    for test in tests(condition):
        if test.name in FACTS or test.name in flow.dos:
            raise BadCondition(f"{test.name} is about the talk, not about the person", "name a question")
    for problem, remedy in unfit(flow, condition):
        raise BadCondition(problem, remedy)
    return condition


def towns(gazetteer: Gazetteer, postcodes: Iterable[str]) -> tuple[str, ...]:
    """The municipalities of today in which these postcodes lie."""
    return tuple(sorted({place.municipality for code in postcodes for place in gazetteer.codes.get(code, ())}))


def town_of(gazetteer: Gazetteer, place: Value | None) -> str | None:
    """The municipality of an answer to where somebody lives."""
    found = gazetteer.place(place) if isinstance(place, str) else None
    return found.municipality if found else None


def without_special(briefing: Briefing, flow: str, answers: Mapping[str, Value]) -> dict[str, Value]:
    """The answers that a suggestion may rest on: none of a special category."""
    tiers = briefing.tiers(flow)
    return {question: value for question, value in answers.items() if tiers.get(question, "C") != "C"}
