"""The table of what the articles name is true: its tests and its offers exist, and the page is written from it."""

from __future__ import annotations

import ast
from functools import cache

import pytest
import yaml

from casework.house.organisations import Organisation, load_organisations
from casework.offers.catalogue_file import CATALOGUE, Written, read_catalogue
from flows.conditions import holds
from tests.services_page import OPEN, PAGE, STANDS, page, read_rows, shown_by
from tests.stage import ROOT, papers
from tests.test_who_gets_what import CASES
from tests.transcript import FOLDER as STORIES

FOLDER = ROOT / "organisations"
ROWS = read_rows()
PARTS = {"A0": 16, "A1": 25, "A2": 13, "A3": 29, "A4": 30}
"""How many rows each article has."""
ELSEWHERE = {"A2-10", "A4-1"}
"""Rows whose story is told where somebody comes to the wrong house, or wants the same of another one."""
CHORES = {"household", "school", "local_board", "association", "fruit", "admin", "childcare"}


@cache
def houses() -> dict[str, Organisation]:
    return load_organisations(FOLDER)


@cache
def catalogue(name: str) -> Written:
    return read_catalogue(FOLDER / name / CATALOGUE, houses()[name])


@cache
def named_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name for node in found if node.name.startswith("test_")}


def test_every_row_of_the_articles_is_there_once() -> None:
    assert list(ROWS) == [f"{part}-{number}" for part, most in PARTS.items() for number in range(1, most + 1)]


@pytest.mark.parametrize("id", ROWS)
def test_a_row_that_works_names_a_test_that_exists(id: str) -> None:
    row = ROWS[id]
    assert row["stands"] in STANDS
    if row["stands"] == OPEN:
        assert "test" not in row
        return
    assert "test" in row
    for test in shown_by(row):
        file, _, name = test.partition("::")
        assert name in named_in(file), test


@pytest.mark.parametrize("id", [id for id, row in ROWS.items() if "story" in row])
def test_the_story_of_a_row_is_told_at_the_house_whose_offers_it_names(id: str) -> None:
    row = ROWS[id]
    story = (STORIES / f"{row['story']}.chat").read_text("utf-8")
    at = {"A0": "jobin", "A1": "genk", "A2": "zuidoost-limburg", "A3": "bijzig", "A4": "handel"}[id.partition("-")[0]]
    assert f"@ {at} " in story or id in ELSEWHERE


def test_a_row_that_rests_on_people_has_people() -> None:
    rests = {id for id, row in ROWS.items() if any(test.startswith("test_who_gets_what.py") for test in shown_by(row))}
    assert rests == {case.row for case in CASES}


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_social_economy_is_explained_in_three_sentences(language: str) -> None:
    about = catalogue("zuidoost-limburg").offers["uitleg"].about[language]
    assert [len(each.split()) <= 15 for each in about.rstrip(".").split(". ")] == [True] * 3


def test_whose_flow_there_is_none_is_named_in_no_question_and_no_offer() -> None:
    """VVSG stands in an article, and has nothing to do with who looks for work."""
    texts = [text for each in papers().scenes.settings.values() for text, _ in each.flow.texts()]
    texts += [about for name in houses() for entry in catalogue(name).offers.values() for about in entry.about.values()]
    assert not [text for text in texts if "vvsg" in text.lower()]


@pytest.mark.parametrize("id", [id for id, row in ROWS.items() if row.get("offers")])
def test_the_catalogue_has_what_the_row_names(id: str) -> None:
    for named in ROWS[id]["offers"]:
        house, _, key = named.partition(":")
        assert key in catalogue(house).offers, named


def test_the_page_is_written_from_the_rows() -> None:
    assert PAGE.read_text("utf-8") == page(ROWS), "write it anew: python -m tests.services_page"


def test_target_group_and_money_are_kept_with_an_entry() -> None:
    project, regie = catalogue("handel").offers["dossier"], catalogue("zuidoost-limburg").offers["regie"]
    assert project.funding
    assert project.valid_until
    assert (regie.target_group, bool(regie.funding)) == ("gemeenten en bedrijven", True)


def test_the_seven_kinds_of_chores_can_be_chosen() -> None:
    asked = papers().scenes.settings["bijzig", "web"].flow.asks["chores"]
    assert {option.id for option in asked.kind.options} == CHORES


def test_a_speed_date_is_for_companies_alone() -> None:
    dates = [each for each in houses()["handel"].sessions.values() if each.kind == "speed_date"]
    assert dates
    assert not any(holds(each.fits, {"path": "full", "goal": "job"}, {}) for each in dates)


def test_no_text_of_a_catalogue_promises_a_right() -> None:
    for name in houses():
        text = yaml.safe_dump(
            yaml.safe_load((FOLDER / name / CATALOGUE).read_text("utf-8")), allow_unicode=True
        ).lower()
        assert not [word for word in ("recht op", "recht hebt", "droit à", "droit de", "right to") if word in text], (
            name
        )
