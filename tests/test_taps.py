"""Buttons: what is signed for a chat comes back from it, and nothing else does."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.taps import LONGEST, Taps
from flows.answers.settings import ID
from flows.heard import CARE, COMMAND, VISIT, Tap

PLACE = "genk/telegram/123456789"
TAPS = Taps(b"a secret of the tests, 32 bytes!")
ids = st.text("abcdefghijklmnopqrstuvwxyz_", max_size=20)
options = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=10)


@given(ids, options, st.text(max_size=30))
def test_what_was_signed_is_read_again(question: str, option: str, place: str) -> None:
    token = TAPS.token(place, Tap(question, option))
    assert len(token) <= LONGEST
    assert token.isascii()
    assert TAPS.read(place, token) == Tap(question, option)


@given(st.text(max_size=4), st.text(max_size=3))
def test_any_characters_survive_the_wire(question: str, option: str) -> None:
    try:
        token = TAPS.token(PLACE, Tap(question, option))
    except ValueError:
        return
    assert token.isascii()
    assert TAPS.read(PLACE, token) == Tap(question, option)


def test_taps_of_the_house_fit_and_stay_readable() -> None:
    for tap in (
        Tap("appointment_slot", "20270325T0900-anneleen-verbeek"),
        Tap("visit", "cancel:12"),
        Tap("barriers", "+childcare"),
        Tap("!", "language"),
    ):
        assert tap.option in TAPS.token(PLACE, tap)


def test_a_tap_that_is_too_long_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"question 'place'.*shorten the id"):
        TAPS.token(PLACE, Tap("place", "x" * 60))


def test_a_button_of_another_chat_bot_or_secret_is_worth_nothing() -> None:
    token = TAPS.token(PLACE, Tap("place", "genk"))
    assert TAPS.read("genk/telegram/987654321", token) is None
    assert TAPS.read("liege/telegram/123456789", token) is None
    assert Taps(b"another secret of 32 bytes......").read(PLACE, token) is None


def test_a_button_of_another_flow_answers_no_question_of_this_one() -> None:
    secret = b"a secret of the tests, 32 bytes!"
    before, now = Taps(secret, {"genk": "intake"}), Taps(secret, {"genk": "employers"})
    assert now.read(PLACE, before.token(PLACE, Tap("place", "genk"))) is None
    assert before.read(PLACE, before.token(PLACE, Tap("place", "genk"))) == Tap("place", "genk")
    for stays in (Tap("!", "back"), Tap(VISIT, "cancel:2"), Tap(CARE, "go_on")):
        assert now.read(PLACE, before.token(PLACE, stays)) == stays


@pytest.mark.parametrize("token", ["", "x", ":", "!:back", "é" * 20, "a" * 11, "\ud800" * 11, "x" * 10_000])
def test_what_was_never_a_token_is_refused(token: str) -> None:
    assert TAPS.read(PLACE, token) is None


def test_of_100000_mutated_tokens_none_is_accepted() -> None:
    chance = random.Random(18)
    tokens = [TAPS.token(PLACE, Tap(f"q{n}", f"option{n}")) for n in range(50)]
    known = set(tokens)
    accepted = 0
    for _ in range(100_000):
        forged = _mutated(chance, chance.choice(tokens), chance.choice(tokens))
        accepted += forged not in known and TAPS.read(PLACE, forged) is not None
    assert accepted == 0


def _mutated(chance: random.Random, token: str, other: str) -> str:
    at = chance.randrange(len(token))
    match chance.randrange(4):
        case 0:
            return token[:at] + chr(chance.randrange(33, 127)) + token[at + 1 :]
        case 1:
            return token[:at] + token[at + 1 :]
        case 2:
            return token[:11] + other[11:]
        case _:
            return token[:at] + other[at:]


@pytest.mark.parametrize("name", [COMMAND, VISIT, CARE])
def test_no_question_of_a_flow_can_have_the_name_of_other_buttons(name: str) -> None:
    assert not ID.fullmatch(name)
