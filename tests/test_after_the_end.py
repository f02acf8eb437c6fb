"""After the end: the menu is known by numbers, nothing is said twice in a row, and a kind word gets one back."""

from __future__ import annotations

from itertools import pairwise

import pytest

from flows.effects import CallPerson, KeepQuiet
from flows.heard import Said
from tests.test_change_by_word import at, says
from tests.test_misses import HARD


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_what_is_not_understood_is_answered_in_another_way_each_time_and_a_person_is_offered(language: str) -> None:
    talk = at("end", language)
    said = [says(talk, HARD[number % len(HARD)]) for number in range(7)]
    assert all(one.text != following.text for one, following in pairwise(said))
    person = says(talk, HARD[0])
    while len(person.buttons) != 2:
        person = says(talk, HARD[0])
    talk.hears(Said({"nl": "ja", "fr": "oui"}[language]))
    assert any(isinstance(effect, CallPerson) for effect in talk.latest.effects)


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_each_button_of_the_menu_is_known_by_its_number(language: str) -> None:
    for number, button in enumerate(says(at("end", language), HARD[0]).buttons, 1):
        typed, tapped = at("end", language), at("end", language)
        for talk in (typed, tapped):
            says(talk, HARD[0])
        says(typed, str(number))
        says(tapped, button.label)
        assert typed.screen[-1] == tapped.screen[-1]
        assert typed.screen[-1].text != says(at("end", language), HARD[0]).text


@pytest.mark.parametrize("words", ["afspraak", "mijn afspraak", "afzeggen?? nee"])
def test_a_part_of_a_button_of_the_menu_does_not_press_it(words: str) -> None:
    talk = at("end", book="yes")
    assert "Afspraak afzeggen" in [button.label for button in says(talk, HARD[0]).buttons]
    says(talk, words)
    booking = talk.memory.done["appointment"]
    assert booking.outcome["state"] == "booked"


@pytest.mark.parametrize(
    ("language", "word"), [("nl", "ok"), ("nl", "nee"), ("nl", "👍"), ("fr", "d'accord"), ("fr", "👍")]
)
def test_a_bare_word_is_answered_kindly_and_asks_nothing(language: str, word: str) -> None:
    talk = at("end", language)
    before = talk.result
    answer = says(talk, word)
    assert answer.text.startswith({"nl": "Goed.", "fr": "Bien."}[language])
    assert answer.buttons == ()
    assert talk.result == before


PARTING = {
    "nl": (
        "ok",
        "bedankt",
        "ok, heel erg bedankt hoor",
        "super, tot ziens",
        "❤️❤️",
        "😊",
        "fijne dag nog",
        "doei",
        "👍👍",
        "prima",
    ),
    "fr": (
        "ok",
        "merci",
        "merci beaucoup, bonne journée",
        "au revoir",
        "🙏",
        "super merci à vous aussi",
        "parfait",
        "👍",
    ),
}


@pytest.mark.parametrize(
    ("language", "word"), [(language, word) for language, words in PARTING.items() for word in words]
)
def test_no_kind_word_is_answered_with_the_same_sentence_twice_in_a_row(language: str, word: str) -> None:
    talk = at("end", language)
    before = talk.result
    said = [says(talk, word) for _ in range(5)]
    assert said[0].buttons == ()
    assert all(one.text != following.text for one, following in pairwise(said))
    assert not any("begreep" in bubble.text or "compris" in bubble.text for bubble in said)
    assert talk.result == before


@pytest.mark.parametrize(("language", "words"), PARTING.items())
def test_nor_are_several_different_ones(language: str, words: tuple[str, ...]) -> None:
    talk = at("end", language)
    said = [says(talk, word).text for word in (*words, *reversed(words))]
    assert all(one != following for one, following in pairwise(said))


@pytest.mark.parametrize(
    ("language", "rude"), [("nl", "stomme bot"), ("nl", "wat bedoel je"), ("fr", "ta gueule"), ("fr", "💥")]
)
def test_nor_is_anything_rude_or_unclear(language: str, rude: str) -> None:
    talk = at("end", language)
    said = [says(talk, rude).text for _ in range(5)]
    assert all(one != following for one, following in pairwise(said))


@pytest.mark.parametrize(("language", "said"), [("nl", "tot later"), ("nl", "doei"), ("fr", "au revoir")])
@pytest.mark.parametrize("question", ["goal", "end"])
def test_who_says_goodbye_still_gets_reminders(question: str, language: str, said: str) -> None:
    talk = at(question, language)
    answer = says(talk, said)
    assert answer.text.startswith({"nl": "Goed.", "fr": "Bien."}[language])
    assert not any(isinstance(effect, KeepQuiet) for effect in talk.latest.effects)
    assert not talk.memory.stopped


def test_who_asks_why_where_nothing_is_asked_gets_no_reason() -> None:
    assert not says(at("end"), "waarom").text.startswith("Ik vraag dit")
