"""An earlier answer is changed in people's own words, and an answer to the open question is never taken for that."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.heard import Said, Tap, Tapped
from flows.log import Answered
from flows.messages import Bubble
from flows.sentence import phrases_of, pieces
from flows.walk import answered
from tests.pure_talk import Talk, plain_answer, scenes

ANSWERS = {
    "privacy": "yes",
    "path": "full",
    "age": "from_34",
    "goal": "job",
    "mobility": ("bus",),
    "barriers": ("transport", "money", "other"),
    "licence": "no",
    "debt": "yes",
    "housing": "yes",
    "other": "write",
    "diploma": "none",
    "duration": "under_6m",
    "income": "wage",
    "health_ok": "no",
    "sector": ("shop",),
    "more": "no",
    "contact_way": "call",
    "book": "no",
    "recap": "ok",
}
TYPED = {"name": "Fatma", "place": "3600", "phone": "0470 12 34 56", "other_words": "Mijn hond"}
WHERE = ("genk", "web")


def at(question: str, language: str = "nl", **other: str) -> Talk:
    """Somebody who has answered all that comes before ``question``; ``end`` is after the last one."""
    talk = Talk(scenes()[WHERE])
    talk.hears(Tapped(Tap("language", language)))
    while talk.open and talk.open.id != question:
        _answer(talk, talk.open.id, {**ANSWERS, **other})
    return talk


def _answer(talk: Talk, question: str, answers: dict[str, object]) -> None:
    match answers.get(question):
        case str(option):
            talk.hears(Tapped(Tap(question, option)))
        case tuple(options):
            for option in options:
                talk.hears(Tapped(Tap(question, f"+{option}")))
            talk.hears(Tapped(Tap(question, "=")))
        case _ if question in TYPED:
            talk.memory.answers[question] = Answered(question, "x", talk.now)
            del talk.memory.answers[question]
            talk.hears(Said(TYPED[question]))
        case _:
            assert talk.open is not None
            talk.hears(plain_answer(talk, talk.open, 0))


def says(talk: Talk, text: str) -> Bubble:
    """The last thing that is said to ``text``."""
    before = len(talk.screen)
    talk.hears(Said(text))
    assert len(talk.screen) > before
    return talk.screen[-1]


CHANGED_AT_ONCE = [
    ("nl", "duration", "ik woon in Hasselt, niet in Genk", "place", "3500:Hasselt"),
    ("nl", "duration", "niet in Genk maar in Hasselt", "place", "3500:Hasselt"),
    ("nl", "duration", "Hasselt ipv Genk", "place", "3500:Hasselt"),
    ("nl", "licence", "niet de bus maar de fiets", "mobility", ("bike",)),
    ("nl", "licence", "fiets, geen bus", "mobility", ("bike",)),
    ("nl", "recap", "Sara, niet Fatma", "name", "Sara"),
    ("nl", "end", "ik woon in Hasselt, niet in Genk", "place", "3500:Hasselt"),
    ("nl", "duration", "opleiding in plaats van een job", "goal", "training"),
    ("fr", "duration", "j'habite à Hasselt, pas à Genk", "place", "3500:Hasselt"),
    ("fr", "duration", "ce n'est pas Genk mais Hasselt", "place", "3500:Hasselt"),
    ("fr", "licence", "pas le bus mais le vélo", "mobility", ("bike",)),
    ("fr", "licence", "le vélo au lieu du bus", "mobility", ("bike",)),
    ("fr", "end", "je m'appelle Sara et pas Fatma", "name", "Sara"),
]


@pytest.mark.parametrize(("language", "asked", "said", "question", "value"), CHANGED_AT_ONCE)
def test_the_new_and_the_old_answer_in_one_sentence_change_it_at_once(
    language: str, asked: str, said: str, question: str, value: object
) -> None:
    talk = at(asked, language)
    open_before = talk.open
    says(talk, said)
    assert talk.memory.value(question) == value
    assert talk.open is open_before
    label = talk.setting.wording.translate(talk.setting.flow.asks[question].label, language)
    assert any(f"✓ {label}" in bubble.text for bubble in talk.screen[-3:])


OFFERED = [
    ("nl", "duration", "nee ik ben 52", "age", "from_50"),
    ("nl", "name", "nee ik ben 52", "age", "from_50"),
    ("nl", "goal", "mijn naam is eigenlijk Sara", "name", "Sara"),
    ("nl", "duration", "foutje, ik heb wel een rijbewijs", "licence", "yes"),
    ("nl", "end", "oeps mijn nummer is 0471 22 33 44", "phone", "+32471223344"),
    ("nl", "duration", "verander mijn gemeente in Hasselt", "place", "3500:Hasselt"),
    ("nl", "duration", "ik woon in Hasselt", "place", "3500:Hasselt"),
    ("nl", "diploma", "eigenlijk opleiding", "goal", "training"),
    ("nl", "duration", "ik heb geen schulden", "debt", "no"),
    ("fr", "duration", "je m'appelle Sara en fait", "name", "Sara"),
    ("fr", "duration", "non, j'ai 52 ans", "age", "from_50"),
    ("fr", "goal", "pardon, mon prénom c'est Jean-Marie", "name", "Jean-Marie"),
    ("fr", "duration", "erreur, j'ai un permis", "licence", "yes"),
    ("fr", "duration", "en fait j'habite à Hasselt", "place", "3500:Hasselt"),
    ("fr", "end", "je me suis trompé, mon numéro est le 0471 22 33 44", "phone", "+32471223344"),
]


@pytest.mark.parametrize("yes", ["ja", "again"])
@pytest.mark.parametrize(("language", "asked", "said", "question", "value"), OFFERED)
def test_a_new_answer_in_a_sentence_is_offered_and_taken_by_a_yes_or_by_saying_it_again(
    language: str, asked: str, said: str, question: str, value: object, yes: str
) -> None:
    talk = at(asked, language)
    open_before, before = talk.open, talk.memory.value(question)
    offer = says(talk, said)
    assert talk.memory.value(question) == before
    assert len(offer.buttons) == 2
    shown = offer.text.casefold()
    private = talk.setting.flow.asks[question].tier != "A"
    assert private is not any(str(part).casefold() in shown for part in _shown(talk, question, value))
    says(talk, {"ja": {"nl": "ja", "fr": "oui"}[language]}.get(yes, said))
    assert talk.memory.value(question) == value
    assert talk.open is open_before


def _shown(talk: Talk, question: str, value: object) -> list[str]:
    ask = talk.setting.flow.asks[question]
    labels = {option.id: option.label for option in ask.kind.options}
    if value in labels:
        return [talk.setting.wording.translate(labels[str(value)], str(talk.memory.language))]
    return [str(value).partition(":")[2] or str(value)]


@pytest.mark.parametrize(("language", "asked", "said", "question", "value"), OFFERED)
def test_no_leaves_the_answer_and_asks_the_open_question_once(
    language: str, asked: str, said: str, question: str, value: object
) -> None:
    talk = at(asked, language)
    before, screen = talk.memory.value(question), len(talk.screen)
    says(talk, said)
    says(talk, {"nl": "nee", "fr": "non"}[language])
    assert talk.memory.value(question) == before
    assert len(talk.screen) == screen + 2
    assert talk.screen[-1].question == (talk.open.id if talk.open else None)


OPENED = [
    ("nl", "duration", "verander mijn gemeente", "place"),
    ("nl", "duration", "adres klopt niet", "place"),
    ("nl", "duration", "ik heb een nieuw adres", "place"),
    ("nl", "recap", "naam", "name"),
    ("nl", "end", "leeftijd", "age"),
    ("nl", "end", "kan ik mijn nummer nog veranderen?", "phone"),
    ("nl", "other_words", "verander mijn naam", "name"),
    ("nl", "book", "mijn inkomen is veranderd", "income"),
    ("fr", "duration", "changer ma commune", "place"),
    ("fr", "duration", "mon adresse n'est pas correcte", "place"),
    ("fr", "end", "changer mon numéro", "phone"),
    ("fr", "end", "je voudrais modifier mon âge", "age"),
    ("fr", "recap", "permis", "licence"),
    ("fr", "goal", "mon nom est faux", "name"),
]


@pytest.mark.parametrize(("language", "asked", "said", "question"), OPENED)
def test_the_name_of_a_question_opens_it_again(language: str, asked: str, said: str, question: str) -> None:
    talk = at(asked, language)
    says(talk, said)
    assert talk.open is talk.setting.flow.asks[question]


STAYS_AN_ANSWER = [
    ("nl", "goal", "eigenlijk wil ik een job", "job"),
    ("nl", "goal", "een job, geen opleiding", "job"),
    ("nl", "duration", "nee, 2 jaar", "over_2y"),
    ("nl", "duration", "sorry, 8 maanden", "under_1y"),
    ("nl", "licence", "ik heb geen rijbewijs", "no"),
    ("nl", "licence", "nee", "no"),
    ("nl", "place", "eigenlijk in Hasselt", "3500:Hasselt"),
    ("nl", "place", "in Hasselt, niet in Aalst", "3500:Hasselt"),
    ("nl", "name", "mijn naam is Sara", "Sara"),
    ("nl", "name", "ik heet eigenlijk Sara", "Sara"),
    ("nl", "other_words", "mijn adres klopt niet op mijn kaart", "mijn adres klopt niet op mijn kaart"),
    ("nl", "other_words", "mijn naam is fout", "mijn naam is fout"),
    ("nl", "other_words", "ik wil van werk veranderen", "ik wil van werk veranderen"),
    ("nl", "mobility", "niet de bus maar de fiets", ("bike",)),
    ("nl", "sector", "winkel", ("shop",)),
    ("fr", "duration", "non, 3 ans", "over_2y"),
    ("fr", "goal", "en fait une formation", "training"),
    ("fr", "licence", "j'ai pas de permis", "no"),
    ("fr", "place", "en fait à Hasselt", "3500:Hasselt"),
    ("fr", "name", "je m'appelle Sara", "Sara"),
    ("fr", "other_words", "mon adresse est fausse sur ma carte", "mon adresse est fausse sur ma carte"),
    ("fr", "mobility", "pas le bus, le vélo", None),
]


@pytest.mark.parametrize(("language", "asked", "said", "value"), STAYS_AN_ANSWER)
def test_an_answer_to_the_open_question_stays_one(language: str, asked: str, said: str, value: object) -> None:
    talk = at(asked, language)
    others = {name: each for name, each in talk.result.items() if name != asked}
    says(talk, said)
    if value is not None:
        assert talk.memory.value(asked) == value
    assert {name: talk.result.get(name) for name in others} == others


@pytest.mark.parametrize(
    ("language", "said", "remark"),
    [("nl", "verander mijn mailadres", "Dat heb ik nog niet gevraagd."), ("fr", "mon email est faux", "Je n'ai pas")],
)
def test_what_was_not_asked_cannot_be_changed_and_that_is_said(language: str, said: str, remark: str) -> None:
    talk = at("goal", language)
    bubble = says(talk, said)
    assert bubble.text.startswith(remark)
    assert bubble.question == "goal"


def test_the_answer_that_stands_already_is_only_noted() -> None:
    talk = at("duration")
    assert says(talk, "sorry, ik woon in Genk").text.startswith("Dit heb ik genoteerd.")


def test_several_answers_with_one_name_are_asked_apart() -> None:
    talk = at("end")
    talk.hears(Tapped(Tap("book", "~")))
    talk.hears(Tapped(Tap("book", "yes")))
    talk.hears(Tapped(Tap("slot", talk.screen[-1].buttons[0].tap.option)))
    before = len(talk.screen)
    says(talk, "verander mijn afspraak")
    assert talk.open is talk.setting.flow.asks["slot"]
    assert len(talk.screen) == before + 1


def test_after_the_offer_to_open_a_question_the_new_answer_itself_is_enough() -> None:
    talk = at("duration")
    says(talk, "adres")
    says(talk, "3500")
    says(talk, "ja")
    assert talk.memory.value("place") == "3500:Hasselt"


def test_an_old_offer_never_gives_a_newer_value() -> None:
    talk = at("end")
    first = says(talk, "sorry mijn nummer is 0471 22 33 44").buttons[0].tap
    says(talk, "nee")
    says(talk, "sorry mijn nummer is 0472 55 66 77")
    talk.hears(Tapped(first))
    assert talk.memory.value("phone") == "+32470123456"


def test_what_falls_away_is_said_and_comes_back_with_its_question() -> None:
    talk = at("recap")
    before = talk.result
    talk.hears(Tapped(Tap("barriers", "~")))
    assert "Naar het werk, Rijbewijs" in says(talk, "geld, iets anders").text
    assert "licence" not in talk.result
    talk.hears(Tapped(Tap("barriers", "~")))
    assert "Dit weet ik nog: Naar het werk, Rijbewijs." in says(talk, "vervoer, geld, iets anders").text
    assert talk.result == before


SMALL = ["nee", "sorry", "ik", "woon", "ben", "in", "niet", "maar", "Genk", "Hasselt", "52", "Sara", "naam", "adres"]
SMALL += [
    "klopt niet",
    "verander",
    "mijn",
    "je",
    "m'appelle",
    "pas",
    "mais",
    "vélo",
    "bus",
    "fiets",
    "rijbewijs",
    "wel",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(SMALL), min_size=1, max_size=7), st.sampled_from(["duration", "place", "recap", "end"]))
def test_whatever_is_mixed_at_most_one_answer_changes_and_nobody_is_left_without_a_word(
    words: list[str], asked: str
) -> None:
    talk = at(asked)
    flow, facts = talk.setting.flow, talk.setting.facts
    before = {ask.id: talk.memory.value(ask.id) for ask in answered(flow, talk.memory, facts)}
    says(talk, " ".join(words))
    changed = [name for name, value in before.items() if talk.memory.value(name) != value]
    assert len(changed) <= 1
    parted = asked == "end" and talk.screen[-1].text == "Goed. Je kan altijd terugkomen: typ gewoon iets."
    assert talk.open is not None or talk.screen[-1].buttons or changed or parted


@given(st.text(max_size=200))
def test_a_sentence_is_taken_apart_from_left_to_right(text: str) -> None:
    setting = scenes()[WHERE]
    found = pieces(text, phrases_of(setting.flow, setting.wording))
    assert all(one.end <= following.start for one, following in pairwise(found))


def test_every_question_that_has_words_stands_in_a_flow() -> None:
    words_of_all = scenes()[WHERE].wording.words.values()
    named = {name for words in words_of_all for name in (*words.questions, *words.statements)}
    assert named <= {name for setting in scenes().values() for name in setting.flow.asks}
