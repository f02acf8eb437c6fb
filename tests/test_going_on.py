"""The time of a visit stays the coach's own until it should be over, also once the person is noted as present."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from casework.house.organisation import Organisation
from casework.visiting.booking import Booked, BookRequest, Outcome, Taken, Wanted, book, find
from casework.visiting.holds import Keeper, hold
from casework.visiting.visit_states import Change, Who
from casework.visiting.visits import change, of_person
from flows.heard import Slot
from storage.ledger import Ledger, open_ledger
from storage.tables import Appointment
from storage.verify import verify
from tests.casework_house import coach, house, settle, visit

NINE = datetime(2027, 3, 19, 8, 0, tzinfo=UTC)
DURING = NINE + timedelta(minutes=5)
HALF_PAST, TEN = "20270319T0830", "20270319T0900"
AT_ONCE = visit(starts_every=30, notice_hours=0)
SOMEBODY_WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
ONE, TWO = house(visit=AT_ONCE), house(coach("an"), coach("bo"), visit=AT_ONCE)


@pytest.fixture
async def desk(ledger: Ledger) -> Ledger:
    """Ann is with the coach since nine; Ben would like a time too."""
    await ledger.write(lambda session: settle(session, "ann", "ben"))
    return ledger


async def noted(ledger: Ledger, what: Change | None) -> None:
    def work(session: Session) -> None:
        booked = book(session, ONE, BookRequest("ann", "20270319T0800-an", "nl"), NINE - timedelta(days=1))
        assert isinstance(booked, Booked)
        assert what is None or change(session, booked.appointment, what, "staff", DURING)

    await ledger.write(work)


async def wants(ledger: Ledger, value: str, organisation: Organisation = ONE, by: Who = "person") -> Outcome:
    request = BookRequest("ben", value, "nl", by=by)
    return await ledger.write(lambda session: book(session, organisation, request, DURING))


@pytest.mark.parametrize("what", [None, "attend"])
@pytest.mark.parametrize("by", ["person", "staff"])
async def test_nobody_gets_the_time_of_who_is_there(desk: Ledger, what: Change | None, by: Who) -> None:
    await noted(desk, what)
    assert isinstance(await wants(desk, f"{HALF_PAST}-an", by=by), Taken)
    assert isinstance(await wants(desk, f"{TEN}-an", by=by), Booked)
    assert await desk.read(verify) == []


async def test_the_time_of_who_did_not_come_can_be_had(desk: Ledger) -> None:
    await noted(desk, "miss")
    assert isinstance(await wants(desk, f"{HALF_PAST}-an"), Booked)


async def test_another_coach_steps_in(desk: Ledger) -> None:
    await noted(desk, "attend")
    came = await wants(desk, f"{HALF_PAST}-an", TWO)
    assert isinstance(came, Booked)
    assert came.appointment.coach == "bo"


async def test_it_is_not_kept_for_somebody_either(desk: Ledger) -> None:
    await noted(desk, "attend")

    def keep(session: Session) -> Appointment | None:
        start = NINE + timedelta(minutes=30)
        slot = Slot(f"{HALF_PAST}-an", start, 60, "an", "hall")
        return hold(session, ONE, slot, Keeper("ben", "nl"), DURING)

    assert await desk.write(keep) is None


async def test_what_is_found_free_can_be_had(desk: Ledger) -> None:
    await noted(desk, "attend")
    free = await desk.read(lambda session: find(session, ONE, Wanted("nl", limit=3), DURING)[0])
    assert free[0].value == f"{TEN}-an"
    assert isinstance(await wants(desk, free[0].value), Booked)


async def test_somebody_who_wants_the_time_at_the_very_moment_of_noting_does_not_get_it(postgres_url: str) -> None:
    """Two processes: while one notes that Ann is there, the other books Ben at the same coach."""
    here, there = await open_ledger(postgres_url), await open_ledger(postgres_url)
    await here.write(lambda session: settle(session, "ann", "ben"))
    await noted(here, None)
    half_way = asyncio.Event()

    def note(session: Session) -> None:
        (mine,) = of_person(session, "ann")
        assert change(session, mine, "attend", "staff", DURING)
        half_way.set()
        while not session.connection().execute(SOMEBODY_WAITS).scalar_one():
            session.connection().execute(text("SELECT pg_sleep(0.002)"))

    async def want() -> Outcome:
        await half_way.wait()
        return await wants(there, f"{HALF_PAST}-an")

    _, came_of = await asyncio.gather(here.write(note), want())
    assert isinstance(came_of, Taken)
    assert await here.read(verify) == []
    await here.close()
    await there.close()
