"""What ``opstap check`` finds in a flow that somebody wrote: the file, the line, the mistake and the remedy."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.checking import check_all, keep_every_id
from bot.opening import CHANNELS, read_wording
from bot.scenes import make_scenes
from casework.house.organisations import load_organisations
from flows.catalogue import load_catalogues, stale
from flows.check import check_flow
from flows.extract import Source
from flows.load import Scripts
from flows.marked_yaml import Misread
from tests.stage import ROOT

HEAD = "flow: small\ntitle: Small\nsteps:\n"
GOAL = """\
  - ask: goal
    text: What would you like?
    label: Your wish
    why: Then we know.
    choice: {job: A job, talk: A talk}
"""
SEVERAL = """\
  - ask: hard
    text: What is hard?
    label: What is hard
    why: Then we know.
    choices: {money: Money, care: Care, none: {label: Nothing, alone: true}}
"""
HEALTH = """\
  - ask: health
    text: Is your health fine?
    label: Health
    why: Then we know.
    tier: C
    when: {private_channel: "yes"}
    yesno: {}
"""
SLOT = """\
  - ask: slot
    text: Which time?
    label: Time
    why: Then we know.
    slot: {}
"""
NUMBER = """\
  - ask: children
    text: How many children?
    label: Children
    why: Then we know.
    number: {min: 0, max: 20}
"""
WRONG = {
    "an unknown question in a condition": (GOAL + "  - say: Hello.\n    when: {gaol: job}\n", 9, "no question"),
    "an unknown option in a condition": (GOAL + "  - say: Hello.\n    when: {goal: jobs}\n", 9, "no option jobs"),
    "an unknown option of several": (SEVERAL + "  - say: Hello.\n    when: {hard: {has: mony}}\n", 9, "no option mony"),
    "a question that comes later": ("  - say: Hello.\n    when: {goal: job}\n" + GOAL, 4, "asked only later"),
    "a condition that cannot hold": (
        GOAL + "  - say: Hello.\n    when: {all: [{goal: job}, {not: {goal: job}}]}\n",
        9,
        "no answers at all lead to this step",
    ),
    "a step behind a closed door": (
        GOAL
        + "  - ask: why_job\n    text: Why?\n    label: Reason\n    why: So.\n    when: {goal: job}\n    yesno: {}\n"
        "  - say: Hello.\n    when: {goal: talk, why_job: 'yes'}\n",
        15,
        "no answers at all lead to this step",
    ),
    "one answer tested like several": (GOAL + "  - say: Hi.\n    when: {goal: {has: job}}\n", 9, "takes one answer"),
    "several answers tested like one": (SEVERAL + "  - say: Hi.\n    when: {hard: money}\n", 9, "takes several"),
    "a choice tested like a number": (GOAL + "  - say: Hi.\n    when: {goal: {at_least: 2}}\n", 9, "is no number"),
    "a choice tested like a place": (GOAL + "  - say: Hi.\n    when: {goal: {within: area}}\n", 9, "cannot be within"),
    "an unknown test": (NUMBER + "  - say: Hi.\n    when: {children: {more_than: 2}}\n", 10, "which is no test"),
    "an unknown fact": (GOAL + "  - say: Hi.\n    when: {channel: fax}\n", 9, "cannot be tested so"),
    "seven options on a screen": (
        "  - ask: goal\n    text: What?\n    label: Wish\n    why: So.\n"
        "    choice: {a1: A, b1: B, c1: C, d1: D, e1: E, f1: F, g1: G}\n",
        4,
        "7 options on one screen",
    ),
    "a question without a reason": (
        "  - ask: goal\n    text: What?\n    label: Wish\n    yesno: {}\n",
        4,
        "does not say why",
    ),
    "a question without words": ("  - ask: goal\n    why: So.\n    yesno: {}\n", 4, "has no text"),
    "a required question to be typed": (
        "  - ask: goal\n    text: What?\n    label: Wish\n    why: So.\n    required: true\n    words: {}\n",
        4,
        "no way out",
    ),
    "special data without consent": (HEALTH, 4, "not behind explicit consent"),
    "an unknown placeholder": ("  - say: Hello {nobody}.\n", 4, "nothing to fill in for {nobody}"),
    "a lonely brace": ("  - say: 'Hello {.'\n", 4, "stands alone"),
    "an id used twice": (GOAL + GOAL, 9, "stands at"),
    "a bad id": (
        "  - ask: Goal!\n    text: What?\n    label: Wish\n    why: So.\n    yesno: {}\n",
        4,
        "is no question id",
    ),
    "ids too long for a button": (
        f"  - ask: {'q' * 24}\n    text: What?\n    label: Wish\n    why: So.\n    choice: {{{'o' * 28}: A, b1: B}}\n",
        4,
        "bytes long",
    ),
    "a loop": ("  - use: small\n", 4, "uses itself"),
    "a flow that is not there": ("  - use: smaller\n", 4, "there is no flow smaller"),
    "two kinds of answer": (
        "  - ask: goal\n    text: A?\n    label: B\n    why: B\n    yesno: {}\n    words: {}\n",
        4,
        "2 kinds",
    ),
    "no kind of answer": ("  - ask: goal\n    text: A?\n    label: B\n    why: B\n", 4, "0 kinds of answer"),
    "an unknown key": ("  - say: Hello.\n    if: {goal: job}\n", 5, "unknown key 'if'"),
    "an unknown step": ("  - tell: Hello.\n", 4, "neither say, ask, use nor do"),
    "an unknown order": ("  - do: make_coffee\n", 4, "no order make_coffee"),
    "a booking without its question": ("  - do: book_appointment\n", 4, "which slot question"),
    "a booking of something else": (
        GOAL + "  - do: book_appointment\n    with: [goal]\n    when: {goal: known}\n",
        9,
        "goal is no slot question",
    ),
    "a booking without a guard": (SLOT + "  - do: book_appointment\n    with: [slot]\n", 9, "not guarded"),
    "an unknown on_change": ("  - do: hand_over\n    on_change: perhaps\n", 5, "on_change is 'perhaps'"),
    "a tier that is none": (
        "  - ask: goal\n    text: A?\n    label: B\n    why: B\n    tier: D\n    yesno: {}\n",
        8,
        "tier 'D'",
    ),
    "an empty flow": ("  []\n", 3, "the flow has no steps"),
    "an empty statement": ("  - say: ''\n", 4, "nothing stands after `say:`"),
    "an option given twice": (
        "  - ask: goal\n    text: A?\n    label: B\n    why: B\n    choice:\n      job: A\n      job: B\n",
        10,
        "stands here twice",
    ),
    "a page that is no number": (GOAL.rstrip("\n") + "\n    page: six\n", 9, "page is 'six'"),
    "an order with no list": (SLOT + "  - do: hand_over\n    with: 5\n", 10, "with is 5, which is no list"),
    "a day that is none": (NUMBER.rstrip("\n") + "\n    hint: 2027-13-45\n", 9, "looks like a number or a date"),
    "a control character": ("  - say: Hel\x07lo.\n", 4, "a control character stands here"),
    "a list as a key": ("  - say: Hello.\n    ? [a]\n    : b\n", 5, "cannot be a key"),
    "tabs": ("\t- say: Hello.\n", 4, "a tab stands here"),
}


def problems(folder: Path, steps: str) -> list[str]:
    (folder / "small.yaml").write_text(HEAD + steps, "utf-8")
    scripts = Scripts(folder)
    if "small" in scripts.names:
        check_flow(scripts.flow("small"), scripts.problems)
    return [str(problem) for problem in scripts.problems]


@pytest.mark.parametrize(("steps", "line", "problem"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_named_with_its_line_and_a_remedy(tmp_path: Path, steps: str, line: int, problem: str) -> None:
    found = problems(tmp_path, steps)
    named = [each for each in found if problem in each]
    assert named, found
    assert f"small.yaml:{line}: " in named[0]
    remedy = named[0].rpartition(". ")[2]
    assert remedy
    assert "\n" not in named[0]


@pytest.mark.parametrize(
    "steps",
    [GOAL, SEVERAL, NUMBER, GOAL + "  - say: Good {first_name}.\n    when: {any: [{goal: job}, {goal: talk}]}\n"],
)
def test_a_sound_flow_has_no_problems(tmp_path: Path, steps: str) -> None:
    assert problems(tmp_path, steps) == []


def test_special_data_behind_consent_on_a_private_channel_is_fine(tmp_path: Path) -> None:
    consent = "  - {ask: health_ok, text: May we, label: Health, why: So., consent: {scope: health, wording: 1}}\n"
    asked = HEALTH.replace('{private_channel: "yes"}', '{private_channel: "yes", health_ok: "yes"}')
    assert problems(tmp_path, consent + asked) == []


def test_everything_wrong_is_found_in_one_look_and_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = problems(
        tmp_path, "  - say: Hello {nobody}.\n" + GOAL + "  - say: Bye.\n    when: {gaol: job}\n  - use: x\n"
    )
    assert [each.split(":")[1] for each in found] == ["4", "10", "12"]


def test_what_is_shipped_is_in_order_and_nobody_gets_stuck_in_it() -> None:
    report = check_all(ROOT / "organisations")
    assert report.problems == []
    assert 500 < report.states < 20_000


@pytest.mark.parametrize("part", ["catalogues", "words"])
def test_a_language_without_its_files_is_missed(part: str) -> None:
    wording = read_wording()
    dutch = replace(wording, **{part: {"nl": getattr(wording, part)["nl"]}})
    with pytest.raises(Misread, match=r"locales/fr/.*:1: bijzig speaks fr, and this file is not there\."):
        make_scenes(load_organisations(ROOT / "organisations"), ROOT / "organisations", CHANNELS, dutch)


def test_check_reads_the_flows_of_every_organisation(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "organisations", tmp_path / "mine")
    own = tmp_path / "mine" / "genk" / "flows"
    own.mkdir()
    shipped = (ROOT / "flows" / "scripts" / "young.yaml").read_text("utf-8")
    (own / "young.yaml").write_text(shipped.replace("yesno: {}", "yesnoo: {}"), "utf-8")
    found = check_all(tmp_path / "mine").problems
    assert any(each.startswith("genk/flows/young.yaml:") and "unknown key 'yesnoo'" in each for each in found)


def test_the_books_of_ids_are_left_alone_while_a_flow_has_a_mistake(tmp_path: Path) -> None:
    scripts = shutil.copytree(ROOT / "flows" / "scripts", tmp_path / "flows" / "scripts")
    file, book = scripts / "young.yaml", (scripts / "ids.txt").read_text("utf-8")
    shipped = file.read_text("utf-8")
    file.write_text(shipped.replace("ask: young_call", "ask: Young_call"), "utf-8")
    keep_every_id(ROOT / "organisations", scripts)
    assert (scripts / "ids.txt").read_text("utf-8") == book
    file.write_text(shipped + "  - ask: bike\n    text: A\n    label: B\n    why: C\n    yesno: {}\n", "utf-8")
    keep_every_id(ROOT / "organisations", scripts)
    assert "ask    bike " in (scripts / "ids.txt").read_text("utf-8")


def test_check_misses_the_translation_of_an_organisations_own_flow_wherever_it_stands(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "organisations", tmp_path / "mine")
    own = tmp_path / "mine" / "genk" / "flows"
    own.mkdir()
    shipped = (ROOT / "flows" / "scripts" / "young.yaml").read_text("utf-8")
    (own / "young.yaml").write_text(shipped + "  - say: We have bikes to lend.\n    id: bikes_hello\n", "utf-8")
    found = [
        each for each in check_all(tmp_path / "mine").problems if "no translation: 'We have bikes to lend.'" in each
    ]
    assert [each.partition(": ")[0] for each in found] == [
        f"mine/genk/flows/young.yaml:{shipped.count(chr(10)) + 1}"
    ] * 2


CATALOGUE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Hello."
msgstr "Dag."

msgid "Not yet."
msgstr ""

#, fuzzy
msgid "Changed."
msgstr "Veranderd."

msgid "Once."
msgstr "Ooit."
"""


@pytest.mark.parametrize(
    ("wrong", "line", "problem"),
    [
        ('msgstr "Ooit {."', 14, "a { or } stands alone"),
        ('msgtsr "Ooit."', 15, "this is no line of a catalogue"),
        ("msgstr Ooit.", 15, "this is no line of a catalogue"),
        ('msgstr "Ooit.', 15, "this is no line of a catalogue"),
        ('msgstr "Zeg "ooit"."', 15, "this is no line of a catalogue"),
        ('msgstr "\xff"', 1, "the file is not UTF-8"),
    ],
)
def test_a_catalogue_that_cannot_be_used_is_named(tmp_path: Path, wrong: str, line: int, problem: str) -> None:
    file = tmp_path / "locales" / "nl" / "LC_MESSAGES" / "opstap.po"
    file.parent.mkdir(parents=True)
    file.write_bytes(CATALOGUE.replace('msgstr "Ooit."', wrong).encode("latin-1"))
    with pytest.raises(Misread, match=rf"locales/nl/LC_MESSAGES/opstap\.po:{line}: {re.escape(problem)}"):
        load_catalogues(tmp_path / "locales")


def test_missing_changed_and_leftover_translations_are_named(tmp_path: Path) -> None:
    file = tmp_path / "locales" / "nl" / "LC_MESSAGES" / "opstap.po"
    file.parent.mkdir(parents=True)
    file.write_text(CATALOGUE, "utf-8")
    texts = ("Hello.", "Not yet.", "Changed.", "New.")
    wanted = [Source(text, "flows/scripts/small.yaml", 4 + number) for number, text in enumerate(texts)]
    assert {str(each) for each in stale(tmp_path / "locales", wanted)} == {
        "locales/nl/LC_MESSAGES/opstap.po:7: nl: no translation: 'Not yet.'. Write it between the quotes after msgstr",
        "flows/scripts/small.yaml:7: nl: no translation: 'New.'. "
        "Run `make catalogues`, then translate it in locales/nl/LC_MESSAGES/opstap.po",
        "locales/nl/LC_MESSAGES/opstap.po:11: nl: the source has changed: 'Changed.'. "
        "Look at its translation, then take the word fuzzy away",
        "locales/nl/LC_MESSAGES/opstap.po:14: nl: no longer used: 'Once.'. Run `make catalogues`",
    }
