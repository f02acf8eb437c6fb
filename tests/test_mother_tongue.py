"""In which language people write: chat spelling, names and places, mixed words, and wishes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.opening import LOCALES, read_wording
from bot.scenes import SCRIPTS
from flows.check import sound_flow
from flows.load_tongues import load_tongues
from flows.marked_yaml import Misread
from flows.mother_tongue import Recognised, recognise_language
from tests.answering import HOSTILE, gazetteer

SENTENCES = yaml.safe_load((Path(__file__).parent / "language_sentences.yaml").read_text(encoding="utf-8"))
TONGUES = load_tongues(LOCALES)
SPOKEN = ("nl", "fr")


def heard(text: str) -> Recognised | None:
    return recognise_language(text, TONGUES)


def listed(part: str) -> list[tuple[str, str]]:
    return [(language, text) for language in SPOKEN for text in SENTENCES[language][part]]


def test_there_are_sixty_sentences_and_more_for_each_language() -> None:
    assert all(sum(map(len, SENTENCES[language].values())) >= 60 for language in SPOKEN)


@pytest.mark.parametrize(("language", "text"), listed("sure"))
def test_a_clear_sentence_is_followed_at_once(language: str, text: str) -> None:
    found = heard(text)
    assert found is not None
    assert (found.language, found.sure) == (language, True)


@pytest.mark.parametrize(("language", "text"), listed("maybe"))
def test_a_few_words_are_at_most_a_reason_to_ask(language: str, text: str) -> None:
    found = heard(text)
    assert found is None or (found.language, found.sure) == (language, False)


@pytest.mark.parametrize("text", [text for language in SPOKEN for text in SENTENCES[language]["nothing"]])
def test_short_answers_and_places_tell_nothing(text: str) -> None:
    assert heard(text) is None


@pytest.mark.parametrize("text", [*SENTENCES["nobody"]["names"], *SENTENCES["nobody"]["nothing"]])
def test_names_and_signs_tell_nothing(text: str) -> None:
    assert heard(text) is None


@pytest.mark.parametrize("text", SENTENCES["mixed"])
def test_mixed_words_are_never_sure(text: str) -> None:
    found = heard(text)
    assert found is None or not found.sure


@pytest.mark.parametrize(
    ("language", "text"), [(w, t) for w in ("nl", "fr", "tr", "en") for t in SENTENCES["wishes"][w]]
)
def test_a_language_can_be_asked_for_in_any_language(language: str, text: str) -> None:
    assert heard(text) == Recognised(language, sure=True, wished=True, about=True)


@pytest.mark.parametrize("text", SENTENCES["wishes"]["none"])
def test_who_speaks_about_a_language_does_not_ask_for_it(text: str) -> None:
    found = heard(text)
    assert found is None or not found.wished


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in SENTENCES["foreign"].items() for text in texts]
)
def test_languages_that_we_do_not_speak_are_recognised_too(language: str, text: str) -> None:
    found = heard(text)
    assert found is not None
    assert (found.language, found.sure) == (language, True)


def labels() -> Iterator[tuple[str, str]]:
    """Every button of every shipped question, in both languages."""
    wording = read_wording()
    flow = sound_flow("intake", SCRIPTS)
    for ask in flow.asks.values():
        for option in ask.kind.options:
            yield from ((language, wording.translate(option.label, language)) for language in SPOKEN)


def test_no_button_makes_the_talk_change_its_language() -> None:
    other = [(language, text) for language, text in labels() if (found := heard(text)) and found.language != language]
    assert other == []


def test_no_place_in_belgium_tells_a_language() -> None:
    names = {place.name(language) for place in gazetteer().values.values() for language in SPOKEN}
    assert [name for name in sorted(names) if heard(name)] == []


def test_short_answers_alone_or_two_together_are_never_sure() -> None:
    answers = [text for _, text in listed("nothing")]
    together = (*answers, *(f"{one}, {other}" for one, other in product(answers, answers)))
    assert [text for text in together if (found := heard(text)) and found.sure] == []


@given(st.sampled_from(listed("sure")), st.sampled_from(["!", " 🙂", "...", "  "]), st.booleans())
def test_capitals_signs_and_pictures_change_nothing(sentence: tuple[str, str], sign: str, loud: bool) -> None:
    text = sentence[1].upper() if loud else sentence[1]
    assert heard(sign + text + sign) == heard(sentence[1])


@given(st.text())
def test_whatever_is_typed_is_looked_at_without_a_mistake(text: str) -> None:
    found = heard(text)
    assert found is None or found.language


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_looked_at_too(text: str) -> None:
    heard(text)


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("wrods: [ik]", "tongue.yaml:1: unknown part 'wrods'"),
        ("words: [ik]\nalso: [no]", "tongue.yaml:2: False is not one word"),
        ("words: [ik ben]", "tongue.yaml:1: 'ik ben' is not one word"),
    ],
)
def test_a_mistake_in_a_list_is_shown_with_its_line(tmp_path: Path, page: str, problem: str) -> None:
    folder = tmp_path / "nl"
    folder.mkdir()
    (folder / "tongue.yaml").write_text(page, encoding="utf-8")
    with pytest.raises(Misread, match=re.escape(problem)):
        load_tongues(tmp_path)
