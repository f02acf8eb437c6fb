"""Who may see few cases finds on their desk what is theirs, however much of others stands in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from sqlmodel import Session, select

from casework.cases.case_desk import Tier, open_desk
from casework.cases.cases import Actor
from casework.cases.chores import MOST, chores
from casework.cases.tasks import Wanted, make_task
from casework.cases.today import desk
from casework.door.accounts import Account
from casework.telling.notices import SHOWN, News, give_notice
from storage.ledger import open_ledger
from storage.read_on import read_on
from storage.tables import Notice
from tests.staff_stage import ANSWERS, HERE, ORGANISATIONS, Stage

COMPANY = {**ANSWERS, "kind": "company"}


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    ledger = await open_ledger("sqlite://")
    stage = Stage(ledger)
    await stage.staff()
    yield stage
    await ledger.close()


async def broker(stage: Stage) -> Account:
    """Who sees cases of companies only, and of those what is not private."""
    return replace(await stage.account("greet"), role="job_broker")


async def tell(stage: Stage, kind: str, subject: str, times: int) -> None:
    def work(session: Session) -> None:
        for number in range(times):
            give_notice(session, News(HERE, kind, subject, f"{kind}|{subject}|{number}"), stage.now)

    await stage.ledger.write(work)
    stage.later(minutes=1)


async def leave(stage: Stage, case: str, tier: Tier, titles: Sequence[str]) -> None:
    writer = Actor.of(await stage.account("yusuf"))

    def work(session: Session) -> None:
        opened = open_desk(session, stage.vault, writer, case, stage.now)
        assert opened is not None
        for title in titles:
            make_task(opened, ORGANISATIONS[HERE], Wanted(title, tier=tier))

    await stage.ledger.write(work)
    stage.later(minutes=1)


async def noticed(stage: Stage, account: Account) -> list[str]:
    found = await stage.ledger.read(lambda session: desk(session, ORGANISATIONS[HERE], account, stage.now))
    return [notice.subject for notice in found.tasks]


async def titles(stage: Stage, account: Account) -> list[str]:
    found = await stage.ledger.read(lambda s: chores(s, stage.vault, account, stage.now.date(), stage.now))
    return [task.title for task in found]


async def test_a_notice_of_theirs_is_found_behind_many_that_are_not(stage: Stage) -> None:
    person, company = await stage.case(), await stage.case(COMPANY)
    await tell(stage, "person_asked", person, 2 * SHOWN + 1)
    await tell(stage, "person_asked", company, 1)
    assert await noticed(stage, await broker(stage)) == [company]
    assert await noticed(stage, await stage.account("yusuf")) == [person] * SHOWN


async def test_what_is_a_list_of_its_own_on_the_desk_leaves_room_for_the_rest(stage: Stage) -> None:
    person = await stage.case()
    await tell(stage, "person_wrote", person, SHOWN)
    await tell(stage, "call_person", person, SHOWN)
    await tell(stage, "person_asked", person, 1)
    assert await noticed(stage, await stage.account("yusuf")) == [person]


async def test_a_task_of_theirs_is_found_behind_many_that_are_not(stage: Stage) -> None:
    person, company = await stage.case(), await stage.case(COMPANY)
    await leave(stage, person, "A", [f"person {number}" for number in range(MOST + 1)])
    await leave(stage, company, "B", [f"private {number}" for number in range(MOST + 1)])
    await leave(stage, company, "A", ["theirs"])
    assert await titles(stage, await broker(stage)) == ["theirs"]
    of_everybody = await titles(stage, await stage.account("yusuf"))
    assert [title.split()[0] for title in of_everybody] == ["person"] * MOST
    assert len(set(of_everybody)) == MOST


@pytest.mark.parametrize("there", [0, 1, 3, 4, 6, 7])
@pytest.mark.parametrize("nth", [1, 2, 5])
async def test_reading_on_keeps_the_order_and_stops_at_the_most(stage: Stage, there: int, nth: int) -> None:
    for number in range(there):
        await tell(stage, "test", f"{number}", 1)
    query = select(Notice).order_by("created_at", "id")

    def keep(rows: Sequence[Notice]) -> list[int]:
        return [number for row in rows if (number := int(row.subject)) % nth == 0]

    found = await stage.ledger.read(lambda session: read_on(session, query, keep, 3))
    assert found == [number for number in range(there) if number % nth == 0][:3]
