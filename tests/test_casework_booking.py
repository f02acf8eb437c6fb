"""The booking desk: one time is had by one person, on both databases, and everybody gets an answer."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session, select

from casework.hours.notation import Shift
from casework.house.organisation import Organisation
from casework.visiting.booking import Booked, BookRequest, Outcome, Taken, Wanted, book, cancel, confirm, current, find
from flows.heard import Slot
from storage.ledger import Ledger
from storage.tables import Appointment, Granule
from storage.time_claim import LIVE
from tests.casework_house import coach, house, settle, visit

NOW = datetime(2027, 3, 17, 9, 0, tzinfo=UTC)
NINE, TEN = "20270319T0800-an", "20270319T0900-an"
AT_ONCE = 64
DEMO = house()


@pytest.fixture
async def desk(ledger: Ledger) -> Ledger:
    """A ledger with two people in it."""
    await ledger.write(lambda session: settle(session, "ann", "ben"))
    return ledger


async def try_to_book(
    ledger: Ledger, person: str, value: str, organisation: Organisation = DEMO, now: datetime = NOW, **more: Any
) -> Booked | Taken:
    request = BookRequest(person, value, more.pop("language", "nl"), **more)
    return await ledger.write(lambda session: book(session, organisation, request, now))


async def have(ledger: Ledger, person: str, value: str, **more: Any) -> Appointment:
    done = await try_to_book(ledger, person, value, **more)
    assert isinstance(done, Booked)
    return done.appointment


async def free(
    ledger: Ledger, organisation: Organisation = DEMO, place: str | None = None, limit: int = 999
) -> list[Slot]:
    asked = Wanted("nl", limit=limit, place=place)
    return await ledger.read(lambda session: find(session, organisation, asked, NOW)[0])


async def visits(ledger: Ledger) -> list[Appointment]:
    return await ledger.read(lambda session: list(session.exec(select(Appointment))))


async def live(ledger: Ledger) -> list[Appointment]:
    return [visit for visit in await visits(ledger) if visit.state in LIVE]


async def test_a_visit_keeps_moment_zone_wall_time_and_buffers(desk: Ledger) -> None:
    buffers = house(visit=visit(minutes=45, buffer_before=5, buffer_after=10))
    booked = await have(desk, "ann", NINE, organisation=buffers, language="fr")
    eight = datetime(2027, 3, 19, 8, 0, tzinfo=UTC)
    assert (booked.starts_at, booked.ends_at) == (eight, eight + timedelta(minutes=45))
    assert (booked.busy_from, booked.busy_until) == (eight - timedelta(minutes=5), eight + timedelta(minutes=55))
    assert (booked.zone, booked.wall) == ("Europe/Brussels", "2027-03-19T09:00")
    assert (booked.coach, booked.place, booked.language, booked.state) == ("an", "hall", "fr", "booked")
    assert [stored.id for stored in await visits(desk)] == [booked.id]


async def test_when_a_time_is_taken_others_are_found_and_can_be_had(desk: Ledger) -> None:
    await have(desk, "ann", NINE)
    lost = await try_to_book(desk, "ben", NINE)
    assert isinstance(lost, Taken)
    others = await free(desk, limit=6)
    assert len(others) == 6
    assert NINE not in [slot.value for slot in others]
    assert isinstance(await try_to_book(desk, "ben", others[0].value), Booked)


async def test_a_taken_time_is_no_longer_found(desk: Ledger) -> None:
    assert NINE in [slot.value for slot in await free(desk)]
    await have(desk, "ann", NINE)
    assert NINE not in [slot.value for slot in await free(desk)]


async def test_the_time_is_kept_with_another_coach_when_the_chosen_one_was_just_taken(desk: Ledger) -> None:
    two = house(coach("an"), coach("bo"))
    await have(desk, "ann", NINE, organisation=two)
    booked = await have(desk, "ben", NINE, organisation=two)
    assert (booked.coach, booked.wall) == ("bo", "2027-03-19T09:00")


async def test_a_coach_without_the_language_does_not_step_in(desk: Ledger) -> None:
    two = house(coach("an", languages=("fr",)), coach("bo"))
    await have(desk, "ann", NINE, organisation=two)
    assert isinstance(await try_to_book(desk, "ben", NINE, organisation=two, language="fr"), Taken)


async def test_other_places_are_offered_only_when_the_wanted_one_is_full(desk: Ledger) -> None:
    only_nine = {4: (Shift(time(9), time(10)),)}
    places = house(coach("an", hours=only_nine), coach("bo", places=("annex",)))
    assert {slot.place for slot in await free(desk, places, place="hall")} == {"hall"}
    await have(desk, "ann", NINE, organisation=places)
    await desk.write(lambda session: settle(session, "cis"))
    await have(desk, "ben", "20270326T0800-an", organisation=places)
    assert {slot.place for slot in await free(desk, places, place="hall")} == {"annex"}
    assert isinstance(await try_to_book(desk, "cis", NINE, organisation=places), Taken)


async def test_a_button_is_not_trusted(desk: Ledger) -> None:
    for value in ("", "nonsense", "20270319T0805-an", "20270319T0800-zz", "20270317T1000-an", "20270320T0900-an"):
        assert isinstance(await try_to_book(desk, "ann", value), Taken)
    assert await visits(desk) == []


async def test_nobody_books_at_a_house_that_is_not_theirs(desk: Ledger) -> None:
    with pytest.raises(NoResultFound):
        await try_to_book(desk, "ann", NINE, organisation=house(id="other"))


async def test_a_double_tap_books_once(desk: Ledger) -> None:
    first, second = await asyncio.gather(*(have(desk, "ann", NINE) for _ in range(2)))
    assert first.id == second.id
    assert len(await visits(desk)) == 1


async def test_two_taps_on_two_times_leave_one_visit(desk: Ledger) -> None:
    await asyncio.gather(have(desk, "ann", NINE), have(desk, "ann", TEN))
    assert sorted(visit.state for visit in await visits(desk)) == ["booked", "moved"]


async def test_a_moved_visit_frees_its_time_and_gets_a_newer_version(desk: Ledger) -> None:
    old = await have(desk, "ann", NINE)
    new = await have(desk, "ann", TEN, moved_from=old.id)
    assert new.moved_from == old.id
    assert new.version > old.version
    assert {visit.id: visit.state for visit in await visits(desk)} == {old.id: "moved", new.id: "booked"}
    assert (await have(desk, "ben", NINE)).state == "booked"


async def test_the_old_visit_stays_when_the_new_time_is_taken(desk: Ledger) -> None:
    mine = await have(desk, "ann", NINE)
    await have(desk, "ben", TEN)
    assert isinstance(await try_to_book(desk, "ann", TEN, moved_from=mine.id), Taken)
    kept = await desk.read(lambda session: current(session, "ann", NOW))
    assert kept
    assert (kept.id, kept.state, kept.version) == (mine.id, "booked", mine.version)
    assert isinstance(await try_to_book(desk, "ben", NINE), Taken), "its time is still held"


async def test_a_visit_can_move_to_a_time_that_overlaps_it(desk: Ledger) -> None:
    half_hours = house(visit=visit(starts_every=30))
    await have(desk, "ann", NINE, organisation=half_hours)
    moved = await have(desk, "ann", "20270319T0830-an", organisation=half_hours)
    assert moved.wall == "2027-03-19T09:30"
    assert [visit.id for visit in await live(desk)] == [moved.id]


async def test_a_visit_that_is_going_on_stays_when_the_next_one_is_booked(desk: Ledger) -> None:
    going_on = await have(desk, "ann", NINE)
    during = going_on.starts_at + timedelta(minutes=30)
    await have(desk, "ann", "20270322T0900-an", now=during)
    assert len(await live(desk)) == 2


async def test_who_missed_the_bus_can_still_move(desk: Ledger) -> None:
    missed = await have(desk, "ann", NINE)
    during = missed.starts_at + timedelta(minutes=10)
    moved = await have(desk, "ann", "20270322T0900-an", now=during, moved_from=missed.id)
    assert [visit.id for visit in await live(desk)] == [moved.id]


async def test_a_cancelled_visit_frees_its_time_once(desk: Ledger) -> None:
    mine = await have(desk, "ann", NINE)
    assert await desk.write(lambda session: cancel(session, mine.id, NOW))
    assert not await desk.write(lambda session: cancel(session, mine.id, NOW))
    assert await desk.read(lambda session: current(session, "ann", NOW)) is None
    assert (await have(desk, "ben", NINE)).state == "booked"


async def test_a_past_visit_can_be_neither_cancelled_nor_confirmed(desk: Ledger) -> None:
    mine = await have(desk, "ann", NINE)
    assert not await desk.write(lambda session: cancel(session, mine.id, mine.ends_at))
    assert not await desk.write(lambda session: confirm(session, mine.id, mine.version, mine.ends_at))
    assert not await desk.write(lambda session: cancel(session, "unknown", NOW))


async def test_confirming_twice_is_confirming_once_and_the_next_button_still_works(desk: Ledger) -> None:
    mine = await have(desk, "ann", NINE)
    for _ in range(2):
        assert await desk.write(lambda session: confirm(session, mine.id, mine.version, NOW))
    confirmed = await desk.read(lambda session: current(session, "ann", NOW))
    assert confirmed
    assert (confirmed.state, confirmed.version) == ("confirmed", mine.version)
    assert await desk.write(lambda session: cancel(session, mine.id, NOW))


async def test_the_change_is_seen_in_the_same_transaction(desk: Ledger) -> None:
    mine = await have(desk, "ann", NINE)

    def work(session: Session) -> str | None:
        before = current(session, "ann", NOW)
        assert before
        confirm(session, before.id, before.version, NOW)
        after = current(session, "ann", NOW)
        return after.state if after else None

    assert await desk.write(work) == "confirmed"
    assert not await desk.write(lambda session: confirm(session, mine.id, mine.version + 1, NOW))


async def test_an_old_button_never_fits_a_newer_visit(desk: Ledger) -> None:
    seen = []
    for value in (NINE, TEN, NINE):
        seen.append((await have(desk, "ann", value)).version)
    mine = await desk.read(lambda session: current(session, "ann", NOW))
    assert mine
    await desk.write(lambda session: cancel(session, mine.id, NOW))
    seen.append((await have(desk, "ann", TEN)).version)
    assert seen == sorted(set(seen))


async def test_fifty_people_who_want_one_time_get_one_visit_and_forty_nine_answers(ledger: Ledger) -> None:
    people = [f"p{number}" for number in range(50)]
    await ledger.write(lambda session: settle(session, *people))
    answers = await asyncio.gather(*(try_to_book(ledger, person, NINE) for person in people))
    assert Counter(type(answer) for answer in answers) == {Booked: 1, Taken: 49}
    assert len(await live(ledger)) == 1


FIFTY = house(
    *(coach(f"c{number}", hours={4: (Shift(time(9), time(14)),)}) for number in range(5)),
    visit=visit(starts_every=30, minutes=30, horizon_days=2),
)


async def book_or_look(ledger: Ledger, person: str, value: str) -> tuple[Outcome, list[Slot]]:
    """What came of it, and the other times if it was taken, as the talk does it: in one transaction."""

    def work(session: Session) -> tuple[Outcome, list[Slot]]:
        answer = book(session, FIFTY, BookRequest(person, value, "nl"), NOW)
        return answer, find(session, FIFTY, Wanted("nl"), NOW)[0] if isinstance(answer, Taken) else []

    return await ledger.write(work)


async def test_a_thousand_people_fill_fifty_times_and_nobody_is_left_without_an_answer(ledger: Ledger) -> None:
    people = [f"p{number}" for number in range(1000)]
    await ledger.write(lambda session: settle(session, *people))
    gate, chance = asyncio.Semaphore(AT_ONCE), random.Random(7)
    shown = await free(ledger, FIFTY)

    async def somebody(person: str) -> Outcome:
        async with gate:
            answer, others = await book_or_look(ledger, person, chance.choice(shown).value)
            while others:
                answer, others = await book_or_look(ledger, person, chance.choice(others).value)
            return answer

    answers = await asyncio.gather(*map(somebody, people))
    assert Counter(type(answer) for answer in answers) == {Booked: 50, Taken: 950}
    held = await live(ledger)
    assert len({(visit.coach, visit.starts_at) for visit in held}) == 50
    assert len({visit.person_id for visit in held}) == 50


async def test_taking_moving_and_giving_up_at_once_never_doubles_a_time(ledger: Ledger) -> None:
    people = [f"p{number}" for number in range(16)]
    await ledger.write(lambda session: settle(session, *people))
    values = [slot.value for slot in await free(ledger, FIFTY)][:6]

    async def somebody(person: str) -> None:
        chance = random.Random(person)
        for _ in range(6):
            answer = await try_to_book(ledger, person, chance.choice(values), FIFTY)
            if isinstance(answer, Booked) and chance.random() < 0.4:
                await ledger.write(partial(cancel, appointment_id=answer.appointment.id, now=NOW))

    await asyncio.gather(*map(somebody, people))
    held = await live(ledger)
    assert len({(visit.coach, visit.starts_at) for visit in held}) == len(held)
    assert max(Counter(visit.person_id for visit in held).values(), default=0) <= 1
    if ledger.dialect == "sqlite":
        granules = await ledger.read(lambda session: {row.appointment_id for row in session.exec(select(Granule))})
        assert granules == {visit.id for visit in held}
