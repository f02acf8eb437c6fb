"""Several answers in one message: all of them are heard, each in its place, and nothing is heard that was not said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.heard import Said, Started, Tap, Tapped
from flows.log import Value
from tests.pure_talk import Talk, scenes
from tests.test_change_by_word import at, says


def at_the_door(organisation: str, language: str) -> Talk:
    talk = Talk(scenes()[organisation, "web"])
    talk.hears(Started())
    talk.hears(Tapped(Tap("language", language)))
    talk.hears(Tapped(Tap("privacy", "yes")))
    return talk


EVERYTHING = [
    ("genk", "nl", "ik ben ahmed, ik ben 29 jaar, ik woon in genk en ik zoek werk", "ahmed", "3600:Genk"),
    ("genk", "nl", "hallo ik heet Ahmed ik ben 29 jaar en ik woon in genk en ik zoek werk", "Ahmed", "3600:Genk"),
    (
        "jobin",
        "fr",
        "bonjour je m'appelle Ahmed j'ai 29 ans j'habite à Liège et je cherche du travail",
        "Ahmed",
        "4000:Luik",
    ),
]


@pytest.mark.parametrize(("organisation", "language", "said", "name", "place"), EVERYTHING)
def test_who_tells_everything_at_once_is_asked_none_of_it(
    organisation: str, language: str, said: str, name: str, place: str
) -> None:
    talk = at_the_door(organisation, language)
    answer = says(talk, said)
    assert {key: talk.result[key] for key in ("path", "age", "name", "place")} == {
        "path": "full",
        "age": "from_26",
        "name": name,
        "place": place,
    }
    assert answer.question == "goal"
    assert answer.text.count("✓") == 3


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "Ik ben Fatma, ik woon in Genk en ik zoek werk"),
        ("nl", "ik heet Fatma en ik woon in Genk"),
        ("fr", "je m'appelle Fatma et j'habite à Genk"),
    ],
)
def test_a_name_and_a_town_are_two_answers(language: str, said: str) -> None:
    talk = at("name", language)
    says(talk, said)
    assert (talk.result["name"], talk.result["place"]) == ("Fatma", "3600:Genk")


@pytest.mark.parametrize(
    ("language", "said"),
    [("nl", "ik ben ziek, ik kan niet werken"), ("fr", "je suis malade, je ne peux pas travailler")],
)
def test_a_sentence_about_something_else_is_no_name(language: str, said: str) -> None:
    talk = at("name", language)
    says(talk, said)
    assert "name" not in talk.result


def test_a_greeting_is_no_name_and_another_age_is_offered() -> None:
    talk = at("name")
    offer = says(talk, "hallo ik heet ahmed ik ben 52 jaar en ik woon in genk")
    assert talk.result["name"] == "ahmed"
    assert "50 tot 54 jaar" in offer.text


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "een job en ik heb geen auto"), ("fr", "un travail et je n'ai pas de voiture")]
)
def test_a_choice_counts_with_a_remark_behind_it(language: str, said: str) -> None:
    talk = at("goal", language)
    says(talk, said)
    assert talk.memory.value("goal") == "job"


def test_only_what_comes_next_is_heard_and_no_question_is_left_out() -> None:
    talk = at("goal")
    says(talk, "een job, ik kom met de bus")
    assert talk.open is not None
    assert talk.open.id == "barriers"


BORN = [
    ("nl", "12/05/1988", "from_34"),
    ("nl", "ik ben 12.5.1988", "from_34"),
    ("nl", "ik ben geboren op 12 mei 1988", "from_34"),
    ("nl", "1988", "from_34"),
    ("nl", "36jaar", "from_34"),
    ("fr", "né en 1988", "from_34"),
    ("fr", "le 15 mars 1990", "from_34"),
    ("fr", "15-03-90", "from_34"),
    ("fr", "36ans", "from_34"),
    ("nl", "1 mei 2010", "under_18"),
    ("nl", "3e", "from_26"),
]


@pytest.mark.parametrize(("language", "said", "age"), BORN)
def test_who_says_when_they_were_born_is_as_old_as_that(language: str, said: str, age: str) -> None:
    talk = at("age", language)
    says(talk, said)
    assert talk.memory.value("age") == age


@pytest.mark.parametrize("said", ["12 mei", "4-5", "12/05", "15 mars"])
def test_a_day_without_a_year_is_no_age(said: str) -> None:
    talk = at("age")
    says(talk, said)
    assert talk.memory.value("age") is None


@pytest.mark.parametrize(("language", "said"), [("nl", "maandag"), ("fr", "lundi")])
@pytest.mark.parametrize("question", ["privacy", "path", "age"])
def test_a_day_is_no_answer_where_no_appointment_is_offered(question: str, language: str, said: str) -> None:
    talk = at(question, language)
    says(talk, said)
    assert talk.memory.value(question) is None


def test_a_year_that_can_be_two_ages_is_asked_further() -> None:
    answer = says(at("age"), "geboren in 1977")
    assert [button.label for button in answer.buttons] == ["34 tot 49 jaar", "50 tot 54 jaar"]


@pytest.mark.parametrize(("language", "said"), [("nl", "ik ben 12.5.1988"), ("fr", "j'ai 12.5.1988")])
@pytest.mark.parametrize("question", ["age", "licence"])
def test_nobody_is_taken_for_a_child_for_the_day_of_their_birth(question: str, language: str, said: str) -> None:
    talk = at(question, language)
    before = len(talk.log)
    talk.hears(Said(said))
    assert not talk.erased
    assert len(talk.log) > before
    assert talk.memory.value("age") != "under_18"


@pytest.mark.parametrize(
    ("language", "said"),
    [("nl", "ik weet niet wat dat is"), ("nl", "weet niet wat postcode is"), ("fr", "je ne sais pas ce que c'est")],
)
def test_who_does_not_know_their_postcode_lives_nowhere_yet(language: str, said: str) -> None:
    talk = at("place", language)
    says(talk, said)
    assert talk.memory.value("place") is None


@pytest.mark.parametrize(("language", "said"), [("nl", "ik heb geen adres"), ("fr", "je dors dans la rue")])
def test_who_has_no_address_reads_that_it_does_not_matter(language: str, said: str) -> None:
    talk = at("place", language)
    says(talk, said)
    assert {"nl": "vast adres hoeft niet", "fr": "Pas besoin d'adresse fixe"}[language] in talk.screen[-2].text
    says(talk, "Genk")
    assert talk.memory.value("place") == "3600:Genk"


@pytest.mark.parametrize(
    ("language", "question", "said", "value"),
    [
        ("nl", "path", "ik heb geen werk", "full"),
        ("fr", "path", "je n'ai pas de travail", "full"),
        ("nl", "path", "ik heb een winkel", "company"),
        ("nl", "housing", "ik ben dakloos", "no"),
        ("fr", "housing", "je dors dans la rue", "no"),
        ("nl", "privacy", "ja hoor, mevrouw", "yes"),
        ("fr", "privacy", "non merci madame", "no"),
        ("nl", "place", "36OO", "3600:Genk"),
        ("nl", "debt", "gaat je niks aan!!!", "rather_not"),
        ("fr", "debt", "ça vous regarde pas", "rather_not"),
        ("nl", "debt", "een beetje", "yes"),
        ("fr", "debt", "un peu", "yes"),
        ("nl", "mobility", "🚌🚲", ("bike", "bus")),
        ("nl", "licence", "ja👍", "yes"),
        ("nl", "diploma", "diploma uit Syrië", "abroad"),
        ("fr", "income", "mon mari travaille", "other"),
    ],
)
def test_words_that_people_use(language: str, question: str, said: str, value: Value) -> None:
    talk = at(question, language)
    says(talk, said)
    assert talk.memory.value(question) == value


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "ik ben verhuisd naar Aalst"), ("fr", "j'ai déménagé à Nieuwerkerken")]
)
@pytest.mark.parametrize("question", ["goal", "end"])
def test_who_moved_to_one_of_two_places_is_asked_which(question: str, language: str, said: str) -> None:
    talk = at(question, language)
    both = says(talk, said)
    assert len(both.buttons) > 1
    says(talk, "1")
    assert talk.memory.value("place") not in (None, "3600:Genk")


@pytest.mark.parametrize(("language", "past"), [("nl", "Die is nu voorbij"), ("fr", "Il est passé")])
def test_weeks_after_the_visit_nobody_reads_that_a_coach_is_still_to_read_the_answers(language: str, past: str) -> None:
    talk = at("end", language, book="yes")
    talk.now += timedelta(days=40)
    (bubble,) = talk.hears(Said({"nl": "hallo", "fr": "bonjour"}[language]))
    assert past in bubble.text
    assert {"nl": "Nieuwe afspraak", "fr": "Nouveau rendez-vous"}[language] in bubble.buttons[0].label
