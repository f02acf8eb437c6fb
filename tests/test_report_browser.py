"""The page of reports in a real browser: it fits, it can be used by everybody, and the bars are drawn."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, ViewportSize

from tests.accessibility import accessibility_problems
from tests.browser import DESK, PHONE
from tests.test_report_pages import counted

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_reports_fit_and_can_be_used_by_everybody(page: Page, size: ViewportSize) -> None:
    await page.set_viewport_size(size)
    problems = []
    async with counted() as (_, browser):
        console = str(browser.client.make_url("/staff/"))
        await page.context.add_cookies([{"name": "opstap-staff", "value": browser.cookie(), "url": console}])
        for asked in (
            "report=visits&year=2026&split=month",
            "report=intakes&year=2026&split=before",
            "report=questions",
        ):
            await page.goto(f"{console}reports?{asked}")
            problems += await accessibility_problems(page)
            assert not await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), asked
            bars = await page.evaluate(
                "[...document.querySelectorAll('figure svg rect')].map(bar => bar.getBoundingClientRect().width)"
            )
            assert max(bars[1:]) > 100
    assert problems == []
