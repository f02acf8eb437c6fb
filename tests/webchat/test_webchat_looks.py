"""How the web chat looks to who has a small phone, larger letters, or colours of their own, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.accessibility import accessibility_problems
from tests.webchat_person import Person
from tests.webchat_stage import Stage
from tests.webchat_wording import DUTCH

pytestmark = pytest.mark.browser

LETTERS = 24
"""Pixels of a letter where people usually have 16."""


async def has(page: Page, width: int, letters: int = 16) -> None:
    """The page as it is for a screen that is so wide, with letters of that size.

    Larger letters are fewer in a line, and that is all that a page sees of them.
    """
    await page.set_viewport_size({"width": round(width * 16 / letters), "height": round(844 * 16 / letters)})


async def torn(page: Page) -> list[str]:
    """The words of the name on top that stand in more than one line."""
    found: list[str] = await page.locator("h1").evaluate(
        """name => {
          const text = name.firstChild, range = document.createRange();
          return [...text.data.matchAll(/[^\\s]+/g)].filter((word) => {
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            return range.getClientRects().length > 1;
          }).map(String);
        }"""
    )
    return found


@pytest.mark.parametrize("language", ["nl", "fr"])
@pytest.mark.parametrize(("width", "letters"), [(320, 16), (390, 16), (390, LETTERS), (1280, 2 * 16)])
async def test_the_name_of_the_house_can_be_read_whole(person: Person, language: str, width: int, letters: int) -> None:
    await has(person.page, width, letters)
    await person.opens()
    assert await torn(person.page) == []
    await person.starts(language)
    assert await torn(person.page) == []
    name = person.page.locator("h1")
    assert await name.evaluate("name => name.scrollHeight <= name.clientHeight + 1")
    assert await person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_who_comes_back_reads_on_below_what_they_said_last(person: Person, stage: Stage) -> None:
    await person.page.set_viewport_size({"width": 320, "height": 568})
    await person.starts("nl")
    await person.says("3600")
    await person.sees("Wat maakt werken moeilijk")
    for day in ("maandag", "dinsdag", "woensdag"):
        await stage.conversation.tells(stage.conversation.applied[0].address, f"Dag, hier An. Kan je {day} komen? " * 3)
    await person.opens()
    await expect(person.log.get_by_text("woensdag")).to_have_count(1)
    await expect(person.log.get_by_text("Wat maakt werken moeilijk")).to_be_in_viewport(ratio=1)


async def test_in_colours_of_their_own_the_menu_and_the_own_words_can_be_seen(person: Person) -> None:
    await person.page.emulate_media(forced_colors="active")
    await person.starts()
    await person.says("3600")
    colour = "element => getComputedStyle(element).backgroundColor"
    dots, bar = person.page.locator(".dots"), person.page.locator(".top")
    assert await dots.evaluate(colour) != await bar.evaluate(colour)
    assert await person.log.locator(".you .bubble").evaluate("own => getComputedStyle(own).borderTopStyle") == "solid"


async def test_a_number_to_call_can_be_tapped_before_the_chat_begins(person: Person, stage: Stage) -> None:
    for url in (stage.chat, f"{stage.chat}/continue"):
        await person.page.goto(url)
        numbers = person.page.locator("a[href^='tel:+32']")
        await expect(numbers).to_have_text(["089 00 00 00", "089 00 00 00"])
        assert await accessibility_problems(person.page) == []


async def test_on_a_small_phone_the_reason_why_nothing_happens_is_in_sight(person: Person, stage: Stage) -> None:
    page, notice = person.page, person.page.locator("#notice")
    await page.set_viewport_size({"width": 320, "height": 568})
    await page.route("**/start", lambda route: route.abort())
    await person.opens()
    await page.locator("[data-start=nl]").click()
    await expect(notice).to_be_in_viewport(ratio=1)
    await expect(notice).to_have_text(DUTCH["Not sent yet. We keep trying."])
    await page.goto(f"{stage.chat}/continue")
    await page.fill("#code", "0000-0000")
    await page.locator("[data-go=nl]").first.click()
    await expect(notice).to_be_in_viewport(ratio=1)


async def test_a_link_that_is_followed_on_the_page_itself_is_taken_and_leaves_the_address(
    person: Person, stage: Stage
) -> None:
    page = person.page
    await page.goto(f"{stage.chat}/continue")
    await expect(page.locator("#code")).to_be_visible()
    await page.evaluate("location.hash = 'a-code-of-somebody'")
    await expect(page.locator("#code")).to_be_hidden()
    await expect(page).to_have_url(f"{stage.chat}/continue")
