"""After the end: the menu is known by numbers, nothing is said twice in a row, and a kind word gets one back."""

from __future__ import annotations

from itertools import pairwise

import pytest

from flows.effects import CallPerson
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
