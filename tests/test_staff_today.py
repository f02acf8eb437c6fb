"""The day of a coach on one page, the list with its filters, and who did what: over HTTP, in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from casework.cases.cases import HandOverRequest
from casework.door.accounts import ensure_accounts
from casework.door.sign_in import open_door
from storage.ledger import open_ledger
from storage.tables import Case
from tests.staff_stage import ANSWERS, ELSEWHERE, HERE, ORGANISATIONS, Browser, Stage

NAMED = {**ANSWERS, "name": "Samira"}


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    ledger = await open_ledger("sqlite://")
    stage = Stage(ledger)
    for organisation in (HERE, ELSEWHERE):
        await ledger.write(partial(ensure_accounts, organisation=ORGANISATIONS[organisation], now=stage.now))
    yield stage
    await ledger.close()


async def at_work(stage: Stage, browser: Browser, login: str = "greet") -> Browser:
    account = await stage.account(login)
    token = await stage.ledger.write(lambda session: open_door(session, account.id, stage.now))
    browser.client.session.cookie_jar.update_cookies({"opstap-staff": token})
    return browser


async def test_a_coach_finds_todays_visit_and_what_is_late_and_new(stage: Stage) -> None:
    person, talk = await stage.person()
    stage.later(days=-2)
    visit = await stage.visit(person, "greet")
    mine = await stage.hand_over(HandOverRequest(HERE, person, talk, NAMED, (), "nl", appointment_id=visit))
    stage.later(days=2)
    late, new = await stage.case(), await stage.case()
    past = stage.now - timedelta(hours=1)
    await stage.ledger.write(lambda session: setattr(session.get_one(Case, late), "answer_by", past))
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open("/staff/")
        parts = dict(zip(("late", "visits", "offered"), coach.html.split("<section")[1:], strict=False))
        assert late[:6] in parts["late"]
        assert mine[:6] in parts["visits"]
        assert new[:6] in parts["offered"]
        assert late[:6] not in parts["offered"]
        assert "Samira" not in coach.html
        colleague = await (await at_work(stage, await opened(), "yusuf")).open("/staff/")
        assert mine[:6] not in colleague.html


async def test_the_list_finds_by_first_name_and_by_number_and_says_kindly_when_there_is_nothing(stage: Stage) -> None:
    case, other = await stage.case(NAMED), await stage.case({**NAMED, "name": "Fatma"})
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        for wanted in ("samira", case[:8], f"%23{case[:8]}"):
            await coach.open(f"/staff/cases?find={wanted}")
            assert case[:6] in coach.html
            assert other[:6] not in coach.html
        await coach.open("/staff/cases?find=Nobody&state=offered&since=nonsense")
        assert case[:6] not in coach.html


async def test_a_coach_declines_on_the_page_and_a_colleague_takes_it_on(stage: Stage) -> None:
    case = await stage.case(NAMED)
    await stage.ledger.write(lambda session: setattr(session.get_one(Case, case), "coach", "greet"))
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        assert (await coach.send("/decline", reason="because")).status == 400
        await coach.open(f"/staff/cases/{case}")
        assert (await coach.send("/decline", reason="no_room")).status == 200
        colleague = await (await at_work(stage, await opened(), "yusuf")).open(f"/staff/cases/{case}")
        await colleague.send("/accept")
    row = await stage.ledger.read(lambda session: session.get_one(Case, case))
    assert (row.state, row.coach) == ("accepted", "yusuf")


async def test_a_lead_finds_who_read_a_case_and_takes_that_along(stage: Stage) -> None:
    case, other = await stage.case(NAMED), await stage.case(NAMED, organisation=ELSEWHERE)
    yusuf = await stage.account("yusuf")
    async with stage.serve() as opened:
        await (await at_work(stage, await opened(), "yusuf")).open(f"/staff/cases/{case}")
        lead = await at_work(stage, await opened())
        for asked in (
            f"case={case[:8]}",
            f"person={case}",
            f"account={yusuf.actor}",
            "since=2027-03-24&until=2027-03-24",
        ):
            await lead.open(f"/staff/audit.csv?{asked}")
            assert f"{yusuf.actor},case.read,{case}" in lead.html
        for asked in (f"case={other}", f"person={other}", "until=2027-03-23", "since=2027-03-25", "before=1"):
            await lead.open(f"/staff/audit.csv?{asked}")
            assert "case.read" not in lead.html
        assert (await lead.open("/staff/audit")).status == 200
        assert (await (await at_work(stage, await opened(), "yusuf")).open("/staff/audit")).status == 404
