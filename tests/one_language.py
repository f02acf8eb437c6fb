"""Looks whether a message of ours is in one language, whole: no English source, no key, nothing of another language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from flows.heard import SMALL_STEP
from flows.messages import Bubble, Button
from flows.talk import Setting
from flows.their_language import GO_ON_IN, ONLY
from flows.wording import Wording
from tests.stage import papers

LANGUAGES = ("nl", "fr")
KEY = re.compile(r"\b[a-z]{2,}_[a-z0-9_]{2,}\b|\{\w*\}")
"""An id such as ``from_26``, or a placeholder that nobody has filled."""
GAP = re.compile(r"\{\w*\}")
MOMENT = re.compile(r"\w+\.? \d{1,2}(er)? \w+\.?, \d{1,2}(\.\d\d|h\d\d)?( (uur|h)( \d\d)?)?")
"""A day and an hour on a button."""
LONGEST_NAME = 3
"""Words. What is shorter may well be the same in two languages, or a name."""
MEANT = ("Which language do you want", *(phrase.source for phrase in (*GO_ON_IN.values(), ONLY)))
"""What is said on purpose in all languages, or in the one that somebody seems to speak."""


def problems(setting: Setting, bubble: Bubble) -> list[str]:
    """What is wrong with a message, a line each."""
    asks = setting.flow.asks.get(bubble.question or "")
    if (asks and asks.kind.expects == "language") or any(said in bubble.text for said in _meant()):
        return [f"key in {text!r}" for text in _texts(bubble) if KEY.search(text)]
    found = [f"{trouble} in {text!r}" for text in _texts(bubble) for trouble in troubles(text, bubble.language)]
    labels = (button.label for button in (*bubble.buttons, *bubble.tools) if not _names_a_step(button))
    return found + [
        f"a button in no {bubble.language}: {label!r}" for label in labels if not _known(setting, bubble, label)
    ]


def troubles(text: str, language: str) -> Iterator[str]:
    """What shows that a text is not, or not only, in ``language``."""
    if KEY.search(text):
        yield "a key"
    foreign = _foreign(language)
    for word in dict.fromkeys(text.split()):
        yield from (f"{piece!r}" for piece in foreign.get(word, ()) if piece in text)


def _texts(bubble: Bubble) -> Iterable[str]:
    return (*bubble.text.split("\n"), *(button.label for button in (*bubble.buttons, *bubble.tools)))


@cache
def _foreign(language: str) -> Mapping[str, Sequence[str]]:
    """Stretches of English and of the other languages that stand in no text of ``language``, by their second word:
    it is a whole word too of every text that they stand in."""
    catalogues = papers().wording.catalogues
    others = [
        *catalogues[language],
        *(text for other in LANGUAGES if other != language for text in catalogues[other].values()),
    ]
    own = "\n".join(catalogues[language].values())
    found: dict[str, list[str]] = {}
    for piece in dict.fromkeys(piece for text in others for piece in _pieces(text) if piece not in own):
        found.setdefault(piece.split()[1], []).append(piece)
    return found


def _pieces(text: str) -> Iterator[str]:
    """The stretches between placeholders that are long enough to be told from a name."""
    return (piece.strip() for piece in GAP.split(text) if len(piece.split()) >= LONGEST_NAME)


@cache
def _labels(wording: Wording, language: str) -> frozenset[str]:
    """With those that the organisation gives its own choices."""
    return frozenset(wording.catalogues[language].values())


def _known(setting: Setting, bubble: Bubble, label: str) -> bool:
    """Whether a button says a text of ours, a time, a place, or what it names in its own words."""
    question = setting.flow.asks.get(bubble.question or "")
    options = question.kind.options if question else ()
    own = {option.label for option in options if option.own_words} | {"Nederlands", "Français", "English"}
    read = question is not None and question.kind.expects in ("slot", "place")
    lists = (_labels(setting.wording, bubble.language), own, setting.texts[bubble.language].values())
    named = (label, label.partition(" ")[2])
    return read or any(MOMENT.fullmatch(each) or any(each in known for known in lists) for each in named)


def _names_a_step(button: Button) -> bool:
    """In the words of the coach and the person who agreed on it."""
    return button.tap.question == SMALL_STEP and button.tap.option.startswith("show:")


@cache
def _meant() -> tuple[str, ...]:
    catalogues = papers().wording.catalogues
    sources = [source for source in catalogues["nl"] if any(begin in source for begin in MEANT)]
    return tuple(
        next(iter(_pieces(catalogues[language][source])), catalogues[language][source])
        for source in sources
        for language in LANGUAGES
    )
