"""No coach is ever held twice at the same time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlmodel import Session

from storage.insert import insert_new
from storage.ledger import Ledger, open_ledger
from storage.tables import Appointment, Granule, Person
from storage.time_claim import APPOINTMENT, claim_time, release_time
from storage.verify import verify

NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)


def visit(begin: int = 0, minutes: int = 45, coach: str = "an", organisation: str = "demo") -> Appointment:
    """``begin`` counts minutes from ``NOW``; the last five are the buffer."""
    starts, busy_until = NOW + timedelta(minutes=begin), NOW + timedelta(minutes=begin + minutes)
    return Appointment(
        organisation=organisation,
        person_id=organisation,
        coach=coach,
        place="hall",
        kind="intake",
        starts_at=starts,
        ends_at=busy_until - timedelta(minutes=5),
        busy_from=starts,
        busy_until=busy_until,
        zone="Europe/Brussels",
        wall="2027-03-24T10:00",
        language="nl",
        created_at=NOW,
    )


async def with_people(ledger: Ledger) -> None:
    def work(session: Session) -> None:
        for name in ("demo", "other"):
            insert_new(session, Person, id=name, organisation=name, language="nl", wrapped_key=b"k", created_at=NOW)

    await ledger.write(work)


async def claim(ledger: Ledger, appointment: Appointment) -> bool:
    return await ledger.write(lambda session: claim_time(session, appointment))


def end(session: Session, appointment: Appointment, state: str) -> None:
    change = update(APPOINTMENT).where(APPOINTMENT.c.id == appointment.id).values(state=state, version=2)
    session.connection().execute(change)
    if state != "attended":
        release_time(session, appointment)


async def count(ledger: Ledger, table: type[Appointment] | type[Granule]) -> int:
    return await ledger.read(lambda s: s.connection().execute(select(func.count()).select_from(table)).scalar_one())


@pytest.mark.parametrize(("begin", "minutes"), [(0, 45), (-40, 45), (40, 45), (10, 10), (-60, 180)])
async def test_an_overlap_is_refused_and_leaves_nothing(ledger: Ledger, begin: int, minutes: int) -> None:
    await with_people(ledger)
    assert await claim(ledger, visit())
    assert not await claim(ledger, visit(begin, minutes))
    assert await count(ledger, Appointment) == 1
    assert await ledger.read(verify) == []


@pytest.mark.parametrize(
    "beside", [visit(45), visit(-45), visit(coach="bo"), visit(organisation="other")], ids=lambda _: ""
)
async def test_what_lies_beside_is_free(ledger: Ledger, beside: Appointment) -> None:
    await with_people(ledger)
    assert await claim(ledger, visit())
    assert await claim(ledger, beside)
    assert await ledger.read(verify) == []


@pytest.mark.parametrize("state", ["cancelled", "moved", "expired", "no_show"])
async def test_time_that_is_given_back_can_be_claimed(ledger: Ledger, state: str) -> None:
    await with_people(ledger)
    first = visit()
    assert await claim(ledger, first)
    await ledger.write(lambda session: end(session, first, state))
    assert await claim(ledger, visit(10))
    assert await ledger.read(verify) == []


async def test_the_time_of_who_came_is_held_to_the_end(ledger: Ledger) -> None:
    await with_people(ledger)
    first = visit()
    assert await claim(ledger, first)
    await ledger.write(lambda session: end(session, first, "attended"))
    assert not await claim(ledger, visit(10))
    assert await claim(ledger, visit(45))
    assert await ledger.read(verify) == []


async def test_a_visit_can_move_to_a_time_that_overlaps_its_own(ledger: Ledger) -> None:
    await with_people(ledger)
    first = visit()
    assert await claim(ledger, first)

    def move(session: Session) -> bool:
        end(session, first, "moved")
        return claim_time(session, visit(15))

    assert await ledger.write(move)
    assert await ledger.read(verify) == []


async def test_of_many_who_want_the_same_time_one_gets_it(ledger: Ledger) -> None:
    await with_people(ledger)

    async def want(number: int) -> int:
        return sum([await claim(ledger, visit(slot * 45 + number % 3 * 15)) for slot in range(8)])

    won = await asyncio.gather(*(want(number) for number in range(16)))
    assert sum(won) == await count(ledger, Appointment)
    assert 4 <= sum(won) <= 8
    assert await ledger.read(verify) == []


async def test_a_time_off_the_five_minutes_is_wrong_use(ledger: Ledger) -> None:
    await with_people(ledger)
    with pytest.raises(ValueError, match="five minutes"):
        await claim(ledger, visit(2))


async def test_an_appointment_that_is_off_claims_no_time(ledger: Ledger) -> None:
    off = visit()
    off.state = "cancelled"
    with pytest.raises(ValueError, match="holds no time"):
        await claim(ledger, off)


step = st.tuples(st.sampled_from(("an", "bo")), st.integers(0, 24), st.integers(2, 12), st.booleans())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, max_size=25))
def test_claims_and_cancellations_agree_with_a_set_of_minutes(
    steps: list[tuple[str, int, int, bool]],
) -> None:
    async def run() -> None:
        ledger = await open_ledger("sqlite://")
        await with_people(ledger)
        held: dict[str, tuple[str, set[int]]] = {}
        for coach, begin, length, cancels in steps:
            wanted = set(range(begin, begin + length))
            free = not any(coach == other and wanted & minutes for other, minutes in held.values())
            appointment = visit(begin * 5, length * 5, coach)
            assert await claim(ledger, appointment) == free
            if free and not cancels:
                held[appointment.id] = (coach, wanted)
            elif free:
                await ledger.write(lambda session, gone=appointment: end(session, gone, "cancelled"))
        assert await ledger.read(verify) == []
        await ledger.close()

    asyncio.run(run())
