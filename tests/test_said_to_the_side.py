"""A bare word answers what is on the screen, or nothing; an offer to change an answer waits while help is given."""

from __future__ import annotations

import pytest

from flows.heard import COMMAND, Said, Tap, Tapped
from flows.log import Answered, Skipped
from tests.pure_talk import Talk
from tests.test_change_by_word import at, says

YES = {"nl": ("ja", "ok", "ja graag"), "fr": ("oui", "d'accord", "bien sûr")}
NO = {"nl": ("nee", "liever niet", "toch niet"), "fr": ("non", "plutôt pas", "pas encore")}
UNSURE = {
    "nl": ("weet niet", "geen idee", "?", "misschien", "dat zeg ik niet"),
    "fr": ("je sais pas", "jsp", "?", "peut-être", "c'est privé"),
}
EITHER = [(language, word) for words in (YES, NO, UNSURE) for language, several in words.items() for word in several]
UNSURELY = [(language, word) for language, several in UNSURE.items() for word in several]
ASIDES = {
    "which answer to change": Tap(COMMAND, "change"),
    "which session": Tap(COMMAND, "sessions"),
    "how to go on": Tap(COMMAND, "hello"),
}


def kept(talk: Talk) -> list[object]:
    return [entry for entry in talk.log if isinstance(entry, Answered | Skipped)]


@pytest.mark.parametrize(("language", "word"), EITHER)
@pytest.mark.parametrize("aside", ASIDES)
@pytest.mark.parametrize("waiting", ["licence", "goal", "debt"])
def test_it_is_no_answer_to_the_question_that_waits(aside: str, waiting: str, language: str, word: str) -> None:
    talk = at(waiting, language)
    talk.hears(Tapped(ASIDES[aside]))
    before, question = kept(talk), talk.open
    says(talk, word)
    assert kept(talk) == before
    assert talk.open is question


@pytest.mark.parametrize(("language", "word"), UNSURELY)
def test_who_does_not_know_whether_to_change_changes_nothing(language: str, word: str) -> None:
    talk = at("goal", language)
    before = kept(talk)
    for offer in (
        {"nl": "nee ik ben 52", "fr": "non, j'ai 52 ans"}[language],
        {"nl": "adres", "fr": "adresse"}[language],
    ):
        says(talk, offer)
        assert says(talk, word).question == "goal"
        assert kept(talk) == before


def test_the_answer_itself_is_still_one() -> None:
    talk = at("goal")
    talk.hears(Tapped(Tap(COMMAND, "hello")))
    says(talk, "opleiding")
    assert talk.memory.value("goal") == "training"


def test_who_does_not_want_to_go_on_answers_nothing_by_saying_so_twice() -> None:
    talk = at("licence")
    talk.hears(Tapped(Tap(COMMAND, "hello")))
    assert says(talk, "nee").text == "Goed. Je kan altijd terugkomen: typ gewoon iets."
    assert says(talk, "nee").question == "licence"
    assert talk.memory.value("licence") is None
    says(talk, "nee")
    assert talk.memory.value("licence") == "no"


INTERRUPTS = {
    "nl": ("help", "waarom", "wie leest dit?", "frans"),
    "fr": ("aide", "pourquoi", "qui lit ça ?", "nederlands"),
}
INTERRUPTED = [(language, word) for language, words in INTERRUPTS.items() for word in words]
OFFERS = {
    "one answer": {"nl": "nee ik ben 52", "fr": "non, j'ai 52 ans"},
    "a private one": {"nl": "ik heb geen schulden", "fr": "je n'ai pas de dettes"},
    "a name": {"nl": "mijn naam is eigenlijk Sara", "fr": "en fait je m'appelle Sara"},
    "a question to open": {"nl": "adres", "fr": "adresse"},
    "two answers": {"nl": "ik heet Sara en ik woon in Hasselt", "fr": "je m'appelle Sara et j'habite à Hasselt"},
}


@pytest.mark.parametrize(("language", "interrupt"), INTERRUPTED)
@pytest.mark.parametrize(
    ("offer", "asked"), [*((offer, "duration") for offer in OFFERS), ("one answer", "end"), ("two answers", "end")]
)
def test_an_offer_comes_back_once_after_help_and_another_language(
    offer: str, asked: str, language: str, interrupt: str
) -> None:
    talk = at(asked, language)
    taps = [button.tap for button in says(talk, OFFERS[offer][language]).buttons]
    screen = len(talk.screen)
    again = says(talk, interrupt)
    assert [button.tap for button in again.buttons] == taps
    assert again.text != talk.screen[screen - 1].text or len(talk.screen) > screen + 1
    assert [bubble.question for bubble in talk.screen[screen:]] == [None] * (len(talk.screen) - screen)
    before = talk.result
    says(talk, {"nl": "ja", "fr": "oui"}[str(talk.memory.language)])
    assert talk.result != before or talk.open is talk.setting.flow.asks["place"]


def test_asked_why_at_an_offer_the_reason_is_that_of_the_question_it_is_about() -> None:
    talk = at("duration")
    says(talk, "adres")
    why = talk.setting.wording.translate(talk.setting.flow.asks["place"].why, "nl")
    assert says(talk, "waarom").text.startswith(why)


TWICE = {
    "nl": (
        ("ik ben 52 en ik woon in Hasselt", {"age": "from_50", "place": "3500:Hasselt"}),
        ("sorry ik heet Sara en ik woon in Hasselt", {"name": "Sara", "place": "3500:Hasselt"}),
        ("nee ik woon niet in Genk maar in Hasselt en ik ben 52", {"age": "from_50", "place": "3500:Hasselt"}),
        ("mijn naam is Sara en mijn leeftijd is 52", {"name": "Sara", "age": "from_50"}),
    ),
    "fr": (
        ("j'ai 52 ans et j'habite à Hasselt", {"age": "from_50", "place": "3500:Hasselt"}),
        ("pardon, je m'appelle Sara et j'habite à Hasselt", {"name": "Sara", "place": "3500:Hasselt"}),
        ("j'habite à Hasselt et pas à Genk et j'ai 52 ans", {"age": "from_50", "place": "3500:Hasselt"}),
    ),
}
TWO_THINGS = [(language, *each) for language, several in TWICE.items() for each in several]


@pytest.mark.parametrize("asked", ["duration", "recap", "end"])
@pytest.mark.parametrize(("language", "said", "new"), TWO_THINGS)
def test_two_corrections_in_a_sentence_are_offered_together_and_neither_is_lost(
    language: str, said: str, new: dict[str, str], asked: str
) -> None:
    talk = at(asked, language)
    before = talk.result
    says(talk, said)
    assert talk.result == before
    says(talk, {"nl": "ja", "fr": "oui"}[language])
    assert {name: talk.memory.value(name) for name in new} == new


def test_an_old_button_for_two_changes_is_worth_nothing_after_a_newer_offer() -> None:
    talk = at("duration")
    first = says(talk, "ik ben 52 en ik woon in Hasselt").buttons[0].tap
    says(talk, "nee")
    says(talk, "ik ben 28 en ik woon in Bilzen")
    talk.hears(Tapped(first))
    assert (talk.memory.value("age"), talk.memory.value("place")) == ("from_34", "3600:Genk")


def test_in_free_words_nothing_is_taken_for_a_correction() -> None:
    talk = at("other_words")
    talk.hears(Said("ik ben 52 en ik woon in Hasselt"))
    assert talk.memory.value("other_words") == "ik ben 52 en ik woon in Hasselt"


BESIDE = [
    ("nl", "goal", "een job en ik woon in Hasselt", {"goal": "job"}, {"place": "3500:Hasselt"}),
    ("nl", "goal", "ik zoek een job en ik ben 52 en ik woon in Hasselt", {"goal": "job"}, {"age": "from_50"}),
    ("nl", "place", "ik woon in Hasselt en ik ben 52", {"place": "3500:Hasselt"}, {"age": "from_50"}),
    ("fr", "goal", "un travail et j'ai 52 ans", {"goal": "job"}, {"age": "from_50"}),
    ("fr", "place", "j'habite à Hasselt et j'ai 52 ans", {"place": "3500:Hasselt"}, {"age": "from_50"}),
]


@pytest.mark.parametrize(("language", "asked", "said", "answer", "new"), BESIDE)
def test_another_answer_in_the_sentence_of_an_answer_is_offered_before_the_talk_goes_on(
    language: str, asked: str, said: str, answer: dict[str, str], new: dict[str, str]
) -> None:
    talk = at(asked, language)
    before = talk.result
    offer = says(talk, said)
    assert talk.result == before | answer
    assert len(offer.buttons) == 2
    says(talk, {"nl": "ja", "fr": "oui"}[language])
    assert {name: talk.memory.value(name) for name in new} == new


@pytest.mark.parametrize("said", ["een job en ik woon in Genk", "een job en ik ben 36"])
def test_what_stands_already_is_not_offered(said: str) -> None:
    talk = at("goal")
    assert says(talk, said).question == "barriers"


def test_an_old_button_that_is_tapped_twice_asks_once() -> None:
    talk = at("goal")
    talk.hears(Tapped(Tap("age", "from_50")))
    screen = len(talk.screen)
    talk.hears(Tapped(Tap("age", "from_50")))
    assert len(talk.screen) == screen
    assert talk.latest.toast is not None
    says(talk, "ja")
    assert talk.memory.value("age") == "from_50"


RATHER = [
    ("nl", "'t is niet 3600, het is 3500", "place", "3500:Hasselt"),
    ("nl", "mijn naam is niet Fatma, het is Sara", "name", "Sara"),
    ("fr", "c'est pas 3600 c'est 3500", "place", "3500:Hasselt"),
    ("fr", "mon nom c'est pas Fatma c'est Sara", "name", "Sara"),
]


@pytest.mark.parametrize(("language", "said", "question", "value"), RATHER)
def test_not_this_it_is_that_changes_it_at_once(language: str, said: str, question: str, value: str) -> None:
    talk = at("duration", language)
    says(talk, said)
    assert talk.memory.value(question) == value


@pytest.mark.parametrize(("language", "own", "wished"), [("nl", "Français", "fr"), ("fr", "Nederlands", "nl")])
def test_the_own_name_of_a_language_wishes_for_it_also_among_what_is_hard(language: str, own: str, wished: str) -> None:
    talk = at("barriers", language)
    talk.hears(Tapped(Tap("barriers", "+childcare")))
    says(talk, own)
    assert talk.memory.language == wished
    talk.hears(Tapped(Tap("barriers", "=")))
    assert talk.memory.value("barriers") == ("childcare",)


@pytest.mark.parametrize("said", ["2", "twee", "de tweede", "nummer 2", "die in Aalst", "9320"])
def test_which_of_two_places_is_said_in_any_way(said: str) -> None:
    talk = at("place")
    says(talk, "Nieuwerkerken")
    says(talk, said)
    assert talk.memory.value("place") == "9320:Nieuwerkerken"
