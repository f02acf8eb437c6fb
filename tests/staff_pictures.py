"""Draws the pictures of ``docs/for-coaches.md`` from the running program: ``python -m tests.staff_pictures``."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright
from sqlmodel import Session

from bot.catalogue_seeding import seed_catalogues
from bot.people import Place
from bot.stage import Actor, NotShown
from bot.stage import Stage as BareStage
from casework.door.accounts import find_account
from casework.door.links import one_time_link
from casework.figures.report_counting import publish
from tests.browser import CHROMIUM, DESK, FLAGS, PHONE
from tests.report_crowd import crowd
from tests.running import Running, running
from tests.stage import papers

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
STORIES = Path(__file__).parent / "transcripts"
PEOPLE = (
    "02-nl-whole-intake-with-typos",
    "12-fr-whole-intake",
    "01-nl-quick-way-to-a-coach",
    "80-nl-bike-to-work-and-a-house-to-find",
    "75-nl-not-sure-yet",
    "89-fr-small-jobs-and-coming-by",
)
"""Whose stories the house knows; all names in them are invented."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A page and how it is looked at. In ``path`` a star stands for the first case of the list.

    ``whole`` is with what lies below the window; on a phone everybody scrolls.
    """

    name: str
    path: str
    size: ViewportSize
    account: str = "an"
    whole: bool = False


SHOTS = (
    Shot("staff-today", "", DESK),
    Shot("staff-today-390", "", PHONE),
    Shot("staff-cases", "cases", DESK),
    Shot("staff-case", "cases/*", DESK),
    Shot("staff-case-390", "cases/*", PHONE),
    Shot("staff-talk", "cases/*/talk", DESK),
    Shot("staff-calendar", "calendar", DESK),
    Shot("staff-calendar-390", "calendar", PHONE),
    Shot("staff-sessions", "sessions", DESK),
    Shot("staff-catalogue", "catalogue", DESK),
    Shot("staff-reports", "reports?report=outcomes&year=all", DESK, whole=True),
    Shot("staff-organisation", "organisation", DESK, "ine"),
    Shot("staff-account", "account", DESK),
)


async def draw() -> None:
    async with running("sqlite://") as program, async_playwright() as playwright:
        await furnish(program)
        for number, story in enumerate(PEOPLE):
            await tell(program, story, str(number))
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for shot in SHOTS:
            await take(program, browser, shot)
        await browser.close()


async def furnish(program: Running) -> None:
    """The catalogue of the demonstration, and reports as after two years of people whom dice made."""
    house, now = program.house, program.clock.now()
    await seed_catalogues(house.ledger, papers().catalogues, program.clock)
    counts = sum((crowd(900, now, year) for year in (now.year - 1, now.year)), Counter())
    await house.ledger.write(lambda session: publish(session, "genk", counts, {}, now))


async def tell(program: Running, story: str, who: str) -> None:
    """What the person of a story says, by somebody of their own; it ends where time would have to pass."""
    lines = (STORIES / f"{story}.chat").read_text(encoding="utf-8").splitlines()
    stage = BareStage(program.house, program.clock)
    actor = Actor(stage, Place("genk", "web", who))
    try:
        for said in _said(lines):
            if said.startswith("/start"):
                await actor.starts(said.removeprefix("/start").strip() or None)
            elif said.startswith("["):
                await actor.taps(said[1:-1])
            else:
                await actor.says(said)
    except NotShown:
        return


def _said(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith("!"):
            return
        if line.startswith("> "):
            yield line[2:]


async def take(program: Running, browser: Browser, shot: Shot) -> None:
    context = await browser.new_context(viewport=shot.size, reduced_motion="reduce", locale="nl-BE")
    page = await context.new_page()
    await enter(program, page, shot.account)
    await page.goto(f"{program.url}/staff/{await _path(program, page, shot.path)}")
    await page.wait_for_timeout(400)
    await page.screenshot(path=PICTURES / f"{shot.name}.png", full_page=shot.whole or shot.size is PHONE)
    await context.close()


async def enter(program: Running, page: Page, login: str) -> None:
    def link(session: Session) -> str:
        account = find_account(session, "genk", login)
        assert account
        return one_time_link(session, account, "sign_in", program.clock.now())

    await page.goto(f"{program.url}/staff/link/{await program.house.ledger.write(link)}")
    await page.locator("main button").click()
    await page.wait_for_url(f"{program.url}/staff/**")


async def _path(program: Running, page: Page, path: str) -> str:
    if "*" not in path:
        return path
    await page.goto(f"{program.url}/staff/cases")
    first = await page.locator("main a[href*='/cases/']").first.get_attribute("href")
    return path.replace("cases/*", (first or "").removeprefix("/staff/"))


if __name__ == "__main__":
    asyncio.run(draw())
