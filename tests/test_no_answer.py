"""Words that are no answer are kept as none: what is denied, a question to us, "everything", a sentence as a name."""

from __future__ import annotations

import pytest

from flows.heard import Tap, Tapped
from tests.test_change_by_word import at, says
from tests.test_said_to_the_side import kept

NO_ANSWER = [
    ("nl", "goal", "eigenlijk geen opleiding"),
    ("nl", "goal", "toch geen job"),
    ("nl", "mobility", "sorry ik heb geen auto"),
    ("nl", "licence", "ja toch niet"),
    ("nl", "licence", "weet niet"),
    ("nl", "licence", "ik weet het echt niet"),
    ("nl", "licence", "ik begrijp u niet"),
    ("nl", "barriers", "alles"),
    ("nl", "barriers", "geen idee"),
    ("nl", "income", "wat is OCMW?"),
    ("nl", "income", "wat is een leefloon"),
    ("nl", "place", "ik weet mijn postcode niet"),
    ("nl", "name", "nee"),
    ("nl", "name", "34"),
    ("nl", "name", "weet ik niet"),
    ("nl", "name", "dat zeg ik niet"),
    ("nl", "name", "ik woon in Genk"),
    ("nl", "name", "ik ben 36 jaar"),
    ("nl", "name", "waarom wil je mijn naam kennen"),
    ("fr", "goal", "en fait pas une formation"),
    ("fr", "licence", "je ne sais vraiment pas"),
    ("fr", "licence", "je ne comprends pas la question"),
    ("fr", "barriers", "tout"),
    ("fr", "barriers", "aucune idée"),
    ("fr", "income", "c'est quoi le cpas"),
    ("fr", "name", "non merci"),
    ("fr", "name", "je sais pas"),
    ("fr", "name", "j'habite à Genk"),
    ("fr", "name", "pourquoi mon nom"),
]


@pytest.mark.parametrize(("language", "asked", "said"), NO_ANSWER)
def test_it_is_asked_again_and_nothing_is_kept(language: str, asked: str, said: str) -> None:
    talk = at(asked, language)
    question, before = talk.open, kept(talk)
    for _ in range(2):
        says(talk, said)
        assert kept(talk) == before
        assert talk.open is question


NAMES = [
    ("nl", "Fatma", "Fatma"),
    ("nl", "noem me maar Fatje", "Fatje"),
    ("nl", "ik ben Jan-Piet", "Jan-Piet"),
    ("nl", "Maria de los Angeles", "Maria de los Angeles"),
    ("nl", "Ben", "Ben"),
    ("fr", "je suis Sara", "Sara"),
    ("fr", "Marie-Claire", "Marie-Claire"),
    ("fr", "Noé", "Noé"),
]


@pytest.mark.parametrize(("language", "said", "name"), NAMES)
def test_a_name_is_a_name(language: str, said: str, name: str) -> None:
    talk = at("name", language)
    says(talk, said)
    assert talk.memory.value("name") == name


@pytest.mark.parametrize(
    ("language", "said", "question"),
    [
        ("nl", "ik woon niet in Genk", "place"),
        ("nl", "ik heet niet Fatma", "name"),
        ("fr", "je n'habite pas à Genk", "place"),
        ("fr", "je ne m'appelle pas Fatma", "name"),
    ],
)
def test_an_answer_that_is_denied_is_offered_to_be_asked_again(language: str, said: str, question: str) -> None:
    talk = at("duration", language)
    offer = says(talk, said)
    assert [button.tap for button in offer.buttons][:1] == [Tap(question, "~")]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "verkeerde knop"),
        ("nl", "sorry ik heb verkeerd geklikt"),
        ("nl", "het vorige antwoord is fout"),
        ("fr", "mauvais bouton"),
        ("fr", "pardon, j'ai mal cliqué"),
        ("fr", "je me suis trompé de bouton"),
    ],
)
def test_who_tapped_the_wrong_button_is_asked_the_latest_question_again(language: str, said: str) -> None:
    talk = at("licence", language)
    talk.hears(Tapped(Tap("licence", "yes")))
    says(talk, said)
    assert talk.open is talk.setting.flow.asks["licence"]


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "oeps nee"), ("nl", "ik bedoelde ja"), ("fr", "je voulais dire non")]
)
def test_a_slip_with_a_yes_or_no_is_about_the_question_before_where_this_one_takes_none(
    language: str, said: str
) -> None:
    talk = at("diploma", language, barriers=("transport",), licence="yes" if said[-1] != "a" else "no")
    before = talk.memory.value("licence")
    says(talk, said)
    assert talk.memory.value("diploma") is None
    says(talk, {"nl": "ja", "fr": "oui"}[language])
    assert {before, talk.memory.value("licence")} == {"yes", "no"}


def test_what_is_typed_joins_what_was_ticked() -> None:
    talk = at("barriers")
    talk.hears(Tapped(Tap("barriers", "+childcare")))
    says(talk, "taal")
    assert talk.memory.value("barriers") == ("childcare", "language")


def test_nothing_typed_after_ticks_is_nothing() -> None:
    talk = at("barriers")
    talk.hears(Tapped(Tap("barriers", "+childcare")))
    says(talk, "niets")
    assert talk.memory.value("barriers") == ("none",)


def test_what_is_typed_when_a_question_is_opened_again_is_the_whole_answer() -> None:
    talk = at("recap", barriers=("transport", "money"))
    talk.hears(Tapped(Tap("barriers", "~")))
    says(talk, "taal")
    assert talk.memory.value("barriers") == ("language",)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "ja hallo ik heet Fatma en ik woon in Genk en ik ben 36"),
        ("nl", "mijn naam is Fatma en ik zoek werk in een winkel of zo"),
        ("fr", "bonjour je m'appelle Fatma et j'habite à Genk depuis dix ans"),
    ],
)
def test_a_name_is_found_in_a_sentence_that_was_spoken(language: str, said: str) -> None:
    talk = at("name", language)
    says(talk, said)
    assert talk.memory.value("name") == "Fatma"
