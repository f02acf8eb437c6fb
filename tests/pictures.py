"""Draws the pictures of the documentation from the running program: ``python -m tests.pictures``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from bot.app import build
from bot.clock import parse_clock
from bot.opening import make_house
from storage.ledger import open_ledger
from tests.browser import CHROMIUM, DESK, FLAGS, PHONE
from tests.stage import stage_settings
from tests.webchat_person import Person

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
Scheme = Literal["light", "dark"]
SPRING = "2027-03-24T10:00+01:00"


@dataclass(frozen=True, slots=True)
class Way:
    """What somebody answers on the way to the question that makes the picture."""

    name: str
    organisation: str
    language: str
    size: ViewportSize
    scheme: Scheme
    answers: tuple[str, ...]


QUICK_NL, QUICK_FR, FULL_NL = "🧑 Snel een mens", "🧑 Parler à quelqu'un", "📝 Ik zoek werk"
TO_A_TIME = ("Ja", QUICK_NL, "26 tot 33 jaar", "=3600", "💼 Een job", "📅 Ja, kies een moment")
TO_BARRIERS = ("Ja", FULL_NL, "26 tot 33 jaar", "=Fatma", "=3800", "💼 Een job", "+🧒 Mijn kinderen", "+💬 De taal")
WAYS = (
    Way("chat-start-nl", "genk", "", PHONE, "light", ()),
    Way("chat-hello-nl", "genk", "nl", PHONE, "light", ()),
    Way("chat-times-nl", "genk", "nl", PHONE, "light", TO_A_TIME),
    Way("chat-several-nl", "bijzig", "nl", PHONE, "light", TO_BARRIERS),
    Way("chat-dark-nl", "bijzig", "nl", PHONE, "dark", TO_BARRIERS),
    Way("webchat-390", "genk", "nl", PHONE, "light", TO_A_TIME),
    Way("webchat-1280", "genk", "nl", DESK, "light", TO_A_TIME),
    Way("chat-desk-fr", "genk", "fr", DESK, "light", ("Oui", QUICK_FR, "26 à 33 ans", "=3600")),
)


async def draw() -> None:
    async with program() as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, size in (("front-door", PHONE), ("front-door-desk", DESK)):
            await picture(await opened(browser, size, "light", url), name)
        for way in WAYS:
            await walk(await opened(browser, way.size, way.scheme, f"{url}/chat/{way.organisation}"), way)
        await browser.close()


@asynccontextmanager
async def program() -> AsyncIterator[str]:
    """The whole program on a database in memory; its address."""
    ledger = await open_ledger("sqlite://")
    settings = stage_settings()
    server = TestServer(build(make_house(settings, ledger, parse_clock(SPRING)), settings, {}))
    await server.start_server()
    yield str(server.make_url("/")).rstrip("/")
    await server.close()
    await ledger.close()


async def opened(browser: Browser, size: ViewportSize, scheme: Scheme, url: str) -> Page:
    context = await browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(url)
    return page


async def walk(page: Page, way: Way) -> None:
    person = Person(page, page.url)
    if way.language:
        await person.starts(way.language)
    for answer in way.answers:
        await give(person, answer)
    await picture(page, way.name)


async def give(person: Person, answer: str) -> None:
    """``=text`` is typed, ``+label`` ticked, anything else tapped; then what comes of it is waited for."""
    if answer.startswith("+"):
        await person.taps(answer[1:])
        await person.sees_ticked(answer[1:])
        return
    before = await person.log.locator(".us").count()
    await (person.says(answer[1:]) if answer.startswith("=") else person.taps(answer))
    more = "count => document.querySelectorAll('.log .us').length > count"
    await person.page.wait_for_function(more, arg=before)


async def picture(page: Page, name: str) -> None:
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(400)
    await page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(draw())
