"""The pages of the organisation: what is typed counts at once, mistakes stand beside their field, changes are undone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlmodel import Session, col, select

from casework.in_force import InForce
from casework.sign_in import open_door
from staff.office import Office
from storage.ledger import Ledger, open_ledger
from storage.tables import Audit, OrganisationChange, Staff
from tests.staff_stage import HERE, ORGANISATIONS, Browser, Stage

PAGES = (
    "",
    "/people",
    "/texts",
    "/texts/house",
    "/questions",
    "/questions/who-reads",
    "/hours",
    "/reminders",
    "/languages",
    "/retention",
    "/links",
    "/telegram",
    "/history",
)
OF_ADMINS = ("/tokens", "/webhooks")


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    opened = await open_ledger("sqlite://")
    yield opened
    await opened.close()


class Console(Stage):
    """One console for the whole test: what it keeps in mind of the organisations is looked at too."""

    made: Office | None = None

    def office(self, secure: bool = False) -> Office:
        self.made = self.made or super().office(secure)
        return self.made

    @property
    def houses(self) -> InForce:
        return self.office().organisations


@pytest.fixture
async def stage(ledger: Ledger) -> Console:
    stage = Console(ledger)
    await stage.staff()
    return stage


async def as_(stage: Console, browser: Browser, role: str, login: str = "greet") -> Browser:
    """Signed in with this role, without the time a password takes."""
    account = await stage.account(login)

    def work(session: Session) -> str:
        session.get_one(Staff, account.id).role = role
        return open_door(session, account.id, stage.now)

    browser.client.session.cookie_jar.update_cookies({"opstap-staff": await stage.ledger.write(work)})
    return browser


Opened = Callable[[], Awaitable[Browser]]


def inputs(html: str) -> dict[str, str]:
    """What the first sheet of a page would send as it is."""
    form = next(form for form in re.findall(r"<form.*?</form>", html, re.S) if 'class="sheet"' in form)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag and 'type="radio"' not in tag or "checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = text.replace("&#39;", "'").replace("&#34;", '"')
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


async def type_in(browser: Browser, page: str, **typed: str) -> Browser:
    """Open the page and send its sheet with these inputs changed; dots and colons are written as ``__`` and ``___``."""
    await browser.open(f"/staff/organisation{page}")
    anew = {name.replace("___", ":").replace("__", "."): value for name, value in typed.items()}
    await browser.send(page, None, **{**inputs(browser.html), **anew})
    return browser


@pytest.mark.parametrize("language", ["nl", "fr"])
async def test_every_page_opens_in_both_languages(stage: Console, language: str) -> None:
    account = await stage.account("greet")

    def speak(session: Session) -> None:
        session.get_one(Staff, account.id).language = language

    await stage.ledger.write(speak)
    async with stage.serve() as opened:
        browser = await as_(stage, await opened(), "admin")
        for page in (*PAGES, *OF_ADMINS):
            await browser.open(f"/staff/organisation{page}")
            assert (browser.status, "<h1>" in browser.html) == (200, True), page
