"""What is told in the same sentence as an answer is never lost: it is offered, or it stands before a deed is done."""

from __future__ import annotations

import pytest

from flows.effects import BookSlot, HandOver
from flows.heard import Said
from tests.test_change_by_word import at, says

AT_THE_LAST_QUESTION = [
    ("nl", "contact_way", "chat, en ik woon in Hasselt"),
    ("nl", "contact_way", "hier in de chat en ik woon in Hasselt"),
    ("nl", "phone", "0470 12 34 56 en ik woon in Hasselt"),
    ("fr", "contact_way", "ici dans le chat, et j'habite à Hasselt"),
    ("fr", "phone", "0470 12 34 56 et j'habite à Hasselt"),
]


@pytest.mark.parametrize(("language", "question", "said"), AT_THE_LAST_QUESTION)
def test_at_the_last_question_it_goes_to_the_coach_at_once_and_is_shown(
    language: str, question: str, said: str
) -> None:
    talk = at(question, language, contact_way="chat" if question == "contact_way" else "call")
    talk.hears(Said(said))
    (hand_over,) = (effect for effect in talk.latest.effects if isinstance(effect, HandOver))
    assert hand_over.answers["place"] == "3500:Hasselt"
    assert hand_over.answers[question] == ("chat" if question == "contact_way" else "+32470123456")
    shown = {"nl": "✓ Gemeente: 3500 Hasselt", "fr": "✓ Commune : 3500 Hasselt"}[language]
    assert any(shown in bubble.text for bubble in talk.screen[-4:])


def test_so_are_several_things_at_once() -> None:
    talk = at("contact_way")
    talk.hears(Said("chat, en ik woon in Hasselt en ik ben 52"))
    assert (talk.result["place"], talk.result["age"]) == ("3500:Hasselt", "from_50")


AT_A_TIME = [
    ("nl", "de eerste, en ik ben 52"),
    ("nl", "vrijdag om 10 uur en ik ben 52"),
    ("fr", "le premier et j'ai 52 ans"),
]


@pytest.mark.parametrize(("language", "said"), AT_A_TIME)
def test_at_a_free_time_the_visit_is_booked_with_it(language: str, said: str) -> None:
    talk = at("slot", language, book="yes")
    talk.hears(Said(said))
    (book,) = (effect for effect in talk.latest.effects if isinstance(effect, BookSlot))
    assert book.answers["age"] == "from_50"
    assert talk.booked == 1


WITH_A_NO = [("nl", "nee, en ik woon in Hasselt"), ("fr", "non, et j'habite à Hasselt")]


@pytest.mark.parametrize(("language", "said"), WITH_A_NO)
@pytest.mark.parametrize("question", ["licence", "book"])
def test_a_no_and_something_else_are_both_heard(question: str, language: str, said: str) -> None:
    talk = at(question, language)
    offer = says(talk, said)
    assert talk.memory.value(question) == "no"
    assert "3500 Hasselt" in offer.text
    says(talk, {"nl": "ja", "fr": "oui"}[language])
    assert talk.memory.value("place") == "3500:Hasselt"


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "ja, en ik woon in Hasselt"), ("fr", "oui, et j'habite à Hasselt")]
)
def test_before_the_free_times_it_is_offered_and_they_come_afterwards(language: str, said: str) -> None:
    talk = at("book", language)
    offer = says(talk, said)
    assert "3500 Hasselt" in offer.text
    times = says(talk, {"nl": "nee", "fr": "non"}[language])
    assert times.question == "slot"
    assert talk.memory.value("place") == "3600:Genk"


@pytest.mark.parametrize(("language", "said"), [("nl", "nee, ik woon in Hasselt"), ("fr", "en fait j'ai 52 ans")])
def test_small_words_before_a_correction_are_no_answer(language: str, said: str) -> None:
    talk = at("licence", language)
    says(talk, said)
    assert talk.memory.value("licence") is None
