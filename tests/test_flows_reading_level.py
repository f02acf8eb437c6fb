"""The reading level of every flow file, in both languages."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from flows.catalogue import load_catalogues
from flows.extract import sources
from flows.reading_level import SYLLABLES, Measure, measure

ROOT = Path(__file__).parent.parent
CATALOGUES = load_catalogues(ROOT / "locales")
EXPLAINED = {"telefoonnummer", "arbeidsbeperking", "spraakberichten", "administration"}
"""Long words that have no shorter one, or that stand on people's own papers."""
ENOUGH = 100
"""The formulas say little about fewer words than this."""


def running_texts() -> dict[str, list[str]]:
    """Per flow file its sentences; and under ``engine`` those of the engine itself."""
    files: dict[str, list[str]] = defaultdict(list)
    for source in sources(ROOT):
        note = " ".join(source.notes)
        if source.file.endswith(".yaml") and not note.startswith(("button", "name of", "title")):
            files[source.file].append(source.text)
        elif source.file.startswith("flows/"):
            files["engine"].append(source.text)
    return files


TEXTS = running_texts()


def level(file: str, language: str) -> Measure:
    return measure([CATALOGUES[language][text] for text in TEXTS[file]], language)


@pytest.mark.parametrize("file", sorted(TEXTS))
def test_the_dutch_of_a_flow_is_easy_to_read(file: str) -> None:
    found = level(file, "nl")
    assert found.words < ENOUGH or (found.douma >= 80 and found.brouwer >= 75), found


@pytest.mark.parametrize("file", sorted(TEXTS))
def test_the_french_of_a_flow_is_easy_to_read(file: str) -> None:
    found = level(file, "fr")
    assert found.words < ENOUGH or found.kandel_moles >= 80, found


@pytest.mark.parametrize(("language", "long"), [("nl", 14), ("fr", 13)])
def test_long_words_are_those_that_cannot_be_avoided(language: str, long: int) -> None:
    shown = " ".join(CATALOGUES[language][text] for texts in TEXTS.values() for text in texts)
    words = {word.strip("«».,:;?!()\"'") for word in shown.lower().split() if not set(word) & set("{@")}
    assert {word for word in words if len(word) >= long and word not in EXPLAINED and "'" not in word} == set()


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [
        ("werk", "nl", 1),
        ("moeilijk", "nl", 2),
        ("antwoorden", "nl", 3),
        ("geeuwen", "nl", 2),
        ("travail", "fr", 2),
        ("bateau", "fr", 2),
        ("madame", "fr", 2),
        ("parlent", "fr", 1),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, language: str, count: int) -> None:
    assert SYLLABLES[language](word) == count


def test_longer_sentences_and_longer_words_are_harder() -> None:
    easy = measure(["Ik werk. Jij werkt."], "nl")
    hard = measure(["Onze organisatie faciliteert tewerkstellingsmaatregelen voor werkzoekenden."], "nl")
    assert easy.douma > 100 > 50 > hard.douma
    assert easy.brouwer > hard.brouwer
