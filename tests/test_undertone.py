"""What sounds beneath the words is listened for once, and changes nothing else about them."""

from __future__ import annotations

import pytest

from flows.hear import hear
from flows.heard import Said, Started, Tap, Tapped
from flows.memory import Memory
from flows.undertone import listen, listened
from tests.pure_talk import scenes
from tests.stage import WEDNESDAY

SETTING = scenes()["genk", "web"]
CARE = SETTING.wording.care


@pytest.mark.parametrize(
    ("text", "distress", "about"),
    [
        ("ik wil niet meer leven", "suicide", ("", 0)),
        ("het is voor mijn broer", None, ("somebody_else", 0)),
        ("j'ai 16 ans", None, ("my_age", 16)),
        ("ik ben 3 jaar", None, ("", 0)),
        ("ik woon in Genk", None, ("", 0)),
    ],
)
def test_distress_and_of_whom_somebody_speaks_are_heard(
    text: str, distress: str | None, about: tuple[str, int]
) -> None:
    heard = listen(text, CARE)
    assert (heard.distress and heard.distress.kind, heard.about) == (distress, about)


def test_who_listens_again_hears_the_same_without_listening() -> None:
    said = listened(Said("ik wil niet meer leven"), CARE)
    assert listened(said, CARE) is said
    assert said == Said("ik wil niet meer leven")
    assert "suicide" not in repr(said)


def test_there_is_nothing_to_listen_to_in_a_tap() -> None:
    tapped = Tapped(Tap("goal", "job"))
    assert listened(tapped, CARE) is tapped


@pytest.mark.parametrize("text", ["ik wil niet meer leven", "het is voor mijn broer", "nederlands"])
def test_a_turn_is_the_same_whoever_listened_first(text: str) -> None:
    turns = []
    for heard in (Said(text), listened(Said(text), CARE)):
        memory = Memory()
        hear(SETTING, memory, Started(), WEDNESDAY)
        turns.append(hear(SETTING, memory, heard, WEDNESDAY))
    assert turns[0] == turns[1]
