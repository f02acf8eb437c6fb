"""Open pages renew themselves: one stream, told by the bell, cheap for many pages; what is typed and where is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import pytest
from aiohttp import ClientResponse
from playwright.async_api import Page, expect
from sqlmodel import Session

from casework.cases.case_desk import CaseDesk, open_desk
from casework.cases.cases import Actor
from casework.cases.notes import write_note
from casework.door.accounts import Account, ensure_accounts
from casework.door.sign_in import open_door
from storage.bell import Bell
from storage.ledger import Ledger, open_ledger
from storage.tables import Case
from tests.staff_stage import ELSEWHERE, HERE, ORGANISATIONS, Browser, Stage

T = TypeVar("T")
SOON = 10
OPEN_PAGES = 50


@dataclass
class Counting:
    """A ledger that counts how often it is asked."""

    ledger: Ledger
    reads: int = 0

    @property
    def bell(self) -> Bell:
        return self.ledger.bell

    @property
    def dialect(self) -> Any:
        return self.ledger.dialect

    async def write(self, work: Callable[[Session], T]) -> T:
        self.reads += 1
        return await self.ledger.write(work)

    async def read(self, work: Callable[[Session], T]) -> T:
        self.reads += 1
        return await self.ledger.read(work)

    async def close(self) -> None:
        await self.ledger.close()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    ledger = Counting(await open_ledger("sqlite://"))
    stage = Stage(ledger)
    for organisation in (HERE, ELSEWHERE):
        await ledger.write(partial(ensure_accounts, organisation=ORGANISATIONS[organisation], now=stage.now))
    yield stage
    await ledger.close()


async def token(stage: Stage, login: str = "greet") -> str:
    account = await stage.account(login)
    return await stage.ledger.write(lambda session: open_door(session, account.id, stage.now))


async def at_work(stage: Stage, browser: Browser, login: str = "greet") -> Browser:
    browser.client.session.cookie_jar.update_cookies({"opstap-staff": await token(stage, login)})
    return browser


async def own_case(stage: Stage) -> str:
    case = await stage.case()
    await stage.ledger.write(lambda session: setattr(session.get_one(Case, case), "coach", "greet"))
    return case


async def note(stage: Stage, case: str, text: str) -> None:
    """A colleague writes one, somewhere else."""
    account = await stage.account("yusuf")

    def work(session: Session) -> None:
        desk = open_desk(session, stage.vault, Actor.of(account), case, stage.now)
        assert isinstance(desk, CaseDesk)
        write_note(desk, text, "A")

    await stage.ledger.write(work)


@asynccontextmanager
async def stream(browser: Browser, asked: str) -> AsyncIterator[ClientResponse]:
    async with browser.client.get(f"/staff/live?{asked}") as live:
        assert live.status == 200
        assert await told(live) == "ready"
        yield live


async def told(live: ClientResponse) -> str:
    """The name of the next event."""
    async with asyncio.timeout(SOON):
        while True:
            line = (await live.content.readline()).decode().strip()
            if line.startswith("event: "):
                return line.removeprefix("event: ")


async def test_each_page_is_told_of_what_it_shows_and_of_nothing_else(stage: Stage) -> None:
    case, other = await own_case(stage), await own_case(stage)
    async with stage.serve() as opened, AsyncExitStack() as open_pages:
        coach = await at_work(stage, await opened())
        asked = ("on=today", "on=cases", f"on=case&id={case}", f"on=case&id={other}")
        pages = [await open_pages.enter_async_context(stream(coach, page)) for page in asked]
        await note(stage, case, "Gebeld.")
        for page in pages[:3]:
            assert await told(page) == "changed"
        await note(stage, other, "Ook gebeld.")
        assert await told(pages[3]) == "changed"


async def test_a_page_of_what_is_not_theirs_is_not_there(stage: Stage) -> None:
    foreign = await stage.case(organisation=ELSEWHERE)
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        assert (await coach.open(f"/staff/live?on=case&id={foreign}")).status == 404
        assert (await coach.open("/staff/live?on=everything")).status == 400


async def test_fifty_open_pages_ask_the_database_nothing_until_the_bell_rings(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened, AsyncExitStack() as open_pages:
        coach = await at_work(stage, await opened())
        pages = [await open_pages.enter_async_context(stream(coach, "on=today")) for _ in range(OPEN_PAGES)]
        ledger = stage.ledger
        assert isinstance(ledger, Counting)
        before = ledger.reads
        await note(stage, case, "Gebeld.")
        assert await asyncio.gather(*(told(page) for page in pages)) == ["changed"] * OPEN_PAGES
        assert ledger.reads - before == 2, "the note itself, and who wrote it"


async def signed_in(stage: Stage, page: Page, address: str) -> None:
    await page.context.add_cookies([{"name": "opstap-staff", "value": await token(stage), "url": address}])


@pytest.mark.browser
async def test_what_a_coach_types_stays_while_the_page_renews_itself(stage: Stage, page: Page) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        address = str((await opened()).client.make_url("/staff/"))
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        await signed_in(stage, page, address)
        await page.goto(f"{address}cases/{case}")
        await expect(page.locator("body[data-live=yes]")).to_be_attached()
        await page.locator("#new-task summary").click()
        await page.fill("#title-new", "Bel de opvang")
        await page.fill("#note-text", "Half geschre")
        await note(stage, case, "Gebeld met de school.")
        await expect(page.locator("#timeline")).to_contain_text("Gebeld met de school.")
        await expect(page.locator("#live-told")).not_to_be_empty()
        await expect(page.locator("#note-text")).to_be_focused()
        await expect(page.locator("#note-text")).to_have_value("Half geschre")
        await expect(page.locator("#title-new")).to_have_value("Bel de opvang")
        await expect(page.locator("#notes")).not_to_contain_text("Gebeld met de school.")
        await page.keyboard.type("ven.")
        await page.locator("#notes button", has_text="Keep this note").click()
        await expect(page.locator("#notes .notes > li")).to_have_count(2)
        assert problems == []


@pytest.mark.browser
async def test_a_new_case_shows_itself_on_today_and_in_the_list(stage: Stage, page: Page) -> None:
    async with stage.serve() as opened:
        address = str((await opened()).client.make_url("/staff/"))
        await signed_in(stage, page, address)
        for path, place in (("", "#desk"), ("cases", "#list")):
            await page.goto(address + path)
            await expect(page.locator("body[data-live=yes]")).to_be_attached()
            case = await stage.case()
            await expect(page.locator(place)).to_contain_text(case[:6])
            await expect(page.locator("#live-told")).not_to_be_empty()


@pytest.mark.browser
async def test_who_is_no_longer_signed_in_is_sent_to_the_door_and_shown_no_more(stage: Stage, page: Page) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        address = str((await opened()).client.make_url("/staff/"))
        await signed_in(stage, page, address)
        await page.goto(f"{address}cases/{case}")
        await expect(page.locator("body[data-live=yes]")).to_be_attached()
        await page.context.clear_cookies()
        await note(stage, case, "Geheim.")
        await expect(page.locator("#login")).to_be_visible()
        await expect(page.locator("body")).not_to_contain_text("Geheim.")


def test_an_account_without_a_calendar_hears_what_concerns_everybody() -> None:
    from casework.telling.bells import desk_topics

    account = Account("s", HERE, "greet", "Greet", "front_desk", None, "nl")
    assert list(desk_topics(account)) == [f"desk/{HERE}/*"]
