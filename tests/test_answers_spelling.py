"""Text made comparable, text made safe to keep, and words that are nearly the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.answers.spelling import LONGEST, allowed_typos, clean, closest, plain
from tests.answering import HOSTILE


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("  Été, à l'École! ", "ete a l ecole"),
        ("Sœur / ﬁets", "soeur fiets"),
        ("e\u0301te\u0301", "ete"),
        ("ja\u200bja\u202e", "jaja"),
        ("１２ ٣", "12 3"),
        ("?!?", "?"),
        ("👍🏽", "👍"),
        ("n° 2", "n 2"),
        ("...", ""),
    ],
)
def test_spelling_differences_that_do_not_matter_disappear(typed: str, compared: str) -> None:
    assert plain(typed) == compared


@given(st.text(st.characters(max_codepoint=127), max_size=LONGEST - 2))
def test_plain_letters_are_compared_as_they_are_beside_others(typed: str) -> None:
    assert plain(f"{typed} é").split() == [*plain(typed.replace("?", " ")).split(), "e"]


@given(st.text())
def test_plain_text_stays_what_it_is(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert len(once) <= LONGEST


@given(st.text(), st.integers(1, 50))
def test_kept_text_is_short_safe_and_stays_what_it_is(text: str, limit: int) -> None:
    kept, _ = clean(text, limit)
    assert len(kept) <= limit
    assert kept == unicodedata.normalize("NFC", kept)
    assert kept.encode() == kept.encode("utf-8", "strict")
    assert not {"\x00", "\u202e", "\u2066", "\ud800"} & set(kept)
    assert clean(kept, limit) == (kept, False)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_made_safe_and_short(text: str) -> None:
    kept, was_cut = clean(text, 300)
    assert len(kept) <= 300
    assert was_cut or len(text) <= 300 * 20


def test_cutting_is_told_and_not_cutting_is_too() -> None:
    assert clean("abcdef", 3) == ("abc", True)
    assert clean("abc", 3) == ("abc", False)


def test_an_emoji_of_several_parts_and_other_scripts_are_kept() -> None:
    assert clean("👨‍👩‍👧 مرحبا ça va", 100) == ("👨‍👩‍👧 مرحبا ça va", False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fiets", ("fiets",)),
        ("feits", ("fiets",)),
        ("fietss", ("fiets",)),
        ("jaaaa", ("ja",)),
        ("jo", ()),
        ("rien", ()),
        ("3 maanden", ()),
        ("2 maanden", ("2 maanden",)),
        ("boot", ("boom", "boos")),
        ("", ()),
    ],
)
def test_a_typo_is_forgiven_in_longer_words_only(typed: str, meant: tuple[str, ...]) -> None:
    known = {word: word for word in ("fiets", "ja", "bien", "2 maanden", "boom", "boos")}
    assert closest(typed, known) == meant


@given(st.integers(0, 200))
def test_a_longer_text_never_allows_fewer_typos_and_never_more_than_three(length: int) -> None:
    assert 0 <= allowed_typos("x" * length) <= 3
    assert length < 6 or allowed_typos("x" * length) <= allowed_typos("x" * (length + 1))
    assert length > 3 or allowed_typos("x" * length) == 0
