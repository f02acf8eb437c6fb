"""The first message of a talk: an organisation may write its own, as long as that says that a computer answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from casework.house import placeholders
from flows.script import Flow, Say
from flows.wording import Wording

STEP = "hello"
"""The statement of the flow that the organisation's own text takes the place of."""
PLACEHOLDERS = ("organisation",)
COMPUTER: Mapping[str, tuple[str, ...]] = {
    "nl": ("computer", "robot", "chatbot", "machine"),
    "fr": ("ordinateur", "robot", "chatbot", "machine"),
    "en": ("computer", "robot", "chatbot", "machine"),
}
"""By one of these words, by language, people know that nobody sits there (AI Act, article 50)."""


def says_one_of(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in it, as a word of its own."""
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words)


def says_who_answers(text: str, language: str) -> bool:
    """Whether it says that a computer does."""
    return says_one_of(text, COMPUTER.get(language, ()))


def flaws(greeting: Mapping[str, str], languages: Iterable[str]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What is missing or unknown in it: where, what, and what to do. Without any text the usual one is said."""
    if not any(greeting.values()):
        return
    for language in languages:
        if not greeting.get(language) and language != "en":
            yield (), f"no text in '{language}'", f"add a line '{language}: ...', or take all of it out"
    for language, text in greeting.items():
        if text and not says_who_answers(text, language):
            yield (language,), "it does not say that a computer answers", f"write {' or '.join(COMPUTER[language])}"
    yield from placeholders.flaws(greeting, PLACEHOLDERS)


def usual(flow: Flow | None) -> str:
    """What is said where the organisation wrote nothing, in English; empty for a flow without such a statement."""
    steps = flow.steps if flow else ()
    return next((step.text for step in steps if isinstance(step, Say) and step.id == STEP), "")


def greeted(wording: Wording, flow: Flow, greeting: Mapping[str, str]) -> Wording:
    """The wording in which the organisation's own first message is found; ``wording`` itself where it has none."""
    own, source = {language: text for language, text in greeting.items() if text}, usual(flow)
    if not own or not source:
        return wording
    languages = {*wording.catalogues, *own}
    catalogues = {language: dict(wording.catalogues.get(language, {})) for language in languages}
    for language, text in own.items():
        catalogues[language][source] = text
    return replace(wording, catalogues=catalogues)
