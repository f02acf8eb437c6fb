"""The web chat on an old phone: iOS 15 and Chrome 95 are the last that an iPhone 7 and an Android 5 can have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.stage import ROOT
from tests.webchat_person import Person
from tests.webchat_stage import QUESTIONS, Stage

STATIC = ROOT / "bot" / "web" / "static"
NOT_YET = """
  delete AbortSignal.timeout;
  delete AbortSignal.any;
  delete Promise.withResolvers;
  delete Object.groupBy;
  for (const name of ["findLast", "findLastIndex", "toReversed", "toSorted", "toSpliced", "with"])
    delete Array.prototype[name];
  for (const name of ["toWellFormed", "isWellFormed"]) delete String.prototype[name];
"""
"""What came later, taken away before the page begins."""


def files(pattern: str) -> list[Path]:
    found = sorted(STATIC.glob(pattern))
    assert found, "there is something to look at"
    return found


@pytest.mark.browser
async def test_a_conversation_needs_nothing_that_came_later(page: Page, stage: Stage) -> None:
    await page.add_init_script(NOT_YET)
    person = Person(page, stage.chat)
    await person.starts("fr")
    await person.says("3600")
    await person.sees("Qu'est-ce qui rend")
    await person.taps("La langue")
    await person.sees_ticked("La langue")
    await person.opens()
    await person.sees(QUESTIONS[1].text[1].partition("\n")[2].partition(" ?")[0])
    assert person.problems == []


def test_no_script_is_written_so_that_an_old_phone_cannot_even_read_it() -> None:
    """Looking behind in a pattern is a mistake of syntax there: not a line of such a file runs."""
    for script in files("*.js"):
        assert not re.search(r"\(\?<[=!]|\bstatic \{|#\w+ in |/v[,;)\]]", script.read_text()), script.name


def test_no_style_is_written_so_that_an_old_phone_passes_it_over() -> None:
    for sheet in files("*.css"):
        style = sheet.read_text()
        assert not re.search(r"@media[^{]*[<>]", style), "widths are compared by min-width and max-width"
        assert style.count("-webkit-mask:") == len(re.findall(r"(?<!-)\bmask:", style))
