"""The book of ids: an id keeps its meaning for ever, and none disappears unnoticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.id_books import id_problems, keep_ids
from bot.scenes import SCRIPTS
from flows.ids import Id, Line, kept, read_book, wrong_ids
from flows.marked_yaml import Misread
from flows.script import Where

FLOW = """\
flow: small
title: Small
steps:
  - say: Hello.
    id: hello
  - say: No id, no line in the book.
  - ask: goal
    text: What?
    choice:
      job: A job
      "no": {label: Nothing}
  - ask: name
    text: Who?
    words:
      max: 60
  - do: hand_over
    as: case
"""
BOOK = """\
do     case                             hand_over
ask    goal                             choice
option goal.job                         -
option goal.no                          -
say    hello                            -
ask    name                             words
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one flow file and its book of ids."""
    scripts = tmp_path / "flows" / "scripts"
    scripts.mkdir(parents=True)
    (scripts / "small.yaml").write_text(FLOW, "utf-8")
    keep_ids(scripts, [])
    return scripts


def problems(folder: Path, own: tuple[Path, ...] = ()) -> list[str]:
    return [str(problem) for problem in id_problems(folder, list(own))]


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "small.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def lines(folder: Path) -> str:
    text = (folder / "ids.txt").read_text("utf-8")
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))


def test_the_book_names_every_id_with_its_kind(folder: Path) -> None:
    assert lines(folder) == BOOK
    assert problems(folder) == []


def test_a_new_id_is_written_into_the_book(folder: Path) -> None:
    edit(folder, "job: A job", "job: A job\n      talk: A talk")
    assert problems(folder) == [
        "flows/scripts/small.yaml:11: the id goal.talk is new: it is not in ids.txt yet. Run `opstap check --keep-ids`"
    ]
    keep_ids(folder, [])
    assert problems(folder) == []


def test_an_id_that_is_gone_is_retired(folder: Path) -> None:
    edit(folder, "      job: A job\n", "      chores: Small jobs\n")
    keep = "Run `opstap check --keep-ids`"
    assert problems(folder) == [
        f"flows/scripts/small.yaml:10: the id goal.chores is new: it is not in ids.txt yet. {keep}",
        f"flows/scripts/ids.txt:5: the id goal.job is no longer used. {keep}: it retires it",
    ]
    keep_ids(folder, [])
    assert "option goal.job                         - retired\n" in lines(folder)
    assert problems(folder) == []


def test_a_retired_id_never_comes_back(folder: Path) -> None:
    edit(folder, "      job: A job\n", "      chores: Small jobs\n")
    keep_ids(folder, [])
    edit(folder, "      chores: Small jobs\n", "      chores: Small jobs\n      job: Odd jobs\n")
    keep_ids(folder, [])
    assert problems(folder) == [
        "flows/scripts/small.yaml:11: the id goal.job was used before and is retired: old answers would get a new "
        "meaning. Choose another id"
    ]


def test_an_id_keeps_its_kind_of_answer(folder: Path) -> None:
    edit(folder, "    words:\n      max: 60\n", "    number: {min: 0, max: 9}\n")
    keep_ids(folder, [])
    assert problems(folder) == [
        "flows/scripts/small.yaml:12: name was words before and is number now: old answers do not fit. "
        "Choose another id"
    ]


def test_an_organisations_own_files_have_a_book_of_their_own(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "ours" / "flows"
    own.mkdir(parents=True)
    (own / "small.yaml").write_text(FLOW.replace("job: A job", "bike: A bike"), "utf-8")
    assert problems(folder, (own,)) == [
        "ours/flows/small.yaml:10: the id goal.bike is new: it is not in ids.txt yet. Run `opstap check --keep-ids`"
    ]
    keep_ids(folder, [own])
    assert lines(own) == "option goal.bike                        -\n"
    assert lines(folder) == BOOK
    assert problems(folder, (own,)) == []


def test_an_organisation_cannot_revive_what_is_retired_for_all(folder: Path, tmp_path: Path) -> None:
    edit(folder, "      job: A job\n", "      chores: Small jobs\n")
    keep_ids(folder, [])
    own = tmp_path / "ours" / "flows"
    own.mkdir(parents=True)
    (own / "small.yaml").write_text(FLOW, "utf-8")
    keep_ids(folder, [own])
    assert [problem.split(": ")[1] for problem in problems(folder, (own,))] == [
        "the id goal.job was used before and is retired"
    ]


def test_a_line_that_cannot_be_read_is_named(folder: Path) -> None:
    with (folder / "ids.txt").open("a") as book:
        book.write("ask\n")
    with pytest.raises(Misread, match=r"flows/scripts/ids.txt:9: 'ask' is no line of the book of ids"):
        problems(folder)


def test_a_flow_file_that_cannot_be_read_retires_nothing(folder: Path) -> None:
    (folder / "small.yaml").write_text("flow: [", "utf-8")
    with pytest.raises(Misread):
        keep_ids(folder, [])
    assert lines(folder) == BOOK


WHERE = Where("small.yaml", 1)
IDS = st.builds(Id, st.sampled_from(["ask", "say"]), st.sampled_from("abcd"), st.sampled_from(["choice", "words"]))
USED = st.lists(IDS, unique_by=lambda each: each.key).map(lambda ids: [(each, WHERE) for each in ids])


@given(st.lists(USED, min_size=1, max_size=6))
def test_whatever_is_edited_the_book_forgets_nothing_and_never_changes_a_meaning(
    versions: list[list[tuple[Id, Where]]],
) -> None:
    book: list[Line] = []
    for used in versions:
        after = [_parsed(line) for line in kept(used, book).splitlines() if not line.startswith("#")]
        assert {line.id for line in book} <= {line.id for line in after}
        assert {line.id.key for line in book if line.retired} <= {line.id.key for line in after if line.retired}
        wrong = {problem.text.split(" was ")[0].removeprefix("the id ") for problem in wrong_ids(used, after)}
        before = {line.id.key: line for line in book}
        broken = {
            each.name
            for each, _ in used
            if each.key in before and (before[each.key].retired or before[each.key].id != each)
        }
        assert wrong == broken
        book = after


def _parsed(text: str) -> Line:
    what, name, kind, *retired = text.split()
    return Line(Id(what, name, kind), bool(retired), WHERE)


def test_what_is_shipped_is_in_its_book() -> None:
    assert problems(SCRIPTS) == []
    assert {line.id.what for line in read_book(SCRIPTS)} == {"ask", "option", "say", "do"}


def test_keeping_the_ids_of_what_is_shipped_changes_nothing(tmp_path: Path) -> None:
    copied = Path(shutil.copytree(SCRIPTS, tmp_path / "flows" / "scripts"))
    keep_ids(copied, [])
    assert (copied / "ids.txt").read_text("utf-8") == (SCRIPTS / "ids.txt").read_text("utf-8")
