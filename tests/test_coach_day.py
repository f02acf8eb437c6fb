"""A coach's whole day, as somebody new would walk through it: in Dutch on a phone, in French at a desk."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect
from sqlmodel import Session, select

from bot.catalogue_seeding import seed_catalogues
from bot.report_round import count_reports
from casework.door.accounts import find_account
from casework.door.links import one_time_link
from storage.tables import Appointment, Case, Enrolment, Referral
from tests.browser import DESK, PHONE
from tests.patience import PATIENCE
from tests.running import Running, running
from tests.stage import papers
from tests.webchat_person import Person

pytestmark = pytest.mark.browser

LEAST = 24
"""WCAG 2.2 (2.5.8): what is tapped is at least so high, links within a text aside."""
TOO_SMALL = """least => [...document.querySelectorAll("main button, main summary, main select, main .button")]
    .filter(each => { const box = each.getBoundingClientRect(); return box.width > 1 && box.height < least; })
    .map(each => each.innerText)"""
WITHOUT_SPACE = re.compile(r"[^\W\d_](?:[?!;]|:(?=\s))")
"""In French a sign of two parts has a space before it."""


@dataclass(frozen=True, slots=True)
class House:
    """``asked`` is what somebody types to be handed over without an appointment."""

    id: str
    coach: str
    language: str
    size: ViewportSize
    asked: tuple[str, ...]


GENK = House(
    "genk", "an", "nl", PHONE, ("ja", "snel een mens", "34 tot 49 jaar", "3600", "een job", "nee, nu niet", "chat")
)
JOBIN = House(
    "jobin",
    "claire",
    "fr",
    DESK,
    ("oui", "parler à quelqu'un", "26 à 33 ans", "4000", "un travail", "non, pas maintenant", "chat"),
)


class Coach:
    """At the console of a house; buttons are named by their English source."""

    def __init__(self, program: Running, house: House, page: Page) -> None:
        self.program, self.house, self.page = program, house, page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def says(self, source: str) -> str:
        return self.program.house.wording.translate(source, self.house.language)

    async def comes_in(self) -> None:
        def link(session: Session) -> str:
            account = find_account(session, self.house.id, self.house.coach)
            assert account
            return one_time_link(session, account, "sign_in", self.program.clock.now())

        token = await self.program.house.ledger.write(link)
        await self.page.goto(f"{self.program.url}/staff/link/{token}")
        await self.page.locator("main button").click()
        await expect(self.page.locator("nav a[aria-current]")).to_have_text(self.says("Today"))

    async def opens(self, path: str) -> None:
        await self.page.goto(f"{self.program.url}/staff/{path}")
        await self.looks()

    async def presses(self, source: str, within: str = "main", told: str = "") -> None:
        """The button of that name; with ``told`` the page says so afterwards."""
        await self.page.locator(within).get_by_role("button", name=self.says(source)).first.click()
        if told:
            await expect(self.page.get_by_role("status").filter(has_text=self.says(told))).to_be_visible()
        await self.looks()

    async def looks(self) -> None:
        """What is on the screen fits, is in one language, and can be hit with a thumb."""
        page = self.page
        await page.wait_for_load_state("load")
        assert await page.evaluate("document.documentElement.scrollWidth") <= self.house.size["width"], page.url
        assert await page.locator("html").get_attribute("lang") == self.house.language
        assert await page.evaluate(TOO_SMALL, LEAST) == [], page.url
        if self.house.language == "fr":
            shown = await page.locator("main").inner_text()
            assert WITHOUT_SPACE.findall(shown) == [], page.url


@pytest.fixture
async def program() -> AsyncIterator[Running]:
    async with running("sqlite://") as program:
        house = program.house
        await seed_catalogues(house.ledger, papers().catalogues, program.clock)
        yield program


@pytest.mark.parametrize("house", [GENK, JOBIN], ids=lambda house: f"{house.language}-{house.size['width']}")
async def test_a_whole_day(program: Running, browser: Browser, page: Page, house: House) -> None:
    person = Person(page, f"{program.url}/chat/{house.id}")
    await hands_over(person, house)
    window = await browser.new_context(viewport=house.size, locale=f"{house.language}-BE", reduced_motion="reduce")
    window.set_default_timeout(1000 * PATIENCE)
    coach = Coach(program, house, await window.new_page())
    await coach.comes_in()
    case = await accepts(coach)
    await talks(coach, person, case)
    await books_and_moves(coach, person, case)
    await keeps_beside(coach, case)
    await refers(coach, case)
    await signs_up(coach, case)
    await notes_who_came(coach)
    await closes(coach, case)
    await reports(coach)
    await goes_on_leave(coach)
    assert coach.problems == person.problems == []
    await window.close()


async def hands_over(person: Person, house: House) -> None:
    await person.starts(house.language)
    for said in house.asked:
        before = len(await person.messages())
        await person.says(said)
        await expect(person.log.locator(".line")).not_to_have_count(before + 1)


async def accepts(coach: Coach) -> str:
    await coach.looks()
    await coach.page.locator("section:has(#offered) .rows a").click()
    await coach.presses("Accept this case", told="You have accepted this case.")
    case = (await coach.program.read(lambda session: session.exec(select(Case)).all()))[0]
    assert (case.state, case.coach) == ("accepted", coach.house.coach)
    return case.id


async def talks(coach: Coach, person: Person, case: str) -> None:
    await coach.opens(f"cases/{case}/talk")
    await coach.page.locator(".replies a").first.click()
    line = await coach.page.locator("#text").input_value()
    await coach.presses("Send")
    await person.sees(line.splitlines()[0])
    await person.says("OK, 10 u")
    await expect(coach.page.locator(".lines .person").last).to_contain_text("OK, 10 u")
    await coach.presses("Give the talk back", told="You have given the talk back. The assistant tells the person so.")
    await expect(coach.page.locator("#live")).to_contain_text(coach.says("The assistant has the talk."))


async def books_and_moves(coach: Coach, person: Person, case: str) -> None:
    await coach.opens(f"cases/{case}/book")
    await coach.page.locator(".pick label").first.click()
    await coach.presses("Book this time", told="The visit is booked. The person hears of it now.")
    await coach.opens(f"cases/{case}")
    await coach.page.locator("#move-visit").click()
    await coach.page.locator(".pick label").last.click()
    await coach.presses("Move to this time", told="The visit is moved. The person hears of it now.")
    visit = await visit_ahead(coach)
    await person.sees(f"{visit.astimezone(coach.program.house.organisations[coach.house.id].tz).hour}")


async def visit_ahead(coach: Coach) -> datetime:
    query = select(Appointment.starts_at).where(Appointment.state == "booked")
    return await coach.program.read(lambda session: session.exec(query).one())


async def keeps_beside(coach: Coach, case: str) -> None:
    page = coach.page
    await coach.opens(f"cases/{case}")
    await page.locator("#new-task summary").click()
    await page.fill("#title-new", "052 00 00 00")
    await coach.presses("Make this task", told="Kept.")
    if not await page.locator("#note-text").is_visible():
        await page.locator("#new-note > summary").click()
    await page.fill("#note-text", "Mondelinge info.\n2 x 1")
    await coach.presses("Keep this note", told="Kept.")
    await page.locator("#files details > summary").last.click()
    cv = {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
    await page.set_input_files("#files input[type=file]", cv)  # type: ignore[arg-type]  # its typed dict is not public
    await coach.presses("Add this file", "#files", told="Kept.")
    await coach.presses("Done", "#tasks", told="Kept.")
    await expect(page.locator("#files")).to_contain_text("cv.pdf")


async def refers(coach: Coach, case: str) -> None:
    page = coach.page
    await coach.opens(f"cases/{case}")
    fitting = page.locator("#offers article .button")
    if not await fitting.count():
        await page.locator("#offers > details > summary").last.click()
        fitting = page.locator("#offers details article a")
    await fitting.first.click()
    await coach.presses("Propose to the person", told="Proposed. Ask the person first; nothing goes to anybody yet.")
    (state,) = await coach.program.read(lambda session: session.exec(select(Referral.state)).all())
    assert state == "proposed"


async def signs_up(coach: Coach, case: str) -> None:
    page = coach.page
    await coach.opens("sessions")
    await page.locator("main .rows a").first.click()
    await page.fill("main input[name=find]", case[:6])
    await page.keyboard.press("Enter")
    await coach.presses("Sign up", ".found", told="Signed up. The person hears of it now.")
    await page.get_by_role("link", name=coach.says("Sheet to print")).click()
    await expect(page.locator(".sheet tbody tr").first).to_contain_text(coach.says("signed up"))
    await coach.looks()
    assert len(await coach.program.read(lambda session: session.exec(select(Enrolment)).all())) == 1


async def notes_who_came(coach: Coach) -> None:
    """On the day of the visit, just after it began."""
    begins = await visit_ahead(coach)
    coach.program.clock.move(begins - coach.program.clock.now() + timedelta(minutes=5))
    await coach.comes_in()
    await coach.presses("Came", told="Noted: the person came.")
    query = select(Appointment.state).where(Appointment.starts_at == begins)
    assert await coach.program.read(lambda session: session.exec(query).one()) == "attended"


async def closes(coach: Coach, case: str) -> None:
    page = coach.page
    await coach.opens(f"cases/{case}")
    await page.locator("details.acts > summary").click()
    await page.select_option("#outcome", "work")
    await coach.presses("Only note this", told="Noted.")
    await expect(page.locator("#case-head")).to_contain_text(coach.says("Has work"))
    await page.locator("details.acts > summary").click()
    await expect(page.locator("#outcome")).to_have_value("work")
    await coach.presses("Close this case", told="This case is closed.")
    row = await coach.program.read(lambda session: session.get_one(Case, case))
    assert (row.state, row.outcome) == ("done", "work")


async def reports(coach: Coach) -> None:
    page, house = coach.page, coach.program.house
    await count_reports(house, coach.house.id)
    await coach.opens("reports")
    await page.select_option("#report", "outcomes")
    await coach.presses("Show")
    await expect(page.locator("h2#found")).to_contain_text(coach.says("Outcomes"))
    async with page.expect_download() as taken:
        await page.get_by_role("link", name="CSV").click()
    lines = (await (await taken.value).path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].split(",")[1:3] == [coach.says("Finished"), coach.says("Work or own business")]
    assert lines[1].endswith("·,·,·,·,·,·"), "one person alone is in no number"


async def goes_on_leave(coach: Coach) -> None:
    page = coach.page
    await coach.opens("calendar/hours")
    days = page.locator("section:has(#part-leave) input[type=date]")
    for day in (days.first, days.last):
        await day.fill("2027-05-03")
    await coach.presses("Add", "section:has(#part-leave)", told="Saved.")
    await page.locator(".rest > summary").click()
    await page.locator(".rest form button").click()
    await expect(page.locator("#login")).to_be_visible()
