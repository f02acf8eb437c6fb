"""The formulas for the reading level of Dutch and French, and their gates."""

from __future__ import annotations

import pytest

from flows.reading_level import ENOUGH, SYLLABLES, measure, sentences, too_hard


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


HARD = {
    "nl": "Onze organisatie faciliteert tewerkstellingsmaatregelen voor werkzoekenden.",
    "fr": "Notre organisation facilite prioritairement la réinsertion professionnelle.",
}
EASY = {"nl": "Ik werk nu. Jij werkt ook.", "fr": "Je vais au marché. Tu viens ?"}


@pytest.mark.parametrize(("language", "problem"), [("nl", "Douma"), ("fr", "Kandel-Moles")])
def test_enough_hard_text_falls_short_of_its_gate(language: str, problem: str) -> None:
    found = too_hard(measure([HARD[language]] * ENOUGH, language), language)
    assert found is not None
    assert found.startswith(problem)
    assert found.endswith("at least 80")


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_easy_text_passes_and_a_few_words_are_not_judged(language: str) -> None:
    assert too_hard(measure([EASY[language]] * ENOUGH, language), language) is None
    assert too_hard(measure([HARD[language]], language), language) is None


def test_a_colon_ends_a_sentence_and_a_french_question_mark_belongs_to_its_sentence() -> None:
    assert sentences("Je afspraak: morgen. Kom je?") == ["Je afspraak:", "morgen.", "Kom je?"]
    assert sentences("Vous venez ? Oui.") == ["Vous venez ?", "Oui."]
