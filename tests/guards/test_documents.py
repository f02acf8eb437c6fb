"""What documents say about the house is so: rooms, settings, commands, files, and tables that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import app
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))
README = (ROOT / "README.md").read_text("utf-8")
RUNNING = (ROOT / "docs" / "running-it.md").read_text("utf-8")
MADE_UP = {"cycling.yaml", "sara.chat", "new-files"}
PATH = re.compile(r"`((?:bot|browser|casework|docs|flows|locales|organisations|staff|storage|tests)/[\w./-]+\.\w+)`")


def broken_rows(document: Path) -> Iterator[str]:
    """Rows with more or fewer cells than the head of their table, which a reader would not see."""
    cells = 0
    for number, line in enumerate(document.read_text("utf-8").splitlines(), 1):
        if not line.startswith("|"):
            cells = 0
            continue
        found = len(re.findall(r"(?<!\\\\)\|", line))
        cells = cells or found
        if found != cells:
            yield f"{document.name}:{number}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_row_fits_its_table(document: Path) -> None:
    assert list(broken_rows(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_is_there(document: Path) -> None:
    named = PATH.findall(document.read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_readme_names_every_room_of_the_rules() -> None:
    told = README.partition("casework/ ")[2].partition("storage/ ")[0]
    rooms = {path.parent.name for path in (ROOT / "casework").glob("*/__init__.py")}
    assert set(re.findall(r"\w+", told.partition(":")[2])) == rooms


def test_the_readme_leads_to_every_document() -> None:
    assert [path.name for path in (ROOT / "docs").glob("*.md") if f"`docs/{path.name}`" not in README] == []


def test_every_setting_is_explained() -> None:
    assert [name for name in Settings.model_fields if f"`OPSTAP_{name.upper()}`" not in RUNNING] == []


def test_every_command_is_named() -> None:
    commands = {each.name or each.callback.__name__ for each in app.registered_commands if each.callback}
    groups = {group.name for group in app.registered_groups}
    assert [name for name in commands | groups if f"opstap {name}" not in RUNNING] == []
