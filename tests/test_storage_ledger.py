"""The ledger keeps whole works, shares commits, and rings only for what is kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from storage.insert import insert_new
from storage.ledger import Ledger, ring
from storage.tables import Person
from tests.patience import PATIENCE

NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)


def person(session: Session, name: str) -> bool:
    return insert_new(session, Person, id=name, organisation="demo", language="nl", wrapped_key=b"k", created_at=NOW)


def count(session: Session) -> int:
    return session.connection().execute(select(func.count()).select_from(Person)).scalar_one()


async def test_what_is_written_can_be_read(ledger: Ledger) -> None:
    assert await ledger.write(lambda session: person(session, "an"))
    assert await ledger.read(count) == 1


async def test_the_same_row_is_inserted_once(ledger: Ledger) -> None:
    assert await ledger.write(lambda session: person(session, "an"))
    assert not await ledger.write(lambda session: person(session, "an"))


async def test_sixteen_tasks_lose_nothing(ledger: Ledger) -> None:
    async def task(number: int) -> None:
        for turn in range(25):
            assert await ledger.write(lambda session, name=f"{number}-{turn}": person(session, name))

    await asyncio.gather(*(task(number) for number in range(16)))
    assert await ledger.read(count) == 400


async def test_a_work_that_fails_keeps_nothing_and_does_not_hurt_the_others(ledger: Ledger) -> None:
    def fail(session: Session) -> None:
        person(session, "gone")
        raise LookupError("on purpose")

    works = [fail if number % 3 == 0 else lambda s, n=number: person(s, str(n)) for number in range(30)]
    answers = await asyncio.gather(*(ledger.write(work) for work in works), return_exceptions=True)
    assert [isinstance(answer, LookupError) for answer in answers] == [number % 3 == 0 for number in range(30)]
    assert await ledger.read(count) == 20


async def test_an_error_of_the_database_does_not_repeat_what_was_to_be_written(ledger: Ledger) -> None:
    def twice(session: Session) -> None:
        for _ in range(2):
            row = {"id": "an", "language": "Jan Janssens", "wrapped_key": b"k", "created_at": NOW}
            session.connection().execute(insert(Person).values(**row, organisation="demo", quiet=False))

    with pytest.raises(IntegrityError) as refused:
        await ledger.write(twice)
    assert "Janssens" not in str(refused.value)


async def test_the_bell_rings_after_the_commit(ledger: Ledger) -> None:
    with ledger.bell.listen("tray") as ear:
        await ledger.write(lambda session: ring(session, "tray"))
        assert await ear.wait(PATIENCE)


async def test_a_work_that_fails_does_not_ring(ledger: Ledger) -> None:
    def fail(session: Session) -> None:
        ring(session, "tray")
        raise LookupError("on purpose")

    with ledger.bell.listen("tray") as ear:
        with pytest.raises(LookupError):
            await ledger.write(fail)
        await ledger.write(lambda session: person(session, "an"))
        assert not await ear.wait(0.05)


async def test_a_savepoint_that_is_rolled_back_takes_its_rings_along(ledger: Ledger) -> None:
    def work(session: Session) -> None:
        ring(session, "kept")
        with session.begin_nested():
            person(session, "an")
            ring(session, "kept too")
        for _ in range(2):
            savepoint = session.begin_nested()
            ring(session, "gone")
            with session.begin_nested():
                ring(session, "gone")
            savepoint.rollback()

    with (
        ledger.bell.listen("kept") as kept,
        ledger.bell.listen("kept too") as kept_too,
        ledger.bell.listen("gone") as gone,
    ):
        await ledger.write(work)
        assert await kept.wait(PATIENCE)
        assert await kept_too.wait(PATIENCE)
        assert not await gone.wait(0.05)
    assert await ledger.read(count) == 1


async def test_a_ring_between_two_waits_is_heard(ledger: Ledger) -> None:
    with ledger.bell.listen("tray") as ear:
        for _ in range(3):
            await ledger.write(lambda session: ring(session, "tray"))
        assert await ear.wait(PATIENCE)
        assert not await ear.wait(0.05)


async def test_what_a_work_returned_can_be_used_afterwards(ledger: Ledger) -> None:
    def work(session: Session) -> Person:
        added = Person(organisation="demo", language="nl", wrapped_key=b"k", created_at=NOW)
        session.add(added)
        return added

    added = await ledger.write(work)
    read = await ledger.read(lambda session: session.get(Person, added.id))
    assert read is not None
    assert (read.language, read.created_at) == ("nl", NOW)


async def test_a_caller_who_goes_away_leaves_the_work_whole(ledger: Ledger) -> None:
    waiting = asyncio.create_task(ledger.write(lambda session: person(session, "an")))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await ledger.write(lambda session: person(session, "bo"))
    assert await ledger.read(count) in (1, 2)


async def test_a_read_cannot_write(ledger: Ledger) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        await ledger.read(lambda session: person(session, "an"))
    assert await ledger.read(count) == 0
