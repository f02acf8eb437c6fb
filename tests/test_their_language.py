"""The talk follows people into their language at any moment, and nothing of what they said changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import talk as engine
from flows.answers.matching import names_an_option
from flows.heard import Said, Started, Tap, Tapped
from flows.log import LanguageChosen, Missed
from flows.script import Ask
from flows.walk import walk
from tests.pure_talk import FEW, PICKS, Talk, answered_up_to, scenes
from tests.test_mother_tongue import SENTENCES
from tests.test_returning import buttons, talked

TO = {
    "nl": ("ik spreek liever nederlands", "nederlands", "ik wil graag in het nederlands verder aub"),
    "fr": ("je parle français", "français", "je préfère continuer en français svp"),
}
OTHER = {"nl": "fr", "fr": "nl"}
FRENCH = "Wil je verdergaan in het Frans?\nVoulez-vous continuer en français ?"


@FEW
@given(
    place=st.sampled_from([("genk", "web"), ("genk", "telegram"), ("zuidoost-limburg", "web")]),
    language=st.sampled_from(["nl", "fr"]),
    picks=PICKS,
    words=st.integers(0, 2),
)
def test_another_language_and_back_at_every_point_changes_nothing_of_the_result(
    place: tuple[str, str], language: str, picks: list[int], words: int
) -> None:
    talk = Talk(scenes()[place])
    answered_up_to(talk, language, picks)
    if talk.open is None or talk.erased:
        return  # at the end, or gone to the service of their own town
    reader = engine.Talk(talk.setting, talk.memory, talk.now).reader(talk.open.id)
    if any(names_an_option(TO[name][words], talk.open.kind.options, reader) for name in TO):
        return  # here the name of a language is an answer, word for word
    before, question, booked = talk.result, talk.open, talk.booked
    for wanted in (OTHER[language], language):
        talk.hears(Said(TO[wanted][words]))
        assert talk.memory.language == wanted
        assert talk.screen[-1].language == wanted
        assert (talk.result, talk.open, talk.booked) == (before, question, booked)
    again = walk(talk.setting.flow, talk.memory, talk.setting.facts)
    assert again.open is question
    assert talk.screen[-1].question == question.id


def test_what_was_typed_is_taken_as_an_answer_too() -> None:
    talk = talked()
    talk.hears(Said("j'habite à Genk depuis trois ans"))
    assert talk.memory.language == "fr"
    assert talk.result["place"] == "3600:Genk"
    assert talk.screen[-1].text.startswith("(traduction)\n✓ 3600 Genk\nQuestion 2 sur 4")
    assert talk.screen[-1].tools[-1].label == "Nederlands"


@pytest.mark.parametrize("words", ["je ne comprends pas, je parle français", "je cherche quelque chose avec mes mains"])
def test_what_is_no_answer_is_no_miss_in_a_new_language(words: str) -> None:
    talk = talked("3600")
    talk.hears(Said(words))
    assert talk.memory.language == "fr"
    assert talk.screen[-1].text.startswith("(traduction)\nNous continuons en français.\nQuestion 2 sur 4")
    assert not any(isinstance(entry, Missed) for entry in talk.log)


def test_a_wish_is_not_taken_for_a_barrier_or_a_name() -> None:
    talk = Talk(scenes()["genk", "web"])
    talk.hears(Started())
    for typed in ("nederlands", "ja", "vragen", "34 tot 49 jaar"):
        talk.hears(Said(typed))
    asked = talk.open
    talk.hears(Said("je ne comprends pas bien, je parle français"))
    assert talk.memory.language == "fr"
    assert talk.open is asked
    assert "name" not in talk.result


def test_a_few_words_are_taken_and_then_the_language_is_asked_once_in_both() -> None:
    talk = talked("3600")
    talk.hears(Said("je sais pas"))
    assert talk.memory.language == "nl"
    asked = Said("pas de travail")
    for _ in range(2):
        talk.hears(asked)
    shown = [bubble for bubble in talk.screen if FRENCH in bubble.text]
    assert len(shown) == 1
    assert [button.label for button in shown[0].buttons] == ["Français", "Nederlands"]


def test_yes_goes_on_in_french_and_no_stays() -> None:
    for said, language in (("ja", "fr"), ("oui", "fr"), ("nee", "nl"), ("Français", "fr"), ("nederlands", "nl")):
        talk = talked("3600")
        talk.hears(Said("pas de travail"))
        assert FRENCH in talk.screen[-1].text
        talk.hears(Said(said))
        assert talk.memory.language == language
        assert talk.screen[-1].question == "goal"


@pytest.mark.parametrize("words", SENTENCES["nobody"]["names"])
def test_no_name_changes_the_language(words: str) -> None:
    talk = Talk(scenes()["genk", "web"])
    talk.hears(Started())
    for typed in ("nederlands", "ja", "vragen", "34 tot 49 jaar", words):
        talk.hears(Said(typed))
    assert talk.memory.language == "nl"
    assert not any("Frans?" in bubble.text for bubble in talk.screen)


def test_every_button_of_the_other_language_is_an_answer_and_no_wish() -> None:
    setting = scenes()["genk", "web"]
    talk = talked("3600")
    goal = next(ask for ask in setting.flow.asks.values() if ask.id == "goal")
    for option in goal.kind.options:
        talk.hears(Said(setting.wording.translate(option.label, "fr")))
        talk.hears(Tapped(Tap("goal", "~")))
        assert talk.memory.language == "nl"
        assert talk.memory.value("goal") == option.id


def test_who_is_asked_for_a_language_and_writes_in_one_has_answered() -> None:
    for words, language in (("bonjour", "fr"), ("goeiedag", "nl"), ("je cherche du travail svp", "fr")):
        talk = Talk(scenes()["genk", "telegram"])
        talk.hears(Started())
        talk.hears(Said(words))
        assert talk.memory.language == language
        assert talk.screen[-1].question == "privacy"


@pytest.mark.parametrize("text", [text for texts in SENTENCES["foreign"].values() for text in texts])
def test_a_language_nobody_speaks_is_answered_in_ours_with_a_person(text: str) -> None:
    talk = begun("genk")
    talk.hears(Said(text))
    assert talk.screen[-1].text.startswith("Ik spreek: Nederlands, Frans.")
    assert "Je parle : Néerlandais, Français." in talk.screen[-1].text
    assert buttons(talk) == ["Nederlands", "Français", "Een mens / Une personne"]
    assert not any(isinstance(entry, Missed) for entry in talk.log)


def test_what_is_understood_of_a_language_nobody_speaks_counts() -> None:
    talk = talked()
    talk.hears(Said("hello I am living in Genk now"))
    assert talk.result["place"] == "3600:Genk"


def test_english_is_followed_only_where_the_organisation_speaks_it() -> None:
    talk = talked("3600")
    talk.setting = replace(talk.setting, languages=("nl", "fr", "en"))
    talk.hears(Said("I don't understand this, can we speak English please?"))
    assert talk.memory.language == "en"
    assert "(translation)" not in talk.screen[-1].text


def begun(organisation: str, channel: str = "telegram") -> Talk:
    talk = Talk(scenes()[organisation, channel])
    talk.hears(Started())
    return talk


def test_with_french_as_a_support_both_are_offered_dutch_first_and_french_is_marked() -> None:
    talk = begun("genk")
    dutch, french = talk.screen[0].text.split("\n")
    assert dutch.startswith("Hallo!")
    assert french.startswith("Bonjour")
    assert french.endswith("(traduction)")
    talk.hears(Said("français"))
    marked = [bubble.text for bubble in talk.screen[1:] if "(traduction)" in bubble.text]
    assert len(marked) == 1
    assert talk.screen[1].text.startswith("(traduction)\n")
    talk.hears(Said("oui"))
    assert "(traduction)" not in talk.screen[-1].text


def test_with_french_on_request_dutch_greets_alone_and_french_comes_when_asked_unmarked() -> None:
    talk = begun("zuidoost-limburg")
    assert all("Bonjour" not in bubble.text for bubble in talk.screen)
    assert talk.memory.language == "nl"
    talk.hears(Said("en français svp"))
    assert talk.memory.language == "fr"
    assert not any("traduction" in bubble.text for bubble in talk.screen)


def test_one_language_never_offers_another() -> None:
    talk = begun("jobin")
    for words in ("ik spreek liever nederlands", "taal", "frans", "nederlands", "ik zoek werk en ik woon in Luik"):
        talk.hears(Said(words))
    assert talk.memory.language == "fr"
    assert {bubble.language for bubble in talk.screen} == {"fr"}
    assert not any(
        button.label == "Nederlands" for bubble in talk.screen for button in (*bubble.buttons, *bubble.tools)
    )


@FEW
@given(picks=PICKS, said=st.lists(st.sampled_from([t for part in SENTENCES["nl"].values() for t in part]), max_size=12))
def test_who_writes_dutch_in_dutch_is_never_led_away(picks: list[int], said: list[str]) -> None:
    talk = Talk(scenes()["genk", "telegram"])
    answered_up_to(talk, "nl", picks[:8])
    if talk.erased:
        return  # who goes to the service of their own town
    for words in said:
        talk.hears(Said(words))
        if talk.erased:
            return
    assert {entry.language for entry in talk.log if isinstance(entry, LanguageChosen)} == {"nl"}
    assert not any("Frans?" in bubble.text for bubble in talk.screen)
    assert talk.open is None or isinstance(talk.open, Ask)
