"""What somebody who does not program gets wrong in a flow file is told in one line: where, what, and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.check import check_flow
from flows.load import Scripts
from tests.stage import ROOT

LESSON = """\
  - ask: bike_loan
    text: Would you like to borrow a bike?
    label: Borrowing a bike
    why: We have bikes that you can borrow for free.
    simpler: Tap yes or no. Do you want a bike from us?
    when: {barriers: {has: transport}}
    yesno: {}
"""
KINDS = """\
  - ask: bike_kind
    text: Which bike do you want to borrow?
    label: Bike to borrow
    why: We have two kinds.
    when: {barriers: {has: transport}}
    choice:
      town: {label: Town bike, icon: "🚲"}
      electric: {label: Electric bike, icon: "🔋"}
"""
WRONG: dict[str, tuple[str, str, int, str]] = {
    "a tab before the dash": ("  - ask", "\t- ask", 1, "a tab stands here. Use spaces"),
    "a tab in a step": ("    label", "\tlabel", 3, "a tab stands here. Use spaces"),
    "too few spaces": ("    label", "   label", 3, "belongs to none. Begin a part with `- `"),
    "too many spaces": ("    label", "     label", 3, "stands too far to the right"),
    "a dash too far": ("  - ask", "   - ask", 1, "belongs to none. Begin a part"),
    "no dash": ("  - ask", "    ask", 1, "stands here twice. Keep one, or begin a new part with `- `"),
    "another dash": ("  - ask", "  – ask", 1, "begins no new part of the list"),
    "no space after the dash": ("- ask", "-ask", 1, "begins no new part of the list"),
    "no colon": ("label:", "label", 3, "no colon with a space after it"),
    "no space after the colon": ("label: ", "label:", 3, "no colon with a space after it"),
    "a colon in the text": ("Would you", "Now: would you", 2, "a colon with a space after it stands in the text"),
    "a quote left open": ("Would you", '"Would you', 2, "closes what begins here"),
    "an apostrophe first": ("Would you", "'t Is fine. Would you", 2, "closes what begins here"),
    "a word between quotes first": ("Would you", '"Would" you', 2, "closes what begins here"),
    "a quote that was never opened": ("a bike?", 'a bike?"', 2, 'a " stands alone in `text:`'),
    "curly quotes around an id": ("bike_loan", "“bike_loan”", 1, "is no question id. Use 2 to 24 small letters"),
    "curly quotes in a condition": (
        "transport",
        "“transport”",
        1,
        "has no option “transport”. Did you mean transport?",
    ),
    "an umlaut in an id": ("bike_loan", "fiets_büro", 1, "is no question id"),
    "no id": (" bike_loan", "", 1, "is no question id"),
    "an id that is there already": ("bike_loan", "licence", 8, "stands at flows/scripts/barriers.yaml"),
    "a brace left open": ("transport}}", "transport}", 6, "the { in this line is not closed"),
    "a brace too many": ("transport}}", "transport}}}", 6, "closes what begins here"),
    "no space between braces": ("{barriers: {has: ", "{barriers:{has:", 6, "a space is missing after a colon"),
    "no braces": ("{barriers: {has: transport}}", "transport", 6, "Write it like {goal: job}"),
    "a condition left empty": (
        " {barriers: {has: transport}}",
        "",
        6,
        "Write it like {goal: job}, or take the line out",
    ),
    "an answer left empty": (
        "{barriers: {has: transport}}",
        "{mobility: }",
        6,
        "is tested by None, which is no answer",
    ),
    "no answers in a list": (
        "{barriers: {has: transport}}",
        "{mobility: []}",
        6,
        "is tested by [], which is no answer",
    ),
    "an unknown question": ("barriers:", "bariers:", 1, "which is no question. Did you mean barriers?"),
    "an unknown option": ("transport", "transprt", 1, "has no option transprt. Did you mean transport?"),
    "a text that begins with %": ("We have", "%We have", 4, "a text cannot begin with %. Put the whole text"),
    "a text that begins with *": ("We have", "*We* have", 4, "a text cannot begin with *"),
    "a text that begins with a dash": ("We have", "- We have", 4, "a text cannot begin with a dash"),
    "a text that begins with !": ("We have", "!We have", 4, "a text cannot begin with !"),
    "a text that begins with a placeholder": ("We have", "{phone_line} We have", 4, "closes what begins here"),
    "a text that goes on too far left": ("borrow a", "borrow\n    a", 3, "a text that goes on in a next line begins"),
    "no label": ("    label: Borrowing a bike\n", "", 1, "has no label. Write its short name"),
    "a label left empty": (" Borrowing a bike", "", 3, "nothing stands after `label:`"),
    "a label that YAML reads as a yes": ("Borrowing a bike", "Yes", 3, "is read as True, which is no text. Put it"),
    "a label that YAML reads as a day": ("Borrowing a bike", "2027-03-24", 3, "is read as 2027-03-24"),
    "a key in Dutch": ("label:", "naam:", 3, "unknown key 'naam'. Known: ask, "),
    "a kind with a typo": ("yesno", "yes_no", 7, "unknown key 'yes_no'. Did you mean yesno?"),
    "true in Dutch": ("    yesno", "    required: ja\n    yesno", 7, "Write required: true"),
    "unsure where nothing is chosen": ("yesno", "unsure: true\n    words", 7, "not with words. Take it out"),
    "a page that is too large": ("    yesno", "    page: 9\n    yesno", 7, "no number from 2 to 6"),
    "a space that was copied": ("label: ", "label:\N{NO-BREAK SPACE}", 3, "Type its blanks anew"),
    "a bullet in front": ("    label", "  \N{NO-BREAK SPACE} label", 3, "Type its blanks anew"),
}
FIVE = "".join(f"\n      o{number}: Option {number}" for number in range(5))
WRONG_OPTIONS: dict[str, tuple[str, str, int, str]] = {
    "a # between braces": ("Town bike", "Bike #1", 7, "quotes around a text with : or # in it"),
    "a colon between braces": ("Town bike", "Bike: town", 7, "quotes around a text with : or # in it"),
    "an option not indented": ("      electric", "    electric", 8, "unknown key 'electric'"),
    "an option twice": ("electric", "town", 8, "stands here twice"),
    "one option": ('      electric: {label: Electric bike, icon: "🔋"}\n', "", 6, "at least two options"),
    "an option that YAML reads as a yes": ("town", "yes", 6, "put its id between quotes"),
    "a word as an icon": ('"🚲"', "bike", 6, "which is no small picture"),
    "an option too many": ("    choice:", f"    choice:{FIVE}", 1, "7 options on one screen"),
}  # fmt: skip


def told(folder: Path, lesson: str, wrong: Callable[[bytes], bytes] = bytes) -> tuple[int, list[str]]:
    """The line on which ``lesson`` begins in a copy of our own flow files, and what is said of them."""
    here = shutil.copytree(ROOT / "flows" / "scripts", folder / "flows" / "scripts")
    file = here / "barriers.yaml"
    before, after = file.read_text("utf-8").split("  - ask: licence", 1)
    file.write_bytes(wrong(f"{before}{lesson}  - ask: licence{after}".encode()))
    scripts = Scripts(here)
    check_flow(scripts.flow("intake"), scripts.problems)
    return before.count("\n") + 1, [str(problem) for problem in scripts.problems]


def one_line(found: list[str], line: int, problem: str) -> None:
    assert len(found) == 1, found
    assert found[0].startswith(f"flows/scripts/barriers.yaml:{line}: ")
    assert problem in found[0]
    assert len(found[0].splitlines()) == 1


@pytest.mark.parametrize(("old", "new", "line", "problem"), WRONG.values(), ids=WRONG)
def test_a_mistake_in_a_question_is_one_line(tmp_path: Path, old: str, new: str, line: int, problem: str) -> None:
    assert old in LESSON
    begins, found = told(tmp_path, LESSON.replace(old, new, 1))
    one_line(found, begins + line - 1, problem)


@pytest.mark.parametrize(("old", "new", "line", "problem"), WRONG_OPTIONS.values(), ids=WRONG_OPTIONS)
def test_a_mistake_in_the_options_is_one_line(tmp_path: Path, old: str, new: str, line: int, problem: str) -> None:
    assert old in KINDS
    begins, found = told(tmp_path, KINDS.replace(old, new, 1))
    one_line(found, begins + line - 1, problem)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (lambda text: text.replace(b"Would", b"W\xf3uld"), "the file is not UTF-8"),
        (lambda text: text.decode().encode("utf-16"), "the file is not UTF-8"),
        (lambda _: b"", "the file holds no mapping"),
        (lambda _: b"PK\x03\x04 a letter in Word", "a control character stands here"),
    ],
    ids=["another spelling of letters", "a spelling of Windows", "empty", "a document of Word"],
)
def test_a_file_that_is_no_text_is_one_line(tmp_path: Path, wrong: Callable[[bytes], bytes], problem: str) -> None:
    one_line(told(tmp_path, LESSON, wrong)[1], 1, problem)


@pytest.mark.parametrize(
    "kept",
    [
        lambda text: text,
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"Would you", "“Would” you".encode()),
    ],
    ids=["as it is", "a mark at the beginning", "line ends of Windows", "curly quotes in a text"],
)
def test_what_an_editor_does_by_itself_is_no_mistake(tmp_path: Path, kept: Callable[[bytes], bytes]) -> None:
    assert told(tmp_path, LESSON, kept)[1] == []
