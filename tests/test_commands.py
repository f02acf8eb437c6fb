"""What a person can always say, and the files with the words for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.commands import COMMANDS, recognise
from flows.marked_yaml import Misread
from flows.words import load_words
from tests.answering import HOSTILE, wording


def command(text: str, fuzzy: bool = False) -> str | None:
    return recognise(text, wording(), fuzzy)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("terug", "back"),
        ("Retour !", "back"),
        ("nee wacht", "back"),
        ("overslaan", "skip"),
        ("geen zin", "skip"),
        ("suivant", "skip"),
        ("waarom?", "why"),
        ("pq", "why"),
        ("herhaal", "repeat"),
        ("hulp", "help"),
        ("/aide", "help"),
        ("taal", "language"),
        ("frans", "language:fr"),
        ("fr", "language:fr"),
        ("Néerlandais", "language:nl"),
        ("mens", "person"),
        ("coach", "person"),
        ("quelqu'un", "person"),
        ("bellen", "person"),
        ("/stop@OpstapBot", "stop"),
        ("ik wil stoppen", "stop"),
        ("ça suffit", "stop"),
        ("genoeg", "stop"),
        ("ga verder", "continue"),
        ("laat zo", "keep"),
        ("opnieuw", "restart"),
        ("je suis de retour", "hello"),
        ("bonjour", "hello"),
        ("/start", "hello"),
        ("verplaats mijn afspraak", "move"),
        ("autre moment", "move"),
        ("annuleer mijn afspraak", "cancel"),
        ("je ne viens pas", "cancel"),
        ("mijn gegevens", "summary"),
        ("mes données", "summary"),
        ("veranderen", "change"),
        ("wis alles", "erase"),
        ("supprimer", "erase"),
        ("erase everything", "erase"),
        ("vie privée", "privacy"),
        ("ik heb een vraag", "questions"),
        ("Questions fréquentes", "questions"),
    ],
)
def test_a_command_is_recognised_in_every_language(said: str, meant: str) -> None:
    assert command(said) == meant


@pytest.mark.parametrize(
    "said", ["ja", "nee", "non", "oui", "ok", "?", "2", "ik heb een fiets", "ik stop met roken", ""]
)
def test_an_answer_is_no_command(said: str) -> None:
    assert command(said, fuzzy=True) is None


@pytest.mark.parametrize(
    ("said", "meant"), [("terugg", "back"), ("overslan", "skip"), ("suivnat", "skip"), ("conseilller", "person")]
)
def test_one_typo_is_forgiven_in_a_longer_command_when_asked(said: str, meant: str) -> None:
    assert command(said) is None
    assert command(said, fuzzy=True) == meant


@pytest.mark.parametrize("said", ["stip", "hlp", "mans", "wagen"])
def test_a_typo_in_a_short_word_is_not_guessed(said: str) -> None:
    assert command(said, fuzzy=True) is None


def test_every_command_has_words_in_dutch_and_in_french() -> None:
    for language in ("nl", "fr"):
        assert set(COMMANDS) <= set(wording().words[language].commands)


def test_every_common_answer_has_words_in_dutch_and_in_french() -> None:
    for language in ("nl", "fr"):
        assert {"yes", "no", "dont_know", "rather_not", "agree", "refuse", "not", "and"} <= set(
            wording().words[language].answers
        )


@given(st.text(), st.booleans())
def test_no_text_whatever_breaks_the_search_for_commands(text: str, fuzzy: bool) -> None:
    command(text, fuzzy)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_no_command(text: str) -> None:
    assert command(text, fuzzy=True) is None


@pytest.mark.parametrize(
    ("page", "line", "problem"),
    [
        ("commands:\n  back: [terug]\n  fly: [vliegen]\n", 3, "fly"),
        ("commands:\n  back: terug\n", 2, "no list"),
        ("answers:\n  yes: [ja]\n", 2, "True"),
        ('answers:\n  "yes": [ja, 3]\n', 2, "3"),
        ("words: {}\n", 1, "words"),
        ("options: [bike]\n", 1, "mapping"),
        ("options:\n  Bike!: [fiets]\n", 2, "Bike"),
        ("commands:\n  back: [terug]\n  skip: [Terug!]\n", 3, "back"),
    ],
)
def test_a_mistake_in_a_file_of_words_names_its_file_and_line(
    tmp_path: Path, page: str, line: int, problem: str
) -> None:
    folder = tmp_path / "locales" / "nl"
    folder.mkdir(parents=True)
    (folder / "words.yaml").write_text(page, encoding="utf-8")
    with pytest.raises(Misread, match=problem) as told:
        load_words(tmp_path / "locales")
    assert str(told.value).startswith(f"locales/nl/words.yaml:{line}: ")
