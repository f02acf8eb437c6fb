"""After the hand-over: a coach hears of it, opens it, accepts it; another system reads it over the API."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, expect
from sqlmodel import Session, select

from casework.door.accounts import find_account
from casework.door.api_tokens import new_api_token
from casework.door.links import one_time_link
from storage.tables import Case, Staff
from tests.running import TOKEN, Running, running
from tests.telegram_server import TelegramServer
from tests.telegram_user import User
from tests.test_journey_telegram import DUTCH, Line, Phone

WITHOUT_VISIT: tuple[Line, ...] = (
    *DUTCH[:-3],
    ("[Nee, nu niet]", "Hoe mogen we je bereiken?"),
    ("[Chat]", "Je coach leest eerst je antwoorden", "Dank je wel, Fatma"),
)
NAMELESS = re.compile(r"fatma|kind|opvang|vervoer|job|poets|keuken|vdab|wijk|genk", re.IGNORECASE)


@asynccontextmanager
async def after_a_hand_over(database_url: str) -> AsyncIterator[tuple[Running, TelegramServer]]:
    """The program, and a case that Fatma has just handed over to Genk. She wanted no appointment."""
    async with TelegramServer() as telegram:
        account = telegram.bot(TOKEN)
        account.faults.limits = None
        async with running(database_url, telegram.url) as program:
            await Phone(program, account, telegram.user(TOKEN, 501)).talks(*WITHOUT_VISIT)
            yield program, telegram


async def one_time(program: Running, login: str, purpose: Any = "sign_in") -> str:
    now = program.clock.now()
    return await program.house.ledger.write(
        lambda session: one_time_link(session, _staff(session, login), purpose, now)
    )


def _staff(session: Session, login: str) -> Staff:
    staff = find_account(session, "genk", login)
    assert staff
    return staff


async def signed_in(program: Running, page: Page, login: str = "an") -> None:
    await page.goto(f"{program.url}/staff/link/{await one_time(program, login)}")
    await page.locator("main button").click()
    await expect(page.locator("h1")).to_have_text("Dag An")


@pytest.mark.browser
async def test_a_link_leads_a_coach_to_the_case_and_it_is_accepted(sqlite_url: str, page: Page) -> None:
    async with after_a_hand_over(sqlite_url) as (program, _):
        link = f"{program.url}/staff/link/{await one_time(program, 'an')}"
        await page.goto(link)
        await page.locator("main button").click()
        await expect(page.locator("h1")).to_have_text("Dag An")
        assert "Fatma" not in await page.locator("body").inner_text()
        await page.locator("section:has(#offered) .rows a").click()
        shown = await page.locator("main").inner_text()
        for part in ("Fatma", "3600 Genk", "Mijn kinderen", "Poetsen, Keuken"):
            assert part in shown
        await page.get_by_role("button", name="Dit dossier aannemen").click()
        await expect(page.get_by_role("status")).to_be_visible()
        case = (await program.read(lambda session: session.exec(select(Case)).all()))[0]
        assert (case.state, case.coach) == ("accepted", "an")
        await page.context.clear_cookies()
        await page.goto(link)
        await page.locator("main button").click()
        await expect(page.locator(".rows a")).to_have_count(0)


async def test_another_system_lists_the_cases_and_reads_one(sqlite_url: str) -> None:
    async with after_a_hand_over(sqlite_url) as (program, _), aiohttp.ClientSession() as session:
        now = program.clock.now()
        token = await program.house.ledger.write(lambda work: new_api_token(work, "genk", "journey", now))
        other = await program.house.ledger.write(lambda work: new_api_token(work, "jobin", "journey", now))
        headers, theirs = {"Authorization": f"Bearer {token}"}, {"Authorization": f"Bearer {other}"}
        async with session.get(f"{program.url}/api/v1/cases", headers=headers) as response:
            [line] = (await response.json())["cases"]
        assert (line["state"], line["language"], line["appointment"]) == ("offered", "nl", None)
        assert "answers" not in line
        async with session.get(f"{program.url}/api/v1/cases/{line['id']}", headers=headers) as response:
            case = await response.json()
        assert case["answers"]["barriers"] == ["childcare"]
        assert case["answers"]["sector"] == ["cleaning", "kitchen"]
        assert case["skipped"] == ["duration"]
        for unwelcome, status in ((theirs, 404), ({}, 401), ({"Authorization": "Bearer x"}, 401)):
            async with session.get(f"{program.url}/api/v1/cases/{line['id']}", headers=unwelcome) as response:
                assert response.status == status
                assert "Fatma" not in await response.text()


@pytest.mark.browser
async def test_a_coach_ties_telegram_to_the_account_and_accepts_from_the_notice(sqlite_url: str, page: Page) -> None:
    async with TelegramServer() as telegram:
        account = telegram.bot(TOKEN)
        account.faults.limits = None
        async with running(sqlite_url, telegram.url) as program:
            say = program.house.wording.translate
            await signed_in(program, page)
            await page.goto(f"{program.url}/staff/telegram")
            await page.locator("main form button").click()
            link = await page.locator(".link a").inner_text()
            bot, _, token = link.removeprefix("https://t.me/").partition("?start=")
            assert bot == account.username
            first, second = telegram.user(TOKEN, 601), telegram.user(TOKEN, 602)
            first.says(f"/start {token}")
            second.says(f"/start {await one_time(program, 'luca', 'link_telegram')}")
            for coach in (first, second):
                assert "hoort nu bij je account" in (await coach.sees()).text
            await Phone(program, account, telegram.user(TOKEN, 501)).talks(*WITHOUT_VISIT)
            for coach in (first, second):
                notice = await coach.sees()
                assert notice.text == say("New intake. Open the case.", "nl")
                assert not NAMELESS.search(" ".join([notice.text, *notice.labels]))
            accept = say("Accept", "nl")
            first.taps(accept)
            assert (await first.sees()).text == say("Thank you. You have accepted the case.", "nl")
            second.taps(accept)
            assert (await second.sees()).text == say("A colleague has accepted this case already.", "nl")
            case = (await program.read(lambda session: session.exec(select(Case)).all()))[0]
            assert (case.state, case.coach) == ("accepted", "an")
            await opens_the_case_from_the_notice(program, page, second)


async def opens_the_case_from_the_notice(program: Running, page: Page, coach: User) -> None:
    coach.taps(program.house.wording.translate("Open", "nl"))
    link = re.search(r"http\S+", (await coach.sees()).text)
    assert link
    await page.context.clear_cookies()
    await page.goto(link[0])
    await page.locator("main button").click()
    await expect(page.locator("main")).to_contain_text("Fatma")


async def test_a_link_for_a_chat_works_once(sqlite_url: str) -> None:
    async with TelegramServer() as telegram:
        telegram.bot(TOKEN).faults.limits = None
        async with running(sqlite_url, telegram.url) as program:
            token = await one_time(program, "an", "link_telegram")
            coach, stranger = telegram.user(TOKEN, 601), telegram.user(TOKEN, 602)
            coach.says(f"/start {token}")
            assert "hoort nu bij je account" in (await coach.sees()).text
            stranger.says(f"/start {token}")
            assert "Welke taal" in (await stranger.sees()).text
