"""The calendar in a real browser: a visit is moved by dragging and by keyboard, and who came is noted in one tap."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import BrowserContext, Page, ViewportSize, expect

from tests.browser import DESK, PHONE
from tests.calendar_stage import at_work, booked, calendar_stage, known_person, local, visits
from tests.staff_stage import Browser, Stage

pytestmark = pytest.mark.browser


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with calendar_stage() as opened:
        yield opened


async def opened_by(browser: Browser, context: BrowserContext, path: str) -> Page:
    address = str(browser.client.make_url("/staff/"))
    await context.add_cookies([{"name": "opstap-staff", "value": browser.cookie(), "url": address}])
    page = await context.new_page()
    await page.goto(address + path)
    return page


async def stands(stage: Stage) -> str:
    return next(local(each.starts_at) for each in await visits(stage) if each.state == "booked")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_a_visit_moves_by_keyboard_and_by_dragging_and_is_noted(
    stage: Stage, context: BrowserContext, size: ViewportSize
) -> None:
    person, _ = await known_person(stage)
    await booked(stage, person)
    async with stage.serve() as opened:
        page = await opened_by(await at_work(stage, await opened()), context, "calendar")
        await page.set_viewport_size(size)
        await by_keyboard(stage, page)
        await by_dragging(stage, page)
        stage.later(days=1, hours=2)
        page = await opened_by(await at_work(stage, await opened()), context, "calendar")
        await page.get_by_role("button", name="✓ Came").click()
        await expect(page.locator("#news")).to_contain_text("Noted: the person came.")
    assert [each.state for each in await visits(stage)].count("attended") == 1


async def by_keyboard(stage: Stage, page: Page) -> None:
    """Picked up, taken along, left; picked up again and put down: every step is said."""
    said = page.locator("#say")
    await page.locator(".grip").focus()
    await page.keyboard.press("Enter")
    await expect(said).to_contain_text("Picked up: Samira")
    await page.keyboard.press("ArrowDown")
    await expect(said).to_contain_text("08:30")
    await page.keyboard.press("Escape")
    await expect(said).to_have_text("Left where it was.")
    assert await stands(stage) == "25 09:30"
    await page.keyboard.press("Enter")
    await expect(page.locator(".target")).not_to_have_count(0)
    for _ in range(3):
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog")).to_contain_text("Samira")
    await page.keyboard.press("Enter")
    await expect(said).to_have_text("The visit is moved. The person hears of it now.")
    assert await stands(stage) == "25 13:00"


async def by_dragging(stage: Stage, page: Page) -> None:
    """The server is asked, and answers with the page as it is then."""
    grip = page.locator(".grip")
    await grip.scroll_into_view_if_needed()
    box = await grip.bounding_box()
    assert box
    await page.mouse.move(box["x"] + 5, box["y"] + 5)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 20, box["y"] + 20, steps=3)
    target = page.locator('.target button[aria-label*="10:30"]')
    there = await target.bounding_box()
    assert there
    await page.mouse.move(there["x"] + 10, there["y"] + 10, steps=4)
    await expect(page.locator(".target.chosen")).to_have_text("10:30")
    await page.mouse.up()
    await page.get_by_role("dialog").get_by_role("button", name="Move").click()
    await expect(page.locator("#news")).to_contain_text("The visit is moved.")
    assert await stands(stage) == "25 10:30"
