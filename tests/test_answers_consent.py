"""Consent, the language and the recap: answers where a wrong guess would do harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.answering import HOSTILE, kind, reader, value

CONSENT = {"scope": "health", "wording": 2, "person": True}


def agreed(said: str, language: str = "nl") -> object:
    return value(kind("consent", CONSENT).read(said, reader(language)))


@pytest.mark.parametrize(
    "said", ["ja", "Ja!", "jaaa", "ja graag", "akkoord", "akoord", "oui", "d'accord", "j'accepte", "yes"]
)
def test_a_clear_yes_is_consent(said: str) -> None:
    assert agreed(said) == "yes"


@pytest.mark.parametrize(
    "said", ["nee", "neen", "liever niet", "niet akkoord", "non", "pas d'accord", "je refuse", "no"]
)
def test_a_clear_no_is_a_refusal(said: str) -> None:
    assert agreed(said, "fr") == "no"


@pytest.mark.parametrize(
    "said",
    [
        "ok",
        "ok?",
        "ja?",
        "👍",
        "✅",
        "👎",
        "goed",
        "1",
        "ja maar niet nu",
        "misschien",
        "",
        "mhm",
        "is goed",
        "ça va",
        "ja nee",
    ],
)
def test_a_sign_a_question_or_a_half_yes_is_neither(said: str) -> None:
    assert agreed(said) is None


def test_the_third_way_is_a_person() -> None:
    assert agreed("Rather with a person") == "person"
    assert [option.id for option in kind("consent", CONSENT).options] == ["yes", "no", "person"]


@given(st.text())
def test_only_words_of_agreement_ever_become_a_yes(text: str) -> None:
    assert agreed(f"{text}?") is None
    assert agreed(f"niet {text}") != "yes"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_never_consent(text: str) -> None:
    assert agreed(text) is None


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("frans", "fr"),
        ("Français", "fr"),
        ("FR", "fr"),
        ("nl", "nl"),
        ("nederlans", "nl"),
        ("néerlandais", "nl"),
        ("1", "nl"),
    ],
)
def test_a_language_is_named_in_any_language(said: str, language: str) -> None:
    assert value(kind("language").read(said, reader())) == language


def test_a_language_is_called_by_its_own_name() -> None:
    options = kind("language", {"languages": ["nl", "fr", "en"]}).options
    assert [option.label for option in options] == ["Nederlands", "Français", "English"]
    assert all(option.own_words for option in options)


@pytest.mark.parametrize(
    ("said", "choice"),
    [("klopt", "ok"), ("oui", "ok"), ("nee", "change"), ("non", "change"), ("Change something", "change")],
)
def test_the_recap_is_right_or_something_changes(said: str, choice: str) -> None:
    assert value(kind("recap").read(said, reader())) == choice
