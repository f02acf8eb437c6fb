"""One conversation over three surfaces: Telegram, the page in a real browser, and a coach on the phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect
from sqlmodel import Session, select

from casework.door.accounts import set_password
from storage.tables import Conversation, Staff
from storage.verify import verify
from tests.accessibility import accessibility_problems
from tests.browser import DESK, PHONE
from tests.databases import BOTH
from tests.running import TOKEN, Running, running
from tests.staff_stage import PASSWORD, QUICK_HASH
from tests.telegram_server import TelegramServer
from tests.test_journey_telegram import DUTCH_DOORWAY, Phone
from tests.webchat_person import Person

pytestmark = pytest.mark.browser

TO_HEALTH = (
    *DUTCH_DOORWAY,
    ("[Ik zoek werk]", "Hoe oud ben je?"),
    ("[26 tot 33 jaar]", "Hoe mag ik je noemen?"),
    ("Fatma", "In welke gemeente woon je?"),
    ("3600", "3600 Genk"),
    ("[Een job]", "Je coach zoekt met jou een oplossing", "Wat maakt werken moeilijk"),
    ("niets", "Welk diploma heb je?"),
    ("[Overslaan]", "Hoe lang zoek je al werk?"),
    ("[Overslaan]", "Waarvan leef je nu?"),
    ("[Overslaan]", "Telegram is daar niet de plek voor"),
)
LINK = re.compile(r"http\S+/chat/genk/continue#\w{26}")


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def program(one_url: str, telegram: TelegramServer) -> AsyncIterator[Running]:
    telegram.bot(TOKEN).faults.limits = None
    async with running(one_url, telegram.url) as program:
        yield program


@pytest.fixture
def phone(program: Running, telegram: TelegramServer) -> Phone:
    return Phone(program, telegram.bot(TOKEN), telegram.user(TOKEN, 501))


async def follows(page: Page, program: Running, told: str) -> Person:
    """The link of a message, at the address where this program listens."""
    found = LINK.search(told)
    assert found is not None, told
    await page.goto(f"{program.url}/chat/genk/continue#{found[0].partition('#')[2]}")
    await expect(page.locator("[data-go=nl]").first).to_be_visible()
    assert page.url == f"{program.url}/chat/genk/continue"
    person = Person(page, f"{program.url}/chat/genk")
    await page.locator("[data-go=nl]").first.click()
    await person.is_connected()
    return person


@BOTH
async def test_from_telegram_to_the_page_for_private_questions_and_back(
    phone: Phone, program: Running, page: Page
) -> None:
    await phone.talks(*TO_HEALTH)
    phone.user.taps("Ja, op de pagina")
    link = await phone.reads("Tik hieronder")
    await phone.reads("Welk werk vind je leuk?")
    person = await follows(page, program, link.text)
    await person.sees("Fatma")
    await person.sees("over je gezondheid")
    await person.taps("Ja")
    await person.sees("Maakt je gezondheid werken moeilijk?")
    await person.taps("Nee")
    await person.sees("stress")
    assert person.problems == []
    phone.user.says("poetsen")
    await phone.reads("Je ging verder op een andere plek.", "nog 5 vragen")
    talk = await program.read(lambda session: session.exec(select(Conversation)).one())
    assert talk.version > len(TO_HEALTH)
    assert await program.read(verify) == []


async def test_the_page_where_a_link_leads_is_for_everybody(phone: Phone, program: Running, page: Page) -> None:
    await phone.talks(*DUTCH_DOORWAY)
    await page.goto(f"{program.url}/chat/genk/continue")
    await expect(page.get_by_label("De code op je papier")).to_be_visible()
    for size in (PHONE, DESK):
        await page.set_viewport_size(size)
        assert await accessibility_problems(page) == []
    await page.fill("#code", "0000-0000-0000-0000-0000-0000-00")
    await page.locator("[data-go=fr]").first.press("Enter")
    await expect(page.locator("#notice")).to_contain_text("Ce lien ou ce code ne marche plus.")
    await expect(page.locator("#notice")).to_have_attribute("lang", "fr")


async def test_on_a_shared_computer_the_page_asks_before_it_shows_another_talk(
    phone: Phone, program: Running, page: Page
) -> None:
    other = Person(page, f"{program.url}/chat/genk")
    await other.starts("fr")
    await phone.talks(*DUTCH_DOORWAY)
    phone.user.says("op de computer")
    link = await phone.reads("Tik hieronder")
    found = LINK.search(link.text)
    assert found is not None
    await page.goto(f"{program.url}/chat/genk/continue#{found[0].partition('#')[2]}")
    await page.locator("[data-go=nl]").first.click()
    await expect(page.get_by_role("button", name="Ja, toon het mijne")).to_be_visible()
    assert await accessibility_problems(page) == []
    await page.get_by_role("link", name="Nee, laat het zo").click()
    await other.is_connected()
    assert "Waarvoor kom je?" not in "\n".join(await other.messages())


async def test_a_coach_fills_in_on_the_phone_and_the_person_goes_on_alone(
    program: Running, browser: Browser, page: Page
) -> None:
    def with_passwords(session: Session) -> None:
        for staff in session.exec(select(Staff)).all():
            set_password(session, staff, QUICK_HASH)

    await program.house.ledger.write(with_passwords)
    await page.goto(f"{program.url}/staff/sign-in")
    await page.select_option("#organisation", "genk")
    await page.fill("#login", "an")
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_text("Meer", exact=True).click()
    await page.get_by_role("link", name="Aan de telefoon").click()
    assert await accessibility_problems(page) == []
    await page.get_by_role("button", name="Begin").press("Enter")
    await expect(page.locator(".aloud")).to_contain_text("Mag ik ze bewaren voor je coach?")
    for size in (PHONE, DESK):
        await page.set_viewport_size(size)
        assert await accessibility_problems(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for label in ("Ja", "Ik zoek werk", "34 tot 49 jaar"):
        await page.get_by_role("button", name=label).first.press("Enter")
    await page.fill("#words", "Samira")
    await page.keyboard.press("Enter")
    await expect(page.locator(".aloud")).to_contain_text("In welke gemeente woon je?")
    await expect(page.locator(".aloud")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Wat de persoon zegt")).to_be_focused()
    await page.get_by_role("button", name="De persoon gaat alleen verder").click()
    await page.set_viewport_size(PHONE)
    assert await accessibility_problems(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    code = await page.locator(".code").inner_text()
    at_home = await browser.new_context(viewport=PHONE, locale="nl-BE", reduced_motion="reduce")
    own = await at_home.new_page()
    await own.goto(f"{program.url}/chat/genk/continue")
    await own.get_by_label("De code op je papier").fill(code.upper())
    await own.locator("[data-go=nl]").first.click()
    person = Person(own, f"{program.url}/chat/genk")
    await person.is_connected()
    await person.sees("In welke gemeente woon je?")
    await at_home.close()
