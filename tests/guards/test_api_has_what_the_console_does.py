"""Whatever a page of the console changes, the API changes too, or docs/api.md says why not: no page forgets it."""

from __future__ import annotations

from pathlib import Path

from staff.api import OPERATIONS
from staff.app import ROUTES
from tests.api_page import BY_THE_API, IN_THE_CONSOLE_ALONE, PAGE, drawn

DOCS = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
CHANGES = {route.name for route in ROUTES if route.method != "GET"}


def in_the_console_alone() -> set[str]:
    return {name for names in IN_THE_CONSOLE_ALONE.values() for name in names.split()}


def test_every_page_that_changes_something_has_its_operation_or_a_reason() -> None:
    known = BY_THE_API.keys() | in_the_console_alone()
    assert CHANGES - known == set(), "give it an operation in staff/api_*.py, or say in docs/api.md why there is none"
    assert known - CHANGES == set(), "there is no such page any more"
    assert BY_THE_API.keys() & in_the_console_alone() == set()


def test_every_operation_that_stands_for_a_page_exists() -> None:
    named = {operation for operations in BY_THE_API.values() for operation in operations.split()}
    assert named - {operation.id for operation in OPERATIONS} == set()


def test_the_page_of_the_api_says_what_is_in_the_console_alone_and_why() -> None:
    alone = DOCS.partition("## Only in the console\n")[2].partition("\n\nRead there alone")[0]
    lines = [line.removeprefix("- ").partition(": ") for line in alone.splitlines() if line.startswith("- ")]
    assert {what for what, _, _ in lines} == set(IN_THE_CONSOLE_ALONE)
    assert all(why for _, _, why in lines)


def test_the_page_of_the_calls_is_true() -> None:
    assert PAGE.read_text("utf-8") == drawn(), "run python -m tests.api_page and read the difference"
