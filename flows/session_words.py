"""A group session in words: when, where, by which bus, with whom, what to bring, and where the person stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.dates import clock_time
from flows.messages import Phrase
from flows.session_card import SessionCard
from flows.talk import Setting

ICONS: Mapping[str, str] = {
    "information": "💡",
    "workshop": "🛠",
    "training": "🎓",
    "company_visit": "🚌",
    "speed_date": "💬",
    "network": "🤝",
}
VISIT = "company_visit"
NOTHING = Phrase("", fixed=True)


def named(text: Phrase, card: SessionCard) -> Phrase:
    """``text`` with the session's name and moment filled in."""
    return Phrase(text.source, {**text.params, "title": Phrase(card.title, fixed=True), "when": card.start})


def about(card: SessionCard, setting: Setting, language: str) -> tuple[Phrase, ...]:
    """What somebody must know to get there, a line each."""
    return tuple(_about(card, setting, language))


def _about(card: SessionCard, setting: Setting, language: str) -> Iterator[Phrase]:
    until = Phrase(clock_time(card.end, language, setting.zone), fixed=True)
    yield Phrase("When: {when}, until {end}.", {"when": card.start, "end": until})
    yield Phrase("Where: {where}.", {"where": Phrase(card.where, fixed=True)})
    if card.leaves:
        leaves = Phrase(clock_time(card.leaves, language, setting.zone), fixed=True)
        yield Phrase("The bus leaves at {time}. You get on here: {stop}.", {"time": leaves, "stop": _fixed(card.stop)})
    if card.trainers:
        yield Phrase("With: {names}.", {"names": _fixed(", ".join(card.trainers))})
    if card.host:
        visited = Phrase("You visit: {host}.") if card.kind == VISIT else Phrase("The company: {host}.")
        yield Phrase(visited.source, {"host": _fixed(card.host)})
    if card.jobs:
        yield Phrase("Jobs there: {jobs}.", {"jobs": _fixed(card.jobs)})
        yield Phrase("You may ask about the work, the hours and the way there.")
    if card.wishes_interview:
        yield Phrase("You have a job talk there.")
    if card.bring:
        yield Phrase("Bring with you: {things}.", {"things": _fixed(card.bring)})


def _fixed(text: str) -> Phrase:
    return Phrase(text, fixed=True)


def in_line(card: SessionCard) -> Phrase:
    """The honest place in the waiting list."""
    return Phrase("You are number {number} on the waiting list.", {"number": card.line})


def state_of(card: SessionCard) -> Phrase:
    """Where the person stands, or that there is no seat; nothing where they can simply sign up."""
    match card.state:
        case "enrolled":
            return Phrase("You are signed up.")
        case "waiting":
            return in_line(card)
        case "offered":
            return Phrase("A seat waits for you.")
        case "attended":
            return Phrase("You were there.")
        case _:
            return NOTHING if card.free else Phrase("All seats are taken.")
