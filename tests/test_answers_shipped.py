"""The shipped flow with the shipped words: every button can also be typed, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from flows.answers import Option
from flows.answers.choice import OneChoice
from flows.answers.choices import SeveralChoices
from flows.catalogue import load_catalogues
from flows.check import sound_flow
from flows.script import Ask
from flows.wording import Wording
from flows.words import load_words
from tests.answering import ROOT, asked, reader, value

LANGUAGES = ("nl", "fr", "en")


@cache
def shipped() -> Wording:
    return Wording(load_catalogues(ROOT / "locales"), load_words(ROOT / "locales"))


def questions() -> list[Ask]:
    flow = sound_flow("intake", ROOT / "flows" / "scripts")
    return [ask for ask in flow.asks.values() if isinstance(ask.kind, OneChoice | SeveralChoices)]


def synonyms(ask: Ask, option: Option, language: str) -> Iterator[str]:
    words = shipped().words[language].options
    yield from words.get(f"{ask.id}.{option.id}", ())
    yield from words.get(option.id, ())


@pytest.mark.parametrize("ask", questions(), ids=lambda ask: ask.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_can_be_typed_as_its_label_its_number_or_another_word(ask: Ask, language: str) -> None:
    listening = reader(language, ask.id, shipped())
    for number, option in enumerate(ask.kind.options, 1):
        label = shipped().translate(option.label, language)
        for said in (label, label.upper(), str(number), *synonyms(ask, option, language)):
            reading = ask.kind.read(said, listening)
            assert value(reading) in (option.id, (option.id,)) or option.id in asked(reading), said


@pytest.mark.parametrize("ask", questions(), ids=lambda ask: ask.id)
def test_no_two_buttons_of_a_question_share_a_word(ask: Ask) -> None:
    for language in LANGUAGES:
        words = [word for option in ask.kind.options for word in set(synonyms(ask, option, language))]
        assert len(words) == len(set(words)), sorted(word for word in words if words.count(word) > 1)
