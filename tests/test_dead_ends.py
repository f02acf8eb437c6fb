"""Places where a talk once fell silent, or forgot or took down something wrong; found by random talks and hardships."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.heard import COMMAND, ContactShared, Heard, Said, Started, Tap, Tapped
from flows.script import Flow, Say
from tests.pure_talk import Talk, scenes


def begun(organisation: str = "genk", *taps: tuple[str, str]) -> Talk:
    talk = Talk(scenes()[organisation, "web"])
    talk.hears(Started())
    for tap in taps:
        talk.hears(Tapped(Tap(*tap)))
    return talk


NO = ("language", "nl"), ("privacy", "no")


@pytest.mark.parametrize("again", [Tapped(Tap("language", "fr")), Said("français")])
def test_another_language_after_the_end_shows_what_can_still_be_done(again: Heard) -> None:
    talk = begun("genk", *NO, ("language", "~"))
    told = talk.hears(again)
    assert talk.memory.language == "fr"
    assert [bubble.language for bubble in told] == ["fr"]


def test_a_phone_number_shared_again_after_the_end_is_answered() -> None:
    door = (("path", "no_work"), ("door_who", "partner"), *((COMMAND, "skip"),) * 3)
    talk = begun("genk", ("language", "nl"), ("privacy", "yes"), *door)
    talk.hears(ContactShared("+32470123456"))
    assert talk.memory.value("door_phone")
    talk.hears(Tapped(Tap("door_phone", "~")))
    assert talk.hears(ContactShared("+32470123456"))


@pytest.mark.parametrize("wish", [Said("nederlands"), Said("néerlandais"), Tapped(Tap("language", "nl"))])
def test_a_house_that_speaks_french_only_is_not_made_to_speak_dutch(wish: Heard) -> None:
    talk = begun("jobin", (COMMAND, "back"))
    told = talk.hears(wish)
    assert talk.memory.language == "fr"
    assert {bubble.language for bubble in told} == {"fr"}


def test_the_language_that_is_spoken_is_not_offered_as_a_change() -> None:
    talk = begun("jobin")
    talk.hears(Tapped(Tap("language", "fr")))
    assert talk.memory.aside is None
    assert talk.latest.toast is not None


def test_a_minor_who_says_the_age_once_more_keeps_the_wish_to_be_called() -> None:
    young = (("path", "quick"), ("age", "under_18"), ("young_age", "from_13"), ("young_call", "no"))
    talk = begun("genk", ("language", "nl"), ("privacy", "yes"), *young)
    talk.hears(Tapped(Tap("age", "~")))
    talk.hears(Tapped(Tap("age", "under_18")))
    assert talk.memory.value("young_call") == "no"


def test_consent_is_never_asked_for_by_a_number() -> None:
    """A bare number is no clear yes; so nobody is told to type one."""
    talk = begun("genk", ("language", "nl"))
    for _ in range(9):
        talk.hears(Said("4"))
        assert "nummer" not in talk.screen[-1].text
    assert talk.memory.value("privacy") is None


def without_last_words(flow: Flow) -> Flow:
    kept = (step for step in flow.steps if not (isinstance(step, Say) and step.where.file.endswith("closing.yaml")))
    return replace(flow, steps=tuple(kept))


def test_a_flow_without_last_words_ends_with_what_can_still_be_done() -> None:
    talk = begun("genk", ("language", "nl"), ("privacy", "yes"), ("path", "no_work"), ("door_who", "partner"))
    talk.setting = replace(talk.setting, flow=without_last_words(talk.setting.flow))
    while talk.open:
        told = talk.hears(Tapped(Tap(COMMAND, "skip")))
    assert talk.memory.done["case"]
    assert [bubble.text for bubble in told] == ["Wat kan ik voor je doen?"]
