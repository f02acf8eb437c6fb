"""Checks a page with axe-core: what it finds is a list of sentences, empty when all is well."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from tests.browser import DESK, PHONE

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def accessibility_problems(page: Page) -> list[str]:
    """Works under a strict content security policy: the script goes in beside the page, not into it."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    found = await page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", RULES)
    return [
        f"{problem['id']}: {problem['help']} ({node['html'][:120]})"
        for problem in found["violations"]
        for node in problem["nodes"]
    ]


async def problems_for_everybody(page: Page) -> list[str]:
    """The same on a phone and at a desk; and whether the page is wider than these. The page is loaded once for both."""
    found: list[str] = []
    for size in (PHONE, DESK):
        await page.set_viewport_size(size)
        found += await accessibility_problems(page)
        if await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{page.url} is wider than {size['width']}")
    return found
