"""Judges what there is for one person: it fits, it may fit if more were known, or it does not; and why.

What is not known is neither true nor false (Kleene's logic), so a judgement that is sure stays so whatever is answered
later, and an open one names what to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from flows.conditions import ALWAYS, All, AnyOf, Condition, Has, Is, Not, Test
from flows.log import DONT_KNOW, RATHER_NOT, Value

Verdict: TypeAlias = Literal["fits", "may_fit", "not"]
VERDICTS: tuple[Verdict, ...] = ("fits", "may_fit", "not")
VAGUE = frozenset({DONT_KNOW, RATHER_NOT, "not_sure"})
"""Answers that say that something is not known."""
PLACE = "place"
"""The question whose answer is where somebody lives."""


@dataclass(frozen=True, slots=True)
class Available:
    """Something in the catalogue, as far as the rule looks at it. ``themes`` are answers it helps with, such as
    ``barriers:childcare``; no ``towns`` or ``languages`` means any. ``first`` and ``last`` bound when it is there."""

    id: str
    themes: tuple[str, ...] = ()
    audience: Condition = ALWAYS
    towns: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None
    compulsory: bool = False


@dataclass(frozen=True, slots=True)
class Somebody:
    """What is known of a person. ``town`` is the municipality of today, ``None`` where it is not known."""

    answers: Mapping[str, Value]
    town: str | None
    language: str
    regions: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that counts: what it was looked at for, and whether that holds (``None``: it is not known)."""

    test: Test
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Lives:
    """Whether they live where it is."""

    holds: bool | None


@dataclass(frozen=True, slots=True)
class Speaks:
    """Whether it is in the language they speak with us; in another one they have to be asked."""

    holds: bool | None


@dataclass(frozen=True, slots=True)
class There:
    """Whether it is there on the day: ``since`` or ``until`` tells what is wrong with the day."""

    holds: bool | None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """It helps with something that the person did not name."""


Clue: TypeAlias = Elsewhere | Told | Lives | Speaks | There


@dataclass(frozen=True, slots=True)
class Judgement:
    """``because`` speaks for it, ``against`` rules it out, ``ask`` is what would have to be known to be sure."""

    id: str
    verdict: Verdict
    because: tuple[Clue, ...]
    ask: tuple[Clue, ...]
    against: tuple[Clue, ...]


def suggest(offers: Iterable[Available], person: Somebody, day: date) -> list[Judgement]:
    """A judgement for each: what fits first, then what helps with most. What can be imposed is never suggested."""
    judged = [judge(offer, person, day) for offer in offers if not offer.compulsory]
    return sorted(judged, key=_rank)


def judge(offer: Available, person: Somebody, day: date) -> Judgement:
    findings = list(_findings(offer, person, day))
    truths = [truth for truth, _ in findings]
    verdict = VERDICTS[0] if all(truths) else VERDICTS[2] if False in truths else VERDICTS[1]
    return Judgement(offer.id, verdict, _clues(findings, True), _clues(findings, None), _clues(findings, False))


def truth(condition: Condition, person: Somebody) -> bool | None:
    """Whether the condition holds; ``None`` where that depends on what is not known."""
    match condition:
        case All(parts):
            return _every(truth(part, person) for part in parts)
        case AnyOf(parts):
            return _inverse(_every(_inverse(truth(part, person)) for part in parts))
        case Not(part):
            return _inverse(truth(part, person))
        case _:
            return _test(condition, person)


def theme_test(theme: str, answers: Mapping[str, Value]) -> Test:
    """What it takes to have the theme: the answer chosen, or ticked among several."""
    question, _, option = theme.partition(":")
    return Has(question, option) if isinstance(answers.get(question), tuple) else Is(question, (option,))


def _findings(offer: Available, person: Somebody, day: date) -> Iterator[tuple[bool | None, tuple[Clue, ...]]]:
    """One after the other, what it takes, how that stands, and the clues that decide it."""
    if offer.themes:
        yield _helps(offer.themes, person)
    for part in offer.audience.parts if isinstance(offer.audience, All) else (offer.audience,):
        yield truth(part, person), tuple(_decisive(part, person))
    if offer.towns:
        lives = None if person.town is None else person.town in offer.towns
        yield lives, (Lives(lives),)
    if offer.languages:
        speaks = person.language in offer.languages or None
        yield speaks, (Speaks(speaks),)
    yield _season(offer, day)


def _helps(themes: tuple[str, ...], person: Somebody) -> tuple[bool | None, tuple[Clue, ...]]:
    helps = AnyOf(tuple(theme_test(theme, person.answers) for theme in themes))
    holds = truth(helps, person)
    return holds, (Elsewhere(),) if holds is False else tuple(_decisive(helps, person))


def _season(offer: Available, day: date) -> tuple[bool, tuple[Clue, ...]]:
    if offer.first is not None and day < offer.first:
        return False, (There(False, since=offer.first),)
    if offer.last is not None and day > offer.last:
        return False, (There(False, until=offer.last),)
    return True, ()


def _decisive(condition: Condition, person: Somebody) -> Iterator[Clue]:
    """The answers that make the condition what it is: true, false or open."""
    match condition:
        case All(parts) | AnyOf(parts):
            whole = truth(condition, person)
            for part in parts:
                if truth(part, person) is whole:
                    yield from _decisive(part, person)
        case Not(part):
            yield from _decisive(part, person)
        case _:
            yield Told(condition, _test(condition, person))


def _test(test: Test, person: Somebody) -> bool | None:
    value = person.answers.get(test.name)
    said = value if isinstance(value, tuple) else (value,)
    if value is None or (said and VAGUE.issuperset(map(str, said)) and not _names(test, said)):
        return None
    return test.holds(person.answers, person.regions)


def _names(test: Test, said: tuple[object, ...]) -> bool:
    """Whether the test asks for this very answer, however vague it is."""
    return isinstance(test, Is) and any(value in test.values for value in said)


def _every(truths: Iterable[bool | None]) -> bool | None:
    found = list(truths)
    return False if False in found else None if None in found else True


def _inverse(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _clues(findings: Iterable[tuple[bool | None, tuple[Clue, ...]]], wanted: bool | None) -> tuple[Clue, ...]:
    found = (clue for truth, clues in findings if truth is wanted for clue in clues)
    return tuple(dict.fromkeys(found))


def _rank(judgement: Judgement) -> tuple[int, int, int, str]:
    told = sum(isinstance(clue, Told) for clue in judgement.because)
    return VERDICTS.index(judgement.verdict), -told, len(judgement.ask), judgement.id
