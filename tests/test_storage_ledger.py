"""The ledger keeps whole works, shares commits, and rings only for what is kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from storage.insert import insert_new
from storage.ledger import Ledger, ring
from storage.tables import Person

NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)


def person(session: Session, name: str) -> bool:
    return insert_new(
        session, Person, id=name, organisation="demo", language="nl", wrapped_key=b"k", created_at=NOW
    )


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
    assert [isinstance(answer, LookupError) for answer in answers] == [
        number % 3 == 0 for number in range(30)
    ]
    assert await ledger.read(count) == 20


async def test_the_bell_rings_after_the_commit(ledger: Ledger) -> None:
    with ledger.bell.listen("tray") as ear:
        await ledger.write(lambda session: ring(session, "tray"))
        assert await ear.wait(5)


async def test_a_read_cannot_write(ledger: Ledger) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        await ledger.read(lambda session: person(session, "an"))
    assert await ledger.read(count) == 0
