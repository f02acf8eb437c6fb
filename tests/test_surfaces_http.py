"""The page where a one-time link leads, over HTTP: previews, forgeries, second clicks and shared computers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from sqlmodel import select

from bot.app import build
from storage.ledger import Ledger
from storage.tables import Chat, Heard, OneTimeLink
from tests.patience import PATIENCE
from tests.stage import Actor, Stage, open_stage, stage_settings
from tests.surfaces import asked, chats_of, code_on_screen, on_telegram, plays
from tests.webchat_caller import OWN_PAGE, Caller


@dataclass
class Site:
    """The whole program over HTTP, and somebody who talks with it on Telegram."""

    stage: Stage
    server: TestServer
    telegram: Actor
    doors: AsyncExitStack

    @property
    def chat(self) -> str:
        return str(self.server.make_url("/chat/genk"))

    async def browser(self) -> Caller:
        jar = aiohttp.CookieJar(unsafe=True)
        session = await self.doors.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        return Caller(self, session)  # type: ignore[arg-type]  # a caller needs the address of the chat only

    async def link(self) -> str:
        await self.telegram.says("web")
        return code_on_screen(self.telegram)

    async def links(self) -> list[OneTimeLink]:
        return list(await self.stage.house.ledger.read(lambda session: session.exec(select(OneTimeLink)).all()))


@pytest.fixture
async def site(sqlite_ledger: Ledger) -> AsyncIterator[Site]:
    async with _open(sqlite_ledger) as site:
        yield site


@pytest.fixture
async def site_on_both(ledger: Ledger) -> AsyncIterator[Site]:
    """On both databases, for what happens at the same moment."""
    async with _open(ledger) as site:
        yield site


@asynccontextmanager
async def _open(ledger: Ledger) -> AsyncIterator[Site]:
    async with AsyncExitStack() as doors:
        stage = await doors.enter_async_context(open_stage(ledger))
        server = await doors.enter_async_context(TestServer(build(stage.house, stage_settings(), {})))
        telegram = await on_telegram(stage, "ja", "[Ik zoek werk]", "[34 tot 49 jaar]", "Samira")
        yield Site(stage, server, telegram, doors)


async def follow(browser: Caller, code: str, sure: bool = False, **headers: str) -> tuple[int, Any]:
    return await browser.post("continue", {"code": code, "sure": sure}, {**OWN_PAGE, **headers})


async def test_a_link_opens_the_same_conversation_with_what_was_said_before(site: Site) -> None:
    browser = await site.browser()
    assert await follow(browser, await site.link()) == (200, {"ok": True})
    lines = await browser.lines()
    assert "> Samira" in lines
    assert any("Je kan hier verdergaan." in line for line in lines[-3:])
    await browser.say("3600")
    await site.telegram.says("herhaal")
    assert asked(site.telegram) == "goal"


async def test_previews_and_scanners_use_nothing_up_and_see_nothing(site: Site) -> None:
    browser, code = await site.browser(), await site.link()
    for method in ("GET", "HEAD"):
        async with browser.session.request(method, f"{site.chat}/continue") as page:
            assert page.status == 200
            assert page.headers["Referrer-Policy"] == "no-referrer"
            assert page.headers["Cache-Control"] == "no-store"
            assert not page.cookies
            assert code not in await page.text()
    assert [link.used_at for link in await site.links()] == [None]
    assert (await follow(browser, code))[0] == 200


async def test_the_link_holds_its_code_where_no_server_and_no_referrer_sees_it(site: Site) -> None:
    code = await site.link()
    link = next(bubble.link for bubble in site.telegram.fresh if bubble.link)
    assert link.address.endswith(f"/chat/genk/continue#{code}")
    assert code not in repr(site.telegram.fresh)
    kept = (await site.links())[0]
    assert code not in (kept.token_hash, kept.purpose)


async def test_the_code_is_kept_nowhere_once_it_was_followed(site: Site) -> None:
    browser, code = await site.browser(), await site.link()
    await follow(browser, code)
    rows = await site.stage.house.ledger.read(lambda session: session.exec(select(Heard)).all())
    assert not any(code in row.update_key for row in rows)
    assert "/continue#" not in repr((await browser.transcript())["lines"])


async def test_a_second_click_and_a_copied_link_open_nothing(site_on_both: Site) -> None:
    site = site_on_both
    code = await site.link()
    browsers = [await site.browser() for _ in range(5)]
    answers = await asyncio.gather(*(follow(browser, code) for browser in browsers))
    assert sorted(status for status, _ in answers) == [200, 410, 410, 410, 410]
    assert len(await chats_of(site.stage)) == 2
    for browser, (status, _) in zip(browsers, answers, strict=True):
        assert bool(list(browser.session.cookie_jar)) is (status == 200)


GUESSES = ("", "x", "0" * 26, "🔑" * 26, "../../etc", "' OR 1=1 --", "\x00" * 26, "u" * 26, "a" * 100)
NEVER_SENT: tuple[object, ...] = (
    [],
    {},
    {"code": 1, "sure": False},
    {"code": "x", "sure": "yes"},
    {"code": "x" * 101, "sure": False},
)


async def test_a_guess_is_refused_and_says_nothing_about_why(site: Site) -> None:
    await site.link()
    browser = await site.browser()
    for code in GUESSES:
        status, answer = await follow(browser, code, **{"Accept-Language": "fr"})
        assert status == 410, code
        assert answer["problem"].startswith("Ce lien ou ce code ne marche plus.")
    assert len(await chats_of(site.stage)) == 1


async def test_what_our_page_would_never_send_is_refused(site: Site) -> None:
    browser = await site.browser()
    assert [(await browser.post("continue", body))[0] for body in NEVER_SENT] == [400] * len(NEVER_SENT)


FOREIGN: tuple[dict[str, str], ...] = (
    {},
    {"Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {**OWN_PAGE, "Content-Type": "application/x-www-form-urlencoded"},
)


async def test_another_site_cannot_put_a_talk_of_its_choice_into_a_browser(site: Site) -> None:
    browser, code = await site.browser(), await site.link()
    for headers in FOREIGN:
        assert (await browser.post("continue", {"code": code, "sure": True}, headers))[0] == 403
    assert [link.used_at for link in await site.links()] == [None]
    assert not list(browser.session.cookie_jar)


async def test_a_link_that_is_too_old_or_of_another_organisation_opens_nothing(site: Site) -> None:
    browser, code = await site.browser(), await site.link()
    elsewhere = str(site.server.make_url("/chat/bijzig/continue"))
    async with browser.session.post(elsewhere, json={"code": code, "sure": False}, headers=OWN_PAGE) as answer:
        assert answer.status == 410
    site.stage.clock.move(timedelta(minutes=30, seconds=1))
    assert (await follow(browser, code))[0] == 410


async def test_a_browser_with_somebody_elses_talk_is_asked_first(site: Site) -> None:
    browser, code = await site.browser(), await site.link()
    await browser.start("fr")
    before = await browser.lines()
    assert await follow(browser, code) == (409, {"ok": False, "occupied": True})
    assert await browser.lines() == before
    assert [link.used_at for link in await site.links()] == [None]
    assert (await follow(browser, code, sure=True))[0] == 200
    assert "> Samira" in await browser.lines()
    people = {chat.person_id for chat in await chats_of(site.stage)}
    assert len(people) == 2


async def test_the_same_browser_goes_on_in_its_own_chat(site: Site) -> None:
    browser = await site.browser()
    await follow(browser, await site.link())
    again = await site.link()
    assert await follow(browser, again) == (200, {"ok": True})
    assert len(await chats_of(site.stage)) == 2
    assert (await follow(await site.browser(), again))[0] == 410


async def test_the_page_of_an_unknown_organisation_is_lost_kindly(site: Site) -> None:
    browser = await site.browser()
    async with browser.session.get(str(site.server.make_url("/chat/nowhere/continue"))) as page:
        assert page.status == 404
    nowhere = str(site.server.make_url("/chat/nowhere/continue"))
    async with browser.session.post(nowhere, json={"code": "x", "sure": False}, headers=OWN_PAGE) as answer:
        assert answer.status == 410


async def test_who_tries_too_often_has_to_wait(site: Site) -> None:
    browser = await site.browser()
    answers = [await follow(browser, "0" * 26) for _ in range(125)]
    assert answers[0][0] == 410
    assert answers[-1][0] == 429


async def test_an_open_page_is_not_disturbed_by_what_is_said_elsewhere(site: Site) -> None:
    browser = await site.browser()
    await follow(browser, await site.link())
    last = (await browser.transcript())["last"]
    await plays(site.telegram, ("3600",))
    async with browser.stream(after=last) as stream:
        await browser.say("herhaal")
        async with asyncio.timeout(PATIENCE):
            first = await anext(stream)
    assert first["text"].startswith("Je ging verder op een andere plek.")


async def test_what_telegram_still_has_to_carry_is_not_taken_by_the_page(site: Site) -> None:
    browser = await site.browser()
    await follow(browser, await site.link())
    await browser.transcript()

    def states(session: Any) -> set[str]:
        from storage.tables import Outgoing

        mine = select(Outgoing.state).join(Chat).where(Chat.channel == "telegram")
        return set(session.exec(mine))

    assert await site.stage.house.ledger.read(states) == {"created"}
