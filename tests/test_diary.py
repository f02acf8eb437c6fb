"""What is remembered of the coaches' time is what stands in the database, whatever was done there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlmodel import Session, col, select

from casework.agendas.outside_times import keep_times, remove_calendar
from casework.visiting.coach_time import taken_time
from casework.visiting.diary import Busy, Diary
from storage.ledger import Ledger, open_ledger
from storage.minutes import span
from storage.tables import Appointment, OutsideBusy, OutsideCalendar
from storage.time_claim import HOLDS_TIME, claim_time, release_time
from tests.casework_house import coach, house, settle

NOW = datetime(2027, 3, 17, 9, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
COACHES = ("an", "bo", "cy")
DEMO = house(*map(coach, COACHES))
CALENDAR = OutsideCalendar(id="calendar", organisation="demo", coach="bo", kind="ics", sealed=b"", created_at=NOW)

hours = st.integers(-30, 24 * 12)
steps = st.one_of(
    st.tuples(st.just("claim"), st.sampled_from(COACHES), hours),
    st.tuples(st.just("claim and think better of it"), st.sampled_from(COACHES), hours),
    st.tuples(st.just("free"), st.sampled_from(["cancelled", "moved", "expired", "no_show"]), st.integers(0, 9)),
    st.tuples(st.just("come"), st.just("attended"), st.integers(0, 9)),
    st.tuples(st.just("elsewhere"), st.just("bo"), hours),
    st.tuples(st.just("forget elsewhere"), st.just("bo"), st.just(0)),
    st.tuples(st.just("wait"), st.just(""), st.integers(0, 40)),
)


Step: TypeAlias = tuple[str, str, int]


class Rollback(Exception):
    """Nothing is kept."""


def visit(coach: str, hour: int) -> Appointment:
    begin = NOW.replace(minute=0) + HOUR * hour
    facts = {"place": "hall", "kind": "visit", "zone": "UTC", "wall": "", "language": "nl", "created_at": NOW}
    until = begin + HOUR
    times = {"starts_at": begin, "ends_at": until, "busy_from": begin, "busy_until": until}
    return Appointment(organisation="demo", person_id="ann", coach=coach, **facts, **times)


def rows(session: Session) -> Iterable[Busy]:
    for each in session.exec(select(Appointment).where(col(Appointment.state).in_(HOLDS_TIME))):
        yield Busy(each.coach, each.busy_from, each.busy_until)
    for one in session.exec(select(OutsideBusy)):
        yield Busy(one.coach, one.starts_at, one.ends_at, visit=False)


def looks_right(session: Session, now: datetime) -> bool:
    """Twelve days hour by hour, from today on, and how many visits begin before and after each of them."""
    busy = list(rows(session))
    plain, remembered = Diary.of(busy), taken_time(session, DEMO, now)
    midnight, _ = span(now.replace(hour=0, minute=0), now)
    looks = range(midnight, midnight + 12 * 24 * 60, 60)
    for one in COACHES:
        assert remembered.ahead(one) == sum(each.visit and each.coach == one and each.start >= now for each in busy)
        known, true = remembered.of_coach(one), plain.of_coach(one)
        assert [known.is_free(at, at + 30) for at in looks] == [true.is_free(at, at + 30) for at in looks]
        assert [known.begun(at) for at in looks] == [true.begun(at) for at in looks]
    return True


def end(session: Session, state: str, which: int) -> None:
    holding = select(Appointment).where(col(Appointment.state).in_(HOLDS_TIME)).order_by(col(Appointment.starts_at))
    found = session.exec(holding).all()
    if not found:
        return
    one = found[which % len(found)]
    session.exec(update(Appointment).where(col(Appointment.id) == one.id).values(state=state))
    if state not in HOLDS_TIME:
        release_time(session, one)


def do(session: Session, step: Step, now: datetime) -> None:
    match step:
        case "claim", who, hour:
            claim_time(session, visit(who, hour))
        case "claim and think better of it", who, hour:
            savepoint = session.begin_nested()
            claim_time(session, visit(who, hour))
            assert looks_right(session, now)
            savepoint.rollback()
        case "free" | "come", state, which:
            end(session, state, which)
        case "elsewhere", _, hour:
            calendar = session.get(OutsideCalendar, "calendar") or session.merge(CALENDAR)
            session.flush()
            keep_times(session, calendar, [(NOW + HOUR * hour, NOW + HOUR * (hour + 3))], now)
        case "forget elsewhere", _, _:
            remove_calendar(session, "demo", "calendar")


def do_and_look(session: Session, step: Step, now: datetime, *, kept: bool) -> None:
    do(session, step, now)
    assert looks_right(session, now)
    if not kept:
        raise Rollback


@settings(max_examples=25)
@given(st.lists(st.tuples(steps, st.booleans()), max_size=15))
def test_it_is_what_stands_there_after_whatever_was_done(
    done: list[tuple[Step, bool]],
) -> None:
    async def run() -> None:
        ledger, now = await open_ledger("sqlite://"), NOW
        await ledger.write(lambda session: settle(session, "ann"))
        for step, kept in done:
            now += HOUR * step[2] if step[0] == "wait" else timedelta()
            with suppress(Rollback):
                await ledger.write(partial(do_and_look, step=step, now=now, kept=kept))
            assert await ledger.read(partial(looks_right, now=now))
        await ledger.close()

    asyncio.run(run())


async def test_it_is_right_at_every_moment_while_many_book_and_cancel(ledger: Ledger) -> None:
    await ledger.write(lambda session: settle(session, "ann"))
    working = asyncio.Event()
    seen = count()

    async def busy(seed: int) -> None:
        dice = Random(seed)
        for _ in range(25):
            who, hour, which = dice.choice(COACHES), dice.randrange(1, 60), dice.randrange(9)
            step = ("claim", who, hour) if dice.random() < 0.6 else ("free", "cancelled", which)
            await ledger.write(partial(do, step=step, now=NOW))

    async def looks() -> None:
        while not working.is_set():
            await ledger.write(lambda session: taken_time(session, DEMO, NOW))
            assert await ledger.read(lambda session: looks_right(session, NOW))
            next(seen)

    watching = asyncio.gather(looks(), looks())
    await asyncio.gather(*map(busy, range(4)))
    working.set()
    await watching
    assert next(seen) > 2


async def test_two_who_change_the_same_coaches_in_another_order_do_not_wait_for_each_other(postgres_url: str) -> None:
    ledger = await open_ledger(postgres_url)
    await ledger.write(lambda session: settle(session, "ann"))
    begun: list[str] = []

    def both(session: Session, first: str, then: str, hour: int) -> None:
        assert claim_time(session, visit(first, hour))
        begun.append(first)
        while len(set(begun)) < len(COACHES[:2]):
            session.connection().execute(text("SELECT pg_sleep(0.002)"))
        assert claim_time(session, visit(then, hour))

    orders = (("an", "bo", 1), ("bo", "an", 2))
    await asyncio.gather(*(ledger.write(partial(both, first=a, then=b, hour=at)) for a, b, at in orders))
    assert len(begun) == 2, "neither had to begin anew"
    assert await ledger.read(lambda session: looks_right(session, NOW))
    await ledger.close()
