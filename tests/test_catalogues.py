"""The Dutch and French catalogues: complete, and alike in what they promise. `opstap check` measures the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.catalogue import load_catalogues, stale
from flows.extract import Source, sources

ROOT = Path(__file__).parent.parent
CATALOGUES = load_catalogues(ROOT / "locales")
PROMISE = re.compile(r"\b(recht op|you have a right|have the right|droit à|avez droit)\b")


@pytest.fixture(scope="module")
def found() -> list[Source]:
    """Every text in the code and in the files."""
    return list(sources(ROOT))


@pytest.fixture(scope="module")
def scripts(found: list[Source]) -> list[Source]:
    return [source for source in found if source.file.endswith(".yaml")]


def note(source: Source) -> str:
    return " ".join(source.notes)


def in_every_language(texts: list[Source]) -> Iterator[tuple[Source, str, str]]:
    for source in texts:
        for language, catalogue in CATALOGUES.items():
            yield source, language, catalogue.get(source.text, "")
        yield source, "en", source.text


def test_nothing_is_missing_fuzzy_or_left_over(found: list[Source]) -> None:
    assert [str(problem) for problem in stale(ROOT / "locales", found)] == []


def test_there_is_a_dutch_and_a_french_catalogue() -> None:
    assert sorted(CATALOGUES) == ["fr", "nl"]


def test_nothing_is_promised_that_somebody_else_decides(scripts: list[Source]) -> None:
    assert [text for _, _, text in in_every_language(scripts) if PROMISE.search(text.lower())] == []


@pytest.mark.parametrize(("language", "other_form"), [("nl", r"\b(u|uw)\b"), ("fr", r"\b(tu|te|ton|tes)\b")])
def test_people_are_addressed_in_one_way(language: str, other_form: str) -> None:
    texts = CATALOGUES[language].values()
    assert [text for text in texts if re.search(other_form, text.lower())] == []


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_two_buttons_of_one_question_are_told_apart(language: str, scripts: list[Source]) -> None:
    buttons = [source for source in scripts if "button" in note(source)]
    shown = {(note(source), CATALOGUES[language][source.text].casefold()) for source in buttons}
    assert len(shown) == len({(note(source), source.text) for source in buttons})


def test_french_puts_a_space_before_its_double_signs() -> None:
    tight = re.compile(r"[^\s.?!…][?!:;](\s|$)")
    assert [text for text in CATALOGUES["fr"].values() if tight.search(text)] == []
