"""The console in a real browser: hostile words stay words, everybody can use every page."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from storage.ledger import Ledger
from tests.accessibility import problems_for_everybody
from tests.catalogue_stage import Shop
from tests.console.test_staff_console import PAYLOADS
from tests.local_work_stage import ASKS
from tests.staff_stage import ANSWERS, HERE, PASSWORD, Stage
from tests.steps_stage import agreed
from tests.test_staff_rights import visited

pytestmark = pytest.mark.browser


@pytest.fixture
async def stage(sqlite_ledger: Ledger) -> Stage:
    stage = Stage(sqlite_ledger)
    await stage.staff()
    return stage


@pytest.fixture
async def console(stage: Stage) -> AsyncIterator[str]:
    """The address of the console."""
    async with stage.serve() as opened:
        yield str((await opened()).client.make_url("/staff/"))


async def sign_in_by_keyboard(page: Page, console: str) -> None:
    await page.goto(console)
    await page.focus("#organisation")
    await page.keyboard.type("Bijzig")
    await page.keyboard.press("Tab")
    await page.keyboard.type("greet")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("Greet")


async def test_hostile_answers_run_nothing_and_fetch_nothing(stage: Stage, console: str, page: Page) -> None:
    ran: list[str] = []
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    page.on("request", lambda request: ran.append(request.url) if "evil" in request.url else None)
    page.on("console", lambda message: ran.append(message.text))
    await sign_in_by_keyboard(page, console)
    for payload in PAYLOADS:
        case = await stage.case({**ANSWERS, "first_name": payload})
        await page.goto(f"{console}cases/{case}")
        await expect(page.locator("#case-answers dd bdi", has_text=payload)).to_be_visible()
    assert ran == []


async def test_a_coach_accepts_a_case_without_a_mouse(stage: Stage, console: str, page: Page) -> None:
    await stage.case()
    await sign_in_by_keyboard(page, console)
    await page.locator(".rows a").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Accept this case").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("You have accepted this case.")


async def test_every_page_can_be_used_by_everybody(stage: Stage, console: str, page: Page) -> None:
    case = await stage.case()
    await page.goto(console)
    problems = await problems_for_everybody(page)
    await sign_in_by_keyboard(page, console)
    there = await Shop(stage).furnish(case, (await stage.account("greet")).id)
    await agreed(stage, case, by_day=stage.now.date())
    kept, partner, referral = (there[name] for name in ("catalogue entry", "catalogue partner", "cases referral"))
    ours = (
        "",
        "cases",
        f"cases/{case}",
        f"cases/{case}/print",
        f"cases/{case}/talk",
        "audit",
        "telegram",
        "account",
        "password",
        "nowhere",
        "link/token",
    )
    offers = (f"cases/{case}/offers/{kept}", f"cases/{case}/referrals/{referral}", "catalogue", "catalogue/map")
    entries = ("catalogue/new", f"catalogue/entries/{kept}", f"catalogue/entries/{kept}/edit")
    partners = ("catalogue/partners", f"catalogue/partners/{partner}", f"catalogue/partners/{partner}/edit")
    calendar = ("calendar", "calendar/hours", f"cases/{case}/book", "sessions")
    asked = await stage.case(ASKS)
    chores = (
        "local-work",
        "local-work/figures",
        f"local-work/people/{case}",
        f"local-work/requests/{asked}",
        "cheques",
    )
    counted = ("reports", "figures", "walk-ins", "campaigns", "campaigns/new")
    companies = ("companies", f"companies/{(await visited(stage, HERE))['companies company']}")
    for path in (*ours, *offers, *entries, *partners, *calendar, *chores, *counted, *companies):
        await page.goto(console + path)
        problems += await problems_for_everybody(page)
    assert problems == []


async def test_the_sign_in_keeps_what_was_typed_but_never_the_password(console: str, page: Page) -> None:
    await page.goto(console)
    await page.select_option("#organisation", HERE)
    await page.fill("#login", "greet")
    await page.fill("#password", "not the password")
    await page.click("main button")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.locator("#login")).to_have_value("greet")
    await expect(page.locator("#password")).to_have_value("")
    await expect(page.locator("#password")).to_be_focused()
    await expect(page.locator("#password")).to_have_accessible_description(await page.get_by_role("alert").inner_text())
