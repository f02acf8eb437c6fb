"""The link in a notice's e-mail: looking does nothing, a button answers once, for one case and its coach only."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlmodel import Session, select

from casework.door.accounts import Account
from casework.telling.notice_answers import link_of
from casework.telling.notice_sending import begin
from storage.ledger import Ledger, open_ledger
from storage.tables import Audit, Case, Notice, NoticeDelivery, Staff
from tests.staff_stage import HERE, Stage


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    opened = await open_ledger("sqlite://")
    yield opened
    await opened.close()


@pytest.fixture
async def stage(ledger: Ledger) -> Stage:
    stage = Stage(ledger)
    await stage.staff()
    return stage


async def a_link(stage: Stage, login: str = "greet") -> tuple[str, str]:
    """The address in the e-mail about a new case that is offered to this coach, and the case."""
    case, account = await stage.case(), await stage.account(login)

    def work(session: Session) -> str:
        session.get_one(Case, case).coach = account.coach
        notice = session.exec(select(Notice).where(Notice.subject == case)).one()
        delivery = begin(session, notice, account.id, "email", stage.now)
        assert delivery is not None
        token = link_of(session, stage.vault, delivery)
        assert token == link_of(session, stage.vault, delivery)
        return f"/staff/answer/{token}"

    return await stage.ledger.write(work), case


async def state(stage: Stage, case: str) -> tuple[str, str | None]:
    row = await stage.ledger.read(lambda session: session.get_one(Case, case))
    return row.state, row.accepted_by


async def test_a_coach_accepts_from_the_mail_without_signing_in(stage: Stage) -> None:
    link, case = await a_link(stage)
    greet = await stage.account("greet")
    async with stage.serve() as opened:
        browser = await opened()
        await browser.open(link)
        assert "Samira" not in browser.html
        assert await state(stage, case) == ("offered", None)
        await browser.send("/answer/", answer="accept")
        assert "You have accepted this case." in browser.html
    assert await state(stage, case) == ("accepted", greet.id)


async def test_a_scanner_that_opens_every_link_accepts_nothing_and_leaves_the_link_whole(stage: Stage) -> None:
    link, case = await a_link(stage)
    async with stage.serve() as opened:
        browser = await opened()
        for _ in range(3):
            await browser.open(link)
        assert (await browser.client.head(link)).status in (200, 405)
        assert await state(stage, case) == ("offered", None)
        await browser.open(link)
        await browser.send("/answer/", answer="accept")
        assert "You have accepted" in browser.html


async def test_declining_takes_a_reason_and_gives_the_case_back(stage: Stage) -> None:
    link, case = await a_link(stage)
    async with stage.serve() as opened:
        browser = await opened()
        await browser.open(link)
        await browser.send('value="decline"', answer="decline", reason="")
        assert browser.status == 400
        await browser.open(link)
        await browser.send('value="decline"', answer="decline", reason="no_room")
        assert "You have declined" in browser.html
    assert await state(stage, case) == ("declined", None)


async def test_a_link_works_once_and_for_three_days(stage: Stage) -> None:
    link, _ = await a_link(stage)
    other, case = await a_link(stage)
    async with stage.serve() as opened:
        browser = await opened()
        await browser.open(link)
        await browser.send("/answer/", answer="accept")
        await browser.open(link)
        assert (browser.status, "no longer works" in browser.html) == (410, True)
        stage.later(days=3, minutes=1)
        await browser.open(other)
        assert browser.status == 410
    assert await state(stage, case) == ("offered", None)


async def test_what_changed_since_the_mail_is_read_first(stage: Stage) -> None:
    link, case = await a_link(stage)

    def change(session: Session) -> None:
        session.get_one(Case, case).version += 1

    await stage.ledger.write(change)
    async with stage.serve() as opened:
        browser = await opened()
        await browser.open(link)
        await browser.send("/answer/", answer="accept")
        assert "Something has changed meanwhile" in browser.html
    assert await state(stage, case) == ("offered", None)


async def test_who_left_answers_nothing(stage: Stage) -> None:
    link, case = await a_link(stage)
    greet = await stage.account("greet")

    def leave(session: Session) -> None:
        session.get_one(Staff, greet.id).active = False

    await stage.ledger.write(leave)
    async with stage.serve() as opened:
        browser = await opened()
        await browser.open(link)
        assert browser.status == 410
    assert await state(stage, case) == ("offered", None)


async def test_the_link_opens_nothing_else_and_the_audit_tells_who(stage: Stage) -> None:
    link, case = await a_link(stage)
    greet: Account = await stage.account("greet")
    async with stage.serve() as opened:
        browser = await opened()
        await browser.open(link)
        await browser.send("/answer/", answer="accept")
        await browser.open(f"/staff/cases/{case}")
        assert browser.path == "/staff/sign-in"

    def told(session: Session) -> list[tuple[str, str]]:
        rows = session.exec(select(Audit).where(Audit.organisation == HERE, Audit.subject == case))
        return [(row.actor, row.action) for row in rows]

    assert (greet.actor, "case.accept") in await stage.ledger.read(told)


async def test_a_notice_that_nobody_can_answer_has_no_link(stage: Stage) -> None:
    case, account = await stage.case(), await stage.account("greet")

    def work(session: Session) -> str | None:
        session.get_one(Case, case).state = "done"
        notice = session.exec(select(Notice).where(Notice.subject == case)).one()
        delivery = begin(session, notice, account.id, "email", stage.now)
        assert delivery is not None
        return link_of(session, stage.vault, delivery)

    assert await stage.ledger.write(work) is None
    rows = await stage.ledger.read(lambda session: session.exec(select(NoticeDelivery.token_hash)).all())
    assert rows == [None]
