"""What holds of every conversation over the flow we ship, whatever somebody says, taps or sends."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flows.heard import (
    COMMAND,
    Heard,
    Started,
    Tap,
    Tapped,
)
from flows.log import Answered
from flows.memory import remember
from flows.neighbours import GO_THERE
from flows.script import Ask, Say
from flows.walk import walk
from tests.pure_talk import (
    FEW,
    LANGUAGES,
    MANY,
    PICKS,
    PLACES,
    REPLIES,
    Talk,
    answered_up_to,
    kept,
    reply,
    same,
    scenes,
)


@MANY
@given(place=PLACES, gone=st.integers(0, 3), choices=st.lists(REPLIES, max_size=45))
def test_whatever_is_said_the_conversation_goes_on_and_replay_is_the_same_place(
    place: tuple[str, str], gone: int, choices: list[tuple[int, int, str, Heard]]
) -> None:
    talk = Talk(scenes()[place], gone)
    talk.hears(Started())
    for choice in choices:
        before = len(talk.screen)
        heard = reply(talk, choice)
        talk.hears(heard)
        if talk.erased:
            return
        again = remember(kept(entry) for entry in talk.log)
        assert again == talk.memory
        flow, facts = talk.setting.flow, talk.setting.facts
        assert walk(flow, again, facts) == walk(flow, talk.memory, facts)
        assert len(talk.screen) > before or isinstance(heard, Tapped), heard


@FEW
@given(place=PLACES, language=LANGUAGES, picks=PICKS)
def test_back_and_the_same_answer_again_changes_nothing(
    place: tuple[str, str], language: str, picks: list[int]
) -> None:
    talk = Talk(scenes()[place])
    asked = answered_up_to(talk, language, picks)
    before, open_before, booked = talk.result, talk.open, talk.booked
    behind = walk(talk.setting.flow, talk.memory, talk.setting.facts).behind
    assume(asked and len(behind) > 1)
    talk.hears(Tapped(Tap(COMMAND, "back")))
    reopened = talk.open
    assert reopened is behind[-1]
    value = talk.memory.value(reopened.id)
    talk.hears(Tapped(Tap(COMMAND, "skip")) if value is None else same(reopened, value))
    assert talk.result == before
    assert talk.open is open_before
    assert talk.booked == booked


FORGET = ("under_18", "under_13")
"""Answers that are no mere answers: for minors, what was said before is forgotten (tests/test_about_whom.py)."""


@FEW
@given(place=PLACES, language=LANGUAGES, picks=PICKS, which=st.integers(0, 60), other=st.integers(0, 30))
def test_an_answer_changed_and_changed_back_restores_the_result(
    place: tuple[str, str], language: str, picks: list[int], which: int, other: int
) -> None:
    talk = Talk(scenes()[place])
    answered_up_to(talk, language, picks)
    before = talk.result
    changeable = {name: value for name, value in before.items() if value not in FORGET}
    choosable = [name for name, value in changeable.items() if isinstance(value, str) and _one_of(talk, name, value)]
    assume(choosable)
    name = choosable[which % len(choosable)]
    options = [option.id for option in talk.setting.flow.asks[name].kind.options if option.id != before[name]]
    options = [option for option in options if option not in FORGET]
    assume(options)
    for value in (options[other % len(options)], str(before[name])):
        talk.hears(Tapped(Tap(name, "~")))
        assume(talk.open is talk.setting.flow.asks[name])
        talk.hears(Tapped(Tap(name, value)))
    assert talk.result == before


def _one_of(talk: Talk, name: str, value: str) -> bool:
    question = talk.setting.flow.asks.get(name)  # none where another answer means it, as `kind`
    fixed = ("language", "recap", "privacy")
    return question is not None and name not in fixed and value in {option.id for option in question.kind.options}


@FEW
@given(place=PLACES, language=LANGUAGES, picks=st.lists(st.integers(0, 30), min_size=60, max_size=60))
def test_who_answers_every_question_comes_to_an_end(place: tuple[str, str], language: str, picks: list[int]) -> None:
    talk = Talk(scenes()[place])
    asked = answered_up_to(talk, language, picks)
    if talk.erased:
        assert asked[-1] in ("young_age", GO_THERE)
        return
    assert talk.open is None
    assert len(asked) == len(set(asked))
    assert isinstance([entry for entry in talk.log if isinstance(entry, Answered)][-1].value, str | tuple)
    assert talk.memory.done.keys() >= {"case"} or talk.result.get("young_call") == "no"


@FEW
@given(place=PLACES, language=LANGUAGES, choices=st.lists(REPLIES, max_size=30))
def test_nothing_english_is_said_to_who_speaks_another_language(
    place: tuple[str, str], language: str, choices: list[tuple[int, int, str, Heard]]
) -> None:
    talk = Talk(scenes()[place])
    talk.hears(Started())
    talk.hears(Tapped(Tap("language", language)))
    for choice in choices:
        talk.hears(reply(talk, choice))
        if talk.erased:
            return
    for bubble in talk.screen:
        for text in (bubble.text, *(button.label for button in (*bubble.buttons, *bubble.tools))):
            assert not english(text), text


@pytest.mark.parametrize(("language", "line"), [("nl", "• Taal: Nederlands"), ("fr", "• Langue : Français")])
def test_the_recap_names_the_language_that_is_spoken_however_it_was_chosen(language: str, line: str) -> None:
    talk = Talk(scenes()["genk", "web"])
    talk.memory.language = "fr" if language == "nl" else "nl"
    talk.hears(Started())
    talk.hears(Tapped(Tap("privacy", "yes")))
    for choice in ("path", "full"), ("age", "from_26"):
        talk.hears(Tapped(Tap(*choice)))
    while talk.open and talk.open.id != "recap":
        talk.hears(Tapped(Tap(COMMAND, "skip")))
    talk.hears(Tapped(Tap(COMMAND, f"language:{language}")))
    assert line in talk.screen[-1].text.split("\n")


@cache
def sentences() -> frozenset[str]:
    """The English sources of the flow, whole, that are called something else in Dutch and in French."""
    setting = scenes()["genk", "web"]
    sources = {text for step in setting.flow.steps if isinstance(step, Ask | Say) for text in _sources(step)}
    wording = setting.wording
    return frozenset(
        text
        for text in sources
        if len(text) > 3 and text not in (wording.translate(text, "nl"), wording.translate(text, "fr"))
    )


def _sources(step: Ask | Say) -> list[str]:
    if isinstance(step, Say):
        return [step.text]
    return [step.text, step.why, step.hint, step.simpler, *(option.label for option in step.kind.options)]


def english(text: str) -> bool:
    lines = {line.strip() for line in text.split("\n")}
    bare = {re.sub(r"^\W+ ", "", line) for line in lines}
    return bool((lines | bare) & sentences()) or bool(re.search(r"\{[a-z_]+\}", text))


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_every_text_of_the_flow_is_translated(language: str) -> None:
    setting = scenes()["genk", "web"]
    catalogue = setting.wording.catalogues[language]
    own_names = {"Nederlands", "Français"}
    missing = [text for text, _ in setting.flow.texts() if text and text not in catalogue and text not in own_names]
    assert missing == []
