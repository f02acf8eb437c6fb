"""What falls due about chores in the running house: tasks and a notice for the coach of the case, each once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from bot.ticker import Ticker
from casework.cases.cases import Actor as ByWhom
from casework.cases.cases import HandOverRequest, hand_over
from casework.cases.tasks import seal_name
from casework.door.accounts import Account, ensure_accounts, find_account
from casework.local_work import work_desk
from casework.local_work.bench import Bench
from casework.privacy.erasing import erase
from storage.dossier_tables import CaseTask
from storage.tables import Case, Conversation, Due, Notice, Person
from storage.verify import verify
from tests.local_work_stage import SEWS
from tests.stage import Stage, open_stage

HOUSE = "bijzig"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        house, now = opened.house, opened.clock.now()
        await house.ledger.write(lambda session: ensure_accounts(session, house.organisations[HOUSE], now))
        yield opened


async def handed_over(stage: Stage) -> str:
    """The case of somebody who wants to do chores, kept by a coach."""
    await stage.actor("bilal", HOUSE).starts("nl")
    house, now = stage.house, stage.clock.now()

    def keep(session: Session) -> str:
        talk = session.exec(select(Conversation)).one()
        id = hand_over(session, house.vault, HandOverRequest(HOUSE, talk.person_id, talk.id, SEWS, (), "nl"), now)
        case = session.get_one(Case, id)
        case.coach, case.state = "greet", "accepted"
        return id

    return await stage.house.ledger.write(keep)


async def begins(stage: Stage, case: str, began_on: date) -> str:
    house, now = stage.house, stage.clock.now()

    def work(session: Session) -> str:
        staff = find_account(session, HOUSE, "greet")
        assert staff is not None
        bench = Bench(session, house.vault, house.organisations[HOUSE], ByWhom.of(Account.of(staff)), now)
        return work_desk.begin(bench, case, work_desk.Beginning(began_on, "job_service"))

    return await house.ledger.write(work)


async def titles(stage: Stage, case: str) -> list[str]:
    """Of the tasks that code left, in the order in which it did."""

    def work(session: Session) -> list[str]:
        person = session.get_one(Person, session.get_one(Case, case).person_id)
        key = stage.house.vault.open_key(person.wrapped_key)
        tasks = session.exec(select(CaseTask).where(CaseTask.case_id == case).order_by(col(CaseTask.at))).all()
        assert all(task.owner == "greet" for task in tasks)
        return [key.open(task.sealed, seal_name(task.id)).decode() for task in tasks]

    return await stage.house.ledger.read(work)


async def months_pass(stage: Stage, months: int) -> None:
    for _ in range(months):
        stage.clock.move(timedelta(days=31))
        await Ticker(stage.house).tick()


async def test_the_coach_is_asked_after_three_six_and_eleven_months_and_warned_once(stage: Stage) -> None:
    case = await handed_over(stage)
    assert await begins(stage, case, stage.clock.now().date()) == "begun"
    await months_pass(stage, 13)
    told = await titles(stage, case)
    assert told == [
        "Wijk-werken, na 3 maanden: vraag hoe het gaat en wat de volgende stap is",
        "Wijk-werken, na 6 maanden: vraag hoe het gaat en wat de volgende stap is",
        "Wijk-werken stopt op 23/3/2028: plan wat daarna komt",
        "Wijk-werken, na 11 maanden: vraag hoe het gaat en wat de volgende stap is",
    ]

    def notices(session: Session) -> list[str | None]:
        return [each.coach for each in session.exec(select(Notice).where(Notice.kind == "task"))]

    assert await stage.house.ledger.read(notices) == ["greet"] * 4
    assert await stage.house.ledger.read(verify) == []


async def test_who_is_noted_in_month_eleven_is_warned_at_once(stage: Stage) -> None:
    case = await handed_over(stage)
    await begins(stage, case, date(2026, 5, 20))
    await Ticker(stage.house).tick()
    assert await titles(stage, case) == ["Wijk-werken stopt op 19/5/2027: plan wat daarna komt"]
    await Ticker(stage.house).tick()
    assert len(await titles(stage, case)) == 1


async def test_an_erased_person_is_followed_no_longer(stage: Stage) -> None:
    case = await handed_over(stage)
    await begins(stage, case, stage.clock.now().date())
    now = stage.clock.now()
    await stage.house.ledger.write(lambda session: erase(session, session.get_one(Case, case).person_id, now))
    await months_pass(stage, 4)

    def left(session: Session) -> tuple[list[str], int]:
        due = session.exec(select(Due).where(Due.kind == "local_work_month")).all()
        return [each.state for each in due], len(session.exec(select(CaseTask)).all())

    assert await stage.house.ledger.read(left) == (["skipped"], 0)
    assert await stage.house.ledger.read(verify) == []
