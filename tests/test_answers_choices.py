"""Choosing by label, number, synonym, sentence or picture, in any language, with typos."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flows.answers import NotUnderstood, Reading, Understood, Which
from flows.answers.matching import names_an_option
from flows.wording import Wording, Words
from tests.answering import HOSTILE, asked, kind, reader, value

TRAVEL = {
    "walk": "On foot",
    "bike": {"label": "Bike", "icon": "🚲"},
    "bus": "Bus or train",
    "car": "Car",
    "none": {"label": "No transport", "alone": True},
}
BARRIERS = {
    "childcare": "My children",
    "transport": "Getting there",
    "language": "The language",
    "money": "Money or housing",
    "none": {"label": "Nothing", "alone": True},
}
LICENCE = {"yes": "Yes", "no": "No", "learning": "I am learning now"}


def one(text: str, options: Mapping[str, object], question: str, language: str = "nl", unsure: bool = False) -> Reading:
    return kind("choice", {"options": options, "unsure": unsure}).read(text, reader(language, question))


def several(text: str, options: Mapping[str, object], question: str, language: str = "nl") -> Reading:
    return kind("choices", {"options": options}).read(text, reader(language, question))


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("Fiets", "bike"),
        ("fietss", "bike"),
        ("FIETS!", "bike"),
        ("met de fiets", "bike"),
        ("velo", "bike"),
        ("Vélo", "bike"),
        ("🚲", "bike"),
        ("2", "bike"),
        ("２", "bike"),
        ("٢", "bike"),
        ("nummer 2", "bike"),
        ("de tweede", "bike"),
        ("ik ga met de trein", "bus"),
        ("bus ou train", "bus"),
        ("j'ai une voiture", "car"),
        ("voituer", "car"),
        ("geen vervoer", "none"),
        ("walk", "walk"),
    ],
)
def test_an_option_is_understood_by_label_number_synonym_picture_or_with_a_typo(said: str, chosen: str) -> None:
    assert value(one(said, TRAVEL, "mobility")) == chosen


@pytest.mark.parametrize("said", ["ik heb geen fiets", "je n'ai pas de vélo", "geen auto"])
def test_what_somebody_has_not_is_not_chosen(said: str) -> None:
    assert isinstance(one(said, TRAVEL, "mobility"), NotUnderstood)


def test_two_options_in_one_answer_to_one_choice_ask_which() -> None:
    assert asked(one("fiets of auto", TRAVEL, "mobility")) == ["bike", "car"]


def test_the_options_to_choose_from_are_in_the_language_of_the_talk() -> None:
    reading = one("vélo ou voiture", TRAVEL, "mobility", "fr")
    assert isinstance(reading, Which)
    assert [option.label for option in reading.options] == ["Vélo", "Voiture"]


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("ja", "yes"),
        ("jaaaa", "yes"),
        ("goe", "yes"),
        ("ouais", "yes"),
        ("👍", "yes"),
        ("nee", "no"),
        ("neeee", "no"),
        ("non", "no"),
        ("zeker niet", "no"),
        ("bien sûr que non", "no"),
        ("nee ik heb geen rijbewijs", "no"),
        ("ik leer het nu", "learning"),
        ("permis provisoire", "learning"),
        ("kweetni", "dont_know"),
        ("jsp", "dont_know"),
        ("gn idee", "dont_know"),
        ("?", "dont_know"),
        ("liever niet zeggen", "rather_not"),
        ("je préfère ne pas dire", "rather_not"),
    ],
)
def test_yes_no_and_being_unsure_are_understood_in_dialect_and_chat_spelling(said: str, chosen: str) -> None:
    assert value(one(said, LICENCE, "licence", unsure=True)) == chosen


@pytest.mark.parametrize(("said", "band"), [("27", "from_26"), ("ik ben 17", "under_18"), ("j'ai 61 ans", "from_55")])
def test_who_types_an_age_gets_the_band_it_lies_in(said: str, band: str) -> None:
    bands = {"under_18": "Under 18", "from_18": "18 to 25 years", "from_26": "26 to 33 years", "from_55": "55 or older"}
    assert value(one(said, bands, "age")) == band


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("1 en 3", ("childcare", "language")),
        ("1,3", ("childcare", "language")),
        ("3 1", ("childcare", "language")),
        ("kinderen, geen vervoer", ("childcare", "transport")),
        ("enfants et transport", ("childcare", "transport")),
        ("taal & geld", ("language", "money")),
        ("de eerste en de tweede", ("childcare", "transport")),
        ("mijn kinderen zijn klein en ik heb geen auto", ("childcare", "transport")),
        ("geld of huis", ("money",)),
        ("niets", ("none",)),
        ("niets, alleen vervoer", ("transport",)),
    ],
)
def test_several_things_are_understood_in_the_order_of_the_flow(said: str, chosen: tuple[str, ...]) -> None:
    assert several(said, BARRIERS, "barriers") == Understood(chosen)


def test_a_part_that_is_not_known_is_said_so_and_the_rest_is_kept() -> None:
    reading = several("vervoer en mijn zwarte kat", BARRIERS, "barriers")
    assert isinstance(reading, Understood)
    assert reading.value == ("transport",)
    assert reading.notice


@pytest.mark.parametrize("said", ["geen kinderen", "1-3", "99", "blablabla"])
def test_what_is_not_clear_is_not_guessed(said: str) -> None:
    assert isinstance(several(said, BARRIERS, "barriers"), NotUnderstood)


def test_choices_are_shown_in_words_and_a_retired_one_by_its_id() -> None:
    travel = kind("choices", {"options": TRAVEL})
    assert travel.show(("bike", "bus", "plane"), reader("fr")) == "Vélo, Bus ou train, plane"


def test_a_synonym_counts_as_naming_an_option_and_another_word_does_not() -> None:
    options = kind("choice", {"options": TRAVEL}).options
    assert names_an_option("Velo", options, reader("nl", "mobility"))
    assert not names_an_option("terug", options, reader("nl", "mobility"))


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"options": {"one": "One"}}, "two options"),
        ({"options": {True: "Yes", "no": "No"}}, "quotes"),
        ({"options": {"+one": "One", "two": "Two"}}, "option id"),
        ({"options": {"dont_know": "One", "two": "Two"}}, "option id"),
        ({"options": {"one": {"icon": "x"}, "two": "Two"}}, "label"),
        ({"options": {"one": {"label": "One", "color": "x"}, "two": "Two"}}, "color"),
        ({"options": {"one": "Same", "two": "same"}}, "same label"),
        ({"options": {"one": "One", "two": "Two"}, "unsure": "yes"}, "unsure"),
        ({}, "options"),
    ],
)
def test_a_mistake_in_the_options_is_told_in_one_line(settings: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as told:
        kind("choice", settings)
    assert "\n" not in str(told.value)


names = st.text("bcdfghjklmpqrstvwxyz", min_size=6, max_size=12)


@st.composite
def option_lists(draw: st.DrawFn) -> tuple[dict[str, object], Wording]:
    """Options whose labels in two languages and synonyms all differ by several letters."""
    count = draw(st.integers(2, 9))
    words = draw(st.lists(names, min_size=count * 4, max_size=count * 4, unique_by=lambda word: word[:4]))
    english, dutch, french, other = (words[start::4] for start in range(4))
    options: dict[str, object] = {f"option_{number}": label for number, label in enumerate(english)}
    catalogues = {"nl": dict(zip(english, dutch, strict=True)), "fr": dict(zip(english, french, strict=True))}
    synonyms = {f"option_{number}": (word,) for number, word in enumerate(other)}
    return options, Wording(catalogues, {"nl": Words(options=synonyms), "fr": Words()})


@given(option_lists(), st.sampled_from(["nl", "fr"]), st.data())
def test_every_option_of_any_list_is_understood_by_every_one_of_its_names(
    made: tuple[dict[str, object], Wording], language: str, data: st.DataObject
) -> None:
    options, wording = made
    number = data.draw(st.integers(0, len(options) - 1))
    id, label = list(options.items())[number]
    synonym = wording.words["nl"].options[id][0]
    known = (label, wording.translate(str(label), "nl"), wording.translate(str(label), "fr"), synonym)
    said = data.draw(st.sampled_from([*known, id, str(number + 1)]))
    for name, chosen in (("choice", id), ("choices", (id,))):
        read = kind(name, {"options": options}).read(str(said).upper(), reader(language, of=wording))
        assert value(read) == chosen


@given(option_lists(), st.data())
def test_one_wrong_letter_in_a_longer_label_still_means_that_option_or_asks(
    made: tuple[dict[str, object], Wording], data: st.DataObject
) -> None:
    options, wording = made
    id, label = data.draw(st.sampled_from(list(options.items())))
    word = wording.translate(str(label), "nl")
    at = data.draw(st.integers(0, len(word) - 1))
    wrong = word[:at] + data.draw(st.sampled_from("aeiou")) + word[at + 1 :]
    assume(wrong != word)
    reading = kind("choice", {"options": options}).read(wrong, reader(of=wording))
    assert value(reading) == id or id in asked(reading)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_never_breaks_a_choice(text: str) -> None:
    for name in ("choice", "choices"):
        for language in ("nl", "fr"):
            kind(name, {"options": BARRIERS, "unsure": True}).read(text, reader(language, "barriers"))


@given(st.text())
def test_no_text_whatever_breaks_a_choice(text: str) -> None:
    one(text, TRAVEL, "mobility", unsure=True)
    several(text, BARRIERS, "barriers", "fr")
