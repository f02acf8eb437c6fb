"""The Dutch and French catalogues: complete, alike in what they promise, and easy to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from flows.catalogue import load_catalogues, stale
from flows.extract import Source, sources

ROOT = Path(__file__).parent.parent
CATALOGUES = load_catalogues(ROOT / "locales")
SOURCES = list(sources(ROOT))
SCRIPTS = [source for source in SOURCES if source.file.endswith(".yaml")]
NOT_EASY = re.compile(
    r"\b(desgevallend|inzake|dient te|betrokkene|onverwijld|nonobstant|préalablement|le cas échéant|susmentionné)\b"
)
PROMISE = re.compile(r"\b(recht op|you have a right|have the right|droit à|avez droit)\b")
CONSENT = ("privacy", "health_ok")


def note(source: Source) -> str:
    return " ".join(source.notes)


def sentences(text: str) -> Iterator[int]:
    """How many words each sentence has. A sign that stands alone, as French puts it before "?", is no word."""
    for sentence in re.split(r"(?<=[.?!:])\s+(?![?!:])", text):
        yield len([word for word in sentence.split() if re.search(r"\w", word)])


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def in_every_language(texts: list[Source]) -> Iterator[tuple[Source, str, str]]:
    for source in texts:
        for language, catalogue in CATALOGUES.items():
            yield source, language, catalogue.get(source.text, "")
        yield source, "en", source.text


def test_nothing_is_missing_fuzzy_or_left_over() -> None:
    assert [str(problem) for problem in stale(ROOT / "locales", SOURCES)] == []


def test_there_is_a_dutch_and_a_french_catalogue() -> None:
    assert sorted(CATALOGUES) == ["fr", "nl"]


def test_a_translation_has_the_placeholders_of_its_source() -> None:
    wrong = [
        (source, text)
        for source, _, text in in_every_language(SOURCES)
        if placeholders(source.text) != placeholders(text)
    ]
    assert wrong == []


def test_a_button_and_a_label_have_at_most_twenty_characters() -> None:
    short = [source for source in SCRIPTS if "button" in note(source) or note(source).startswith("name of")]
    assert [text for _, _, text in in_every_language(short) if len(text) > 20] == []


def test_a_message_asks_one_thing() -> None:
    assert [text for _, _, text in in_every_language(SCRIPTS) if text.count("?") > 1] == []


def test_a_sentence_has_twelve_words_and_one_about_consent_fifteen() -> None:
    def most(source: Source) -> int:
        return 15 if any(name in note(source) for name in CONSENT) else 12

    long = [text for source, _, text in in_every_language(SCRIPTS) if max(sentences(text)) > most(source)]
    assert long == []


def test_a_message_has_at_most_forty_words() -> None:
    assert [text for _, _, text in in_every_language(SCRIPTS) if sum(sentences(text)) > 40] == []


def test_words_that_keep_people_out_are_not_used() -> None:
    assert [text for _, _, text in in_every_language(SOURCES) if NOT_EASY.search(text.lower())] == []


def test_nothing_is_promised_that_somebody_else_decides() -> None:
    assert [text for _, _, text in in_every_language(SCRIPTS) if PROMISE.search(text.lower())] == []


@pytest.mark.parametrize(("language", "other_form"), [("nl", r"\b(u|uw)\b"), ("fr", r"\b(tu|te|ton|tes)\b")])
def test_people_are_addressed_in_one_way(language: str, other_form: str) -> None:
    texts = CATALOGUES[language].values()
    assert [text for text in texts if re.search(other_form, text.lower())] == []


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_two_buttons_of_one_question_are_told_apart(language: str) -> None:
    buttons = [source for source in SCRIPTS if "button" in note(source)]
    shown = {(note(source), CATALOGUES[language][source.text].casefold()) for source in buttons}
    assert len(shown) == len({(note(source), source.text) for source in buttons})


def test_french_puts_a_space_before_its_double_signs() -> None:
    tight = re.compile(r"[^\s.?!…][?!:;](\s|$)")
    assert [text for text in CATALOGUES["fr"].values() if tight.search(text)] == []
