"""What the assistant hears in the sentences of ``tests/distress_sentences.yaml``, and how its words are read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.opening import LOCALES, read_wording
from flows.care_words import load_care
from flows.distress import AMBIGUOUS, KINDS, recognise
from flows.marked_yaml import Misread
from flows.patterns import Speech, compile_patterns, sentences

TABLE = yaml.safe_load((Path(__file__).parent / "distress_sentences.yaml").read_text(encoding="utf-8"))
ROWS = [(kind, said) for kinds in TABLE.values() for kind, several in kinds.items() for said in several]
PATTERNS = load_care(LOCALES).distress


@pytest.mark.parametrize(("kind", "said"), ROWS, ids=lambda value: str(value))
def test_distress_is_heard_as_the_table_says(kind: str, said: str) -> None:
    heard = recognise(said, PATTERNS)
    assert (heard.kind if heard else "nothing") == kind


@pytest.mark.parametrize(("kind", "said"), [row for row in ROWS if row[0] != "nothing"], ids=str)
def test_distress_is_heard_in_the_middle_of_a_long_story(kind: str, said: str) -> None:
    story = f"{'Ik heb vroeger in een winkel gewerkt. ' * 20}\n{said}. {'Daarna was er niets. ' * 20}"
    heard = recognise(story, PATTERNS)
    assert heard is not None
    assert KINDS.index(heard.kind) <= KINDS.index(kind)


def test_the_table_has_thirty_sentences_of_distress_and_more_in_both_languages() -> None:
    for language in ("nl", "fr"):
        alarms = [said for kind in KINDS for said in TABLE[language][kind]]
        assert len(set(alarms)) > 60
        assert len(TABLE[language]["nothing"]) >= 30


def test_no_word_that_is_a_command_or_an_answer_means_distress() -> None:
    words = read_wording().words.values()
    lists = [lists for each in words for lists in (each.commands, each.answers, each.options)]
    heard = {word: recognise(word, PATTERNS) for each in lists for several in each.values() for word in several}
    assert {word: found for word, found in heard.items() if found} == {}


def test_the_language_of_the_words_is_known() -> None:
    heard = recognise("je veux mourir", PATTERNS)
    assert heard is not None
    assert heard.language == "fr"


def test_the_gravest_of_two_counts() -> None:
    heard = recognise("ik kan niet meer. hij slaat mij. ik wil niet meer leven", PATTERNS)
    assert heard is not None
    assert heard.kind == "suicide"


def test_a_pattern_says_choice_perhaps_gap_ending_number_begin_and_end() -> None:
    patterns = ["(hij|zij) .. slaat mij?", "dood*", "ik ben <n> jaar $", "^ kan niet meer"]
    found = compile_patterns(Speech(), {AMBIGUOUS: patterns})

    def hears(text: str) -> bool:
        return found.find(sentences(text)) is not None

    assert hears("Zij zegt dat ze slaat")
    assert not hears("hij weet niet meer wie er slaat")
    assert hears("doodstil")
    assert hears("ik ben 7 jaar.")
    assert not hears("ik ben 7 jaar werkloos")
    assert hears("kan niet meer")
    assert hears("Sorry. Kan niet meer")
    assert not hears("dinsdag kan niet meer")


def test_one_letter_may_be_wrong_but_not_in_a_word_that_only_looks_alike() -> None:
    speech = Speech(long_words=frozenset({"leven"}), known=frozenset({"leven", "lezen"}))
    assert speech.meant(["levn", "lveen", "leevn", "leeven"]) == "leven leven leven leven "
    assert speech.meant(["lezen", "geven", "lev"]) == "lezen geven lev "


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("suicide: [dood]\nsad: [wenen]\n", "sad"),
        ("suicide:\n  - (dood|weg\n", "cannot be read"),
        ("suicide:\n  - dood|weg\n", "cannot be read"),
        ('suicide:\n  - "? dood"\n', "cannot be read"),
        ("fillers: [echt]\nsuicide:\n  - (echt|dood) weg\n", "filler"),
        ("suicide: [1]\n", "list of words"),
    ],
)
def test_a_mistake_in_the_words_is_told_with_its_file(tmp_path: Path, page: str, problem: str) -> None:
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl" / "distress.yaml").write_text(page)
    with pytest.raises(Misread, match=problem) as told:
        load_care(tmp_path)
    assert "nl/distress.yaml" in str(told.value)
