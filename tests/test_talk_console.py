"""A person at the web chat and a coach at the console talk with each other: over HTTP, and in two real windows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import aiohttp
import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, expect
from sqlmodel import select

from storage.tables import Case
from tests.accessibility import accessibility_problems
from tests.browser import DESK, PHONE
from tests.patience import PATIENCE
from tests.running import Running, running
from tests.staff_stage import Browser
from tests.test_journey_staff import one_time
from tests.webchat_caller import Caller
from tests.webchat_person import Person

OPEN_QUESTION = "Wat kan ik voor je doen?"


def browser_session(url: str | None = None) -> aiohttp.ClientSession:
    """Keeps cookies although the address is a number."""
    return aiohttp.ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True))


class Door:
    def __init__(self, program: Running) -> None:
        self.chat = f"{program.url}/chat/genk"


@asynccontextmanager
async def at_work(database_url: str) -> AsyncIterator[Running]:
    async with running(database_url) as program:
        yield program


async def hands_over(caller: Caller) -> None:
    """The short way: who wants a person soon, and says no more than where they live."""
    await caller.start()
    for said in ("ja", "snel een mens", "34 tot 49 jaar", "3600", "overslaan", "nee, nu niet", "chat"):
        await caller.say(said)


async def case_of(program: Running) -> str:
    return (await program.read(lambda session: session.exec(select(Case.id)).all()))[0]


@asynccontextmanager
async def coach_at(program: Running, login: str) -> AsyncIterator[Browser]:
    async with browser_session(program.url) as session:
        coach = Browser(cast(Any, session))
        await coach.open(f"/staff/link/{await one_time(program, login)}")
        await coach.send("/staff/link/")
        yield coach


async def until_said(caller: Caller, text: str) -> None:
    """What the assistant says by itself comes with a tick of its clock."""
    async with asyncio.timeout(PATIENCE):
        async for _ in _looks():
            if any(text in line for line in await caller.lines()):
                return


async def _looks() -> AsyncIterator[None]:
    while True:
        yield
        await asyncio.sleep(0.05)


async def test_a_coach_and_a_person_talk_until_the_assistant_is_back(sqlite_url: str) -> None:
    async with at_work(sqlite_url) as program, browser_session() as session:
        ann = Caller(Door(program), session)
        await hands_over(ann)
        talk = f"/staff/cases/{await case_of(program)}/talk"
        async with coach_at(program, "an") as coach:
            await coach.open(talk)
            assert "De computer heeft het gesprek." in coach.html
            await coach.send(f'{talk}"', text="Dag! Ik ben er.\nWanneer kan je komen? <b>")
            assert "Jij hebt het gesprek." in coach.html
            await until_said(ann, "An: Dag! Ik ben er.\nWanneer kan je komen? <b>")
            before = len(await ann.lines())
            await ann.say("Morgen na tien uur")
            assert len(await ann.lines()) == before + 1
            await coach.open(talk)
            assert "Morgen na tien uur" in coach.html
            assert "gezien op de pagina" in coach.html
            assert "<b>" not in coach.html
            await coach.send(f"{talk}/leave")
            await until_said(ann, "Je praat weer met de computer. An is weg uit de chat.")
            await until_said(ann, OPEN_QUESTION)


async def test_the_page_is_told_at_once_that_a_line_has_come(sqlite_url: str) -> None:
    async with at_work(sqlite_url) as program, browser_session() as session:
        ann = Caller(Door(program), session)
        await hands_over(ann)
        case = await case_of(program)
        async with coach_at(program, "an") as coach:
            await coach.open(f"/staff/cases/{case}/talk")
            await coach.send("/talk/take")
            async with coach.client.get(f"/staff/live?on=case&id={case}") as stream, asyncio.timeout(PATIENCE):
                await _hears(stream, b"ready")
                await ann.say("Hallo coach")
                await _hears(stream, b"changed")
            await coach.open(f"/staff/cases/{case}/talk")
            assert "Hallo coach" in coach.html


async def _hears(stream: Any, event: bytes) -> None:
    while event not in await stream.content.readline():
        pass


async def test_a_ready_reply_is_filled_in_and_can_be_changed(sqlite_url: str) -> None:
    async with at_work(sqlite_url) as program, browser_session() as session:
        await hands_over(Caller(Door(program), session))
        talk = f"/staff/cases/{await case_of(program)}/talk"
        async with coach_at(program, "an") as coach:
            await coach.open(f"{talk}?reply=hello")
            field = re.search(r"<textarea[^>]*>(.*?)</textarea>", coach.html, re.S)
            assert field
            assert field[1].startswith("Hallo, ik ben An van ")
            await coach.open(f"{talk}?reply=visit")
            assert '"?reply=visit#' not in coach.html


async def test_a_colleague_sees_who_has_the_talk_and_takes_it_over_on_purpose(sqlite_url: str) -> None:
    async with at_work(sqlite_url) as program, browser_session() as session:
        ann = Caller(Door(program), session)
        await hands_over(ann)
        talk = f"/staff/cases/{await case_of(program)}/talk"
        async with coach_at(program, "an") as an, coach_at(program, "luca") as luca:
            await an.open(talk)
            await an.send(f'{talk}"', text="Dag")
            await luca.open(talk)
            await luca.send(f'{talk}"', text="Ik ben er ook")
            assert "Een collega heeft het gesprek" in luca.html
            await luca.send(f'{talk}"', text="Ik ben er ook", over="1")
            await until_said(ann, "Je praat nu met Luca.")
            await an.open(talk)
            assert "Luca" in an.html


async def test_another_organisation_and_other_roles_find_no_talk(sqlite_url: str) -> None:
    async with at_work(sqlite_url) as program, browser_session() as session:
        await hands_over(Caller(Door(program), session))
        case = await case_of(program)
        async with coach_at(program, "an") as coach:
            await coach.open(f"/staff/cases/{'0' * 32}/talk")
            assert coach.status == 404
        async with aiohttp.ClientSession(program.url) as stranger:
            for path in (f"cases/{case}/talk", f"live?on=case&id={case}"):
                async with stranger.get(f"/staff/{path}", allow_redirects=False) as answer:
                    assert answer.status == 303


@pytest.mark.browser
async def test_two_windows_talk_with_each_other(sqlite_url: str, browser: Chromium, page: Page) -> None:
    async with at_work(sqlite_url) as program:
        ann = Person(page, f"{program.url}/chat/genk")
        await ann.starts()
        for said in ("ja", "snel een mens", "34 tot 49 jaar", "3600", "overslaan", "nee, nu niet", "chat"):
            before = len(await ann.messages())
            await ann.says(said)
            await expect(ann.log.locator(".line")).not_to_have_count(before + 1)
        window = await browser.new_context(viewport=DESK, locale="nl-BE", reduced_motion="reduce")
        coach = await window.new_page()
        problems: list[str] = []
        coach.on("console", lambda message: problems.append(message.text))
        coach.on("pageerror", lambda error: problems.append(str(error)))
        await coach.goto(f"{program.url}/staff/link/{await one_time(program, 'an')}")
        await coach.locator("main button").click()
        await coach.goto(f"{program.url}/staff/cases/{await case_of(program)}/talk")
        await coach.locator("body[data-live=yes]").wait_for()
        await coach.locator("#text").fill("Dag! Wanneer kan je komen?")
        await coach.get_by_role("button", name="Versturen").click()
        await ann.sees("An: Dag! Wanneer kan je komen?")
        await coach.locator("body[data-live=yes]").wait_for()
        await coach.locator("#text").fill("half geschreven")
        await ann.says("Morgen na tien uur")
        await expect(coach.locator(".lines .person").last).to_contain_text("Morgen na tien uur")
        await expect(coach.locator(".lines .coach").last).to_contain_text("gezien op de pagina")
        await expect(coach.locator("#text")).to_have_value("half geschreven")
        for size in (PHONE, DESK):
            await coach.set_viewport_size(size)
            assert await accessibility_problems(coach) == []
            assert not await coach.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        await coach.get_by_role("button", name="Gesprek teruggeven").click()
        await ann.sees("An is weg uit de chat")
        await window.close()
        assert problems == []
