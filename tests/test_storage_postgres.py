"""On PostgreSQL a work survives lost connections and deadlocks, and rings reach other processes."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest
from sqlalchemy import text
from sqlmodel import Session

from storage.ledger import DatabaseAway, Ledger, open_ledger, ring
from tests.patience import PATIENCE
from tests.test_storage_ledger import count, person

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def here(postgres_url: str) -> AsyncIterator[Ledger]:
    ledger = await open_ledger(postgres_url)
    yield ledger
    await ledger.close()


@pytest.fixture
async def there(postgres_url: str) -> AsyncIterator[Ledger]:
    """As another process would have it."""
    ledger = await open_ledger(postgres_url)
    yield ledger
    await ledger.close()


async def cut_all(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(CUT)
    finally:
        await connection.close()


async def test_a_connection_that_is_cut_costs_nothing_but_a_try(here: Ledger, postgres_url: str) -> None:
    await here.write(lambda session: person(session, "an"))
    await cut_all(postgres_url)
    assert await here.write(lambda session: person(session, "bo"))
    await cut_all(postgres_url)
    assert await here.read(count) == 2


async def test_nothing_is_lost_or_doubled_while_connections_are_cut(here: Ledger, postgres_url: str) -> None:
    async def task(number: int) -> None:
        for turn in range(15):
            name = f"{number}-{turn}"
            while True:
                try:
                    await here.write(lambda session, name=name: person(session, name))
                    break
                except DatabaseAway:
                    await asyncio.sleep(0.01)

    async def cutter() -> None:
        for more in itertools.count(1):
            await asyncio.sleep(0.05 * more)  # longer each time: on a slow machine nothing would come to its end
            await cut_all(postgres_url)

    cutting = asyncio.create_task(cutter())
    await asyncio.gather(*(task(number) for number in range(8)))
    cutting.cancel()
    await asyncio.wait([cutting])
    assert await here.read(count) == 8 * 15


async def test_a_deadlock_is_solved_by_trying_again(here: Ledger) -> None:
    await here.write(lambda session: [person(session, "an"), person(session, "bo")])

    def touch(*names: str) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            for name in names:
                session.connection().execute(text("UPDATE person SET quiet = true WHERE id = :id"), {"id": name})
                session.connection().execute(text("SELECT pg_sleep(0.2)"))

        return work

    await asyncio.gather(here.write(touch("an", "bo")), here.write(touch("bo", "an")))


async def test_a_statement_that_is_wrong_is_not_tried_again(here: Ledger) -> None:
    tries: list[None] = []

    def wrong(session: Session) -> None:
        tries.append(None)
        session.connection().execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(Exception, match="nowhere"):
        await here.write(wrong)
    assert len(tries) == 1


async def test_a_ring_reaches_another_process(here: Ledger, there: Ledger) -> None:
    with there.bell.listen("tray") as ear:
        for _ in range(3):
            await here.write(lambda session: ring(session, "tray"))
            assert await ear.wait(PATIENCE)


async def test_a_cut_line_rings_again_when_it_is_back(here: Ledger, there: Ledger, postgres_url: str) -> None:
    with there.bell.listen("tray") as ear:
        await here.write(lambda session: ring(session, "tray"))
        assert await ear.wait(PATIENCE)
        await cut_all(postgres_url)
        assert await ear.wait(PATIENCE)
        await here.write(lambda session: ring(session, "tray"))
        assert await ear.wait(PATIENCE)


async def test_many_long_topics_all_arrive(here: Ledger, there: Ledger) -> None:
    topics = [f"chat/{number:0>300}" for number in range(100)]

    def work(session: Session) -> None:
        for topic in topics:
            ring(session, topic)

    with there.bell.listen(topics[0]) as first, there.bell.listen(topics[-1]) as last:
        await here.write(work)
        assert await first.wait(PATIENCE)
        assert await last.wait(PATIENCE)
