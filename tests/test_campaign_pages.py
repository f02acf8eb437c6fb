"""The pages of campaigns: what may not stand there is named, few people are no number, others do not find them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlmodel import Session

from casework.privacy.consents import record
from flows.effects import RecordConsent
from storage.ledger import Ledger, open_ledger
from tests.staff_stage import Browser, Stage
from tests.test_report_pages import with_role

FIELDS = {"name": "Voorjaar", "text.nl": "Er is een open dag.", "text.fr": "Il y a une journée ouverte."}
ANEW = {"name": "Zomer", "towns": "Alken", "version": "1"}
SAVE = 'action="/staff/campaigns'


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    ledger: Ledger = await open_ledger("sqlite://")
    stage = Stage(ledger)
    await stage.staff()
    yield stage
    await ledger.close()


@asynccontextmanager
async def console(stage: Stage, role: str = "coordinator") -> AsyncIterator[Browser]:
    login = await with_role(stage, role)
    async with stage.serve() as new_browser:
        yield await (await new_browser()).sign_in(login)


async def wants_news(stage: Stage, count: int) -> None:
    for _ in range(count):
        person, _ = await stage.person()

        def work(session: Session, person: str = person) -> None:
            record(session, person, RecordConsent("news", 1, True, "nl"), "web", stage.now)

        await stage.ledger.write(work)


async def test_a_campaign_is_written_looked_at_started_and_stopped(stage: Stage) -> None:
    await wants_news(stage, 8)
    async with console(stage) as browser:
        await (await browser.open("/staff/campaigns/new")).send(SAVE, None, **FIELDS)
        assert browser.status == 200
        assert re.search(r"<dd>\s*5\s*</dd>", browser.html), "eight, rounded down"
        assert browser.html.index("Er is een open dag.") < browser.html.index("Il y a une journée ouverte.")
        await browser.send("/start")
        assert "Stop at once" in browser.html
        await browser.send("/stop")
        assert "Stop at once" not in browser.html
        await browser.open("/staff/campaigns")
        assert "Voorjaar" in browser.html


async def test_few_people_are_no_number(stage: Stage) -> None:
    await wants_news(stage, 2)
    async with console(stage) as browser:
        await (await browser.open("/staff/campaigns/new")).send(SAVE, None, **FIELDS)
        assert re.search(r"<dd>\s*fewer than 5\s*</dd>", browser.html)


async def test_what_is_missing_is_named_and_what_was_typed_stays(stage: Stage) -> None:
    async with console(stage) as browser:
        await browser.open("/staff/campaigns/new")
        await browser.send(SAVE, None, **{**FIELDS, "text.fr": "", "text.nl": "Bel 85.07.30-033.28"})
        assert browser.status == 422
        assert browser.html.count('role="alert"') == 2
        assert 'value="Voorjaar"' in browser.html


async def test_who_changed_an_older_text_is_told(stage: Stage) -> None:
    async with console(stage) as browser:
        await (await browser.open("/staff/campaigns/new")).send(SAVE, None, **FIELDS)
        where = browser.path
        await (await browser.open(f"{where}/edit")).send(SAVE, None, **{**FIELDS, **ANEW})
        assert "Zomer" in browser.html
        assert "Alken" in browser.html
        await (await browser.open(f"{where}/edit")).send(SAVE, None, **{**FIELDS, "version": "1"})
        assert 'role="alert"' in browser.html
        assert "Zomer" in browser.html


@pytest.mark.parametrize("role", ["coach", "front_desk", "job_broker", "admin"])
async def test_others_find_no_campaigns(stage: Stage, role: str) -> None:
    async with console(stage, role) as browser:
        await browser.open("/staff/campaigns")
        assert browser.status == 404
