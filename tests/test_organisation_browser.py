"""The organisation's pages in a real browser: everybody can use them, on a phone and at a desk."""

from __future__ import annotations

import pytest
from playwright.async_api import Page
from sqlmodel import Session

from casework.door.sign_in import open_door
from storage.ledger import Ledger
from storage.tables import Staff
from tests.accessibility import problems_for_everybody
from tests.staff_stage import Stage

pytestmark = pytest.mark.browser
PAGES = (
    "organisation",
    "organisation/people",
    "organisation/texts/house",
    "organisation/questions",
    "organisation/questions/who-reads",
    "organisation/hours",
    "organisation/reminders",
    "organisation/languages",
    "organisation/retention",
    "organisation/links",
    "organisation/telegram",
    "organisation/history",
    "organisation/tokens",
    "organisation/webhooks",
    "notices/ways",
)


async def signed_in(stage: Stage, page: Page, console: str) -> str:
    """As an administrator; the id of a colleague."""
    account, other = await stage.account("greet"), await stage.account("yusuf")

    def work(session: Session) -> str:
        session.get_one(Staff, account.id).role = "admin"
        return open_door(session, account.id, stage.now)

    token = await stage.ledger.write(work)
    await page.context.add_cookies([{"name": "opstap-staff", "value": token, "url": console}])
    return other.id


async def test_every_page_can_be_used_by_everybody(sqlite_ledger: Ledger, page: Page) -> None:
    stage, problems, said = Stage(sqlite_ledger), [], []
    await stage.staff()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    async with stage.serve() as opened:
        console = str((await opened()).client.make_url("/staff/"))
        colleague = await signed_in(stage, page, console)
        for path in (*PAGES, f"organisation/people/{colleague}"):
            await page.goto(console + path)
            problems += await problems_for_everybody(page)
    assert (problems, said) == ([], [])
