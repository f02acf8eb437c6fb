"""Who is given a task hears of it on the way they chose, without a word of it; who gives it to themselves does not."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session, select

from casework.cases.case_desk import open_desk
from casework.cases.cases import Actor
from casework.cases.tasks import Wanted, change_task, finish_task, make_task
from casework.telling.announcements import Voice, announce_about
from flows.wording import Wording
from storage.dossier_tables import CaseTask
from storage.ledger import Ledger
from storage.tables import Chat, Notice, NoticeDelivery
from tests.staff_stage import HERE, ORGANISATIONS, Stage

TITLE = "Bel de opvang voor Samira"


@pytest.fixture
async def stage(sound_ledger: Ledger) -> Stage:
    stage = Stage(sound_ledger)
    await stage.staff()
    return stage


async def does(stage: Stage, case: str, work: Any) -> Any:
    """What a coach (``greet``) does beside the case."""
    actor = Actor.of(await stage.account("greet"))
    voice = Voice(stage.vault, Wording(), lambda place, tap: "")

    def run(session: Session) -> Any:
        desk = open_desk(session, stage.vault, actor, case, stage.now)
        assert desk is not None
        came_of = work(desk)
        announce_about(session, voice, case, stage.now)
        return came_of.id if isinstance(came_of, CaseTask) else came_of

    return await stage.ledger.write(run)


async def notices(stage: Stage) -> list[tuple[str | None, str]]:
    def work(session: Session) -> list[tuple[str | None, str]]:
        told = session.exec(select(Notice).where(Notice.kind == "task")).all()
        assert not any(TITLE in f"{row.subject}{row.key}" for row in told)
        return [(row.coach, row.state) for row in sorted(told, key=lambda row: row.created_at)]

    return await stage.ledger.read(work)


async def test_a_colleague_hears_of_a_task_and_oneself_does_not(stage: Stage) -> None:
    case, house = await stage.case(), ORGANISATIONS[HERE]
    await does(stage, case, lambda desk: make_task(desk, house, Wanted(TITLE, owner="greet")))
    await does(stage, case, lambda desk: make_task(desk, house, Wanted(TITLE)))
    assert await notices(stage) == []
    await does(stage, case, lambda desk: make_task(desk, house, Wanted(TITLE, owner="yusuf")))
    assert await notices(stage) == [("yusuf", "waiting")]


async def test_it_goes_to_the_chat_they_tied_and_names_nothing(stage: Stage) -> None:
    case, account = await stage.case(), await stage.account("yusuf")
    chat = Chat(organisation=HERE, channel="telegram", address="77", created_at=stage.now, staff_id=account.id)
    await stage.ledger.write(lambda session: session.add(chat))
    await does(stage, case, lambda desk: make_task(desk, ORGANISATIONS[HERE], Wanted(TITLE, owner="yusuf")))
    of_tasks = select(NoticeDelivery).join(Notice).where(Notice.kind == "task")
    [sent] = await stage.ledger.read(lambda s: [(each.way, each.staff_id) for each in s.exec(of_tasks)])
    assert sent == ("telegram", account.id)


async def test_a_task_that_is_done_or_given_on_is_news_no_longer(stage: Stage) -> None:
    case, house = await stage.case(), ORGANISATIONS[HERE]
    task = await does(stage, case, lambda desk: make_task(desk, house, Wanted(TITLE, owner="yusuf")))
    stage.later(minutes=1)
    given_on = Wanted(TITLE, owner="elke")
    assert await does(stage, case, lambda desk: change_task(desk, house, task, 1, given_on)) == "done"
    assert await notices(stage) == [("yusuf", "seen"), ("elke", "waiting")]
    stage.later(minutes=1)
    assert await does(stage, case, lambda desk: finish_task(desk, task, 2)) == "done"
    assert await notices(stage) == [("yusuf", "seen"), ("elke", "seen")]


async def test_another_day_for_the_same_owner_tells_nobody_again(stage: Stage) -> None:
    case, house = await stage.case(), ORGANISATIONS[HERE]
    task = await does(stage, case, lambda desk: make_task(desk, house, Wanted(TITLE, owner="yusuf")))
    stage.later(minutes=1)
    anew = Wanted("Iets anders", owner="yusuf")
    assert await does(stage, case, lambda desk: change_task(desk, house, task, 1, anew)) == "done"
    assert await notices(stage) == [("yusuf", "waiting")]
