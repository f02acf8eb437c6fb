"""Coaches' calendars elsewhere: fetched in their turn, kept when they are away, and no time is had over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port
from sqlmodel import Session, select

from bot.agenda_fetching import Calendars
from bot.agenda_network import Limits, Outside
from bot.stage import StageClock
from casework.agendas.outside_times import (
    FETCH,
    Known,
    Source,
    add_calendar,
    known_calendars,
    remove_calendar,
)
from casework.house.organisation import Organisation
from casework.telling.announcements import Voice
from casework.visiting.booking import Booked, BookRequest, Taken, Wanted, book, find
from flows.wording import Wording
from storage.ledger import Ledger
from storage.tables import Appointment, Due, Notice, OutsideBusy, OutsideCalendar
from storage.trays import claim_due
from storage.vault import Vault
from storage.verify import verify
from tests.caldav_server import PASSWORD, USER, Radicale, radicale
from tests.casework_house import coach, house, settle
from tests.outside_server import HERE, OutsideServer
from tests.test_outside_events import TIMED, calendar, event

NOW = datetime(2027, 3, 23, 9, 0, tzinfo=UTC)
TEN = "20270325T0900-an"
"""Thursday 25 March, ten o'clock in Brussels: when ``TIMED`` is."""
ELEVEN = "20270325T1000-an"
AWAY = "http://127.0.0.1:9/a.ics"
SWIFT = Outside(HERE, Limits(size=2**20, seconds=1.5))


@dataclass
class Rooms:
    """As much of the house as calendars need."""

    ledger: Ledger
    organisations: Mapping[str, Organisation]
    clock: StageClock = field(default_factory=lambda: StageClock(NOW))
    vault: Vault = field(default_factory=lambda: Vault(["s" * 40]))

    @property
    def voice(self) -> Voice:
        return Voice(self.vault, Wording(), lambda place, tap: "")

    @property
    def demo(self) -> Organisation:
        return self.organisations["demo"]

    async def add(self, address: str, coach: str = "an", kind: str = "ics", **more: str) -> str:
        source = Source("caldav" if kind == "caldav" else "ics", address, **more)
        now = self.clock.now()
        return await self.ledger.write(lambda s: add_calendar(s, self.vault, ("demo", coach), source, now))

    async def tick(self) -> int:
        """Whatever is due now is carried out, as the ticker does; how much there was."""
        calendars, now = Calendars(self, SWIFT), self.clock.now()
        rows = await self.ledger.write(lambda session: claim_due(session, now, 50, 60))
        for row in rows:
            assert row.kind == FETCH
            await calendars.carry_out(row)
        return len(rows)

    async def look(self, calendar_id: str) -> None:
        await Calendars(self, SWIFT).look(calendar_id)

    async def known(self) -> list[Known]:
        return await self.ledger.read(lambda session: known_calendars(session, "demo"))

    async def free(self) -> set[str]:
        """The free times of the days to come, by their ids."""
        wanted, now = Wanted("nl", limit=999), self.clock.now()
        found = await self.ledger.read(lambda s: find(s, self.demo, wanted, now))
        return {slot.value for slot in found[0]}

    async def book(self, slot: str) -> Booked | Taken:
        now, request = self.clock.now(), BookRequest("ann", slot, "nl")
        came_of = await self.ledger.write(lambda session: book(session, self.demo, request, now))
        assert isinstance(came_of, Booked | Taken)
        return came_of


@pytest.fixture
async def rooms(ledger: Ledger) -> Rooms:
    await ledger.write(lambda session: settle(session, "ann", "ben"))
    return Rooms(ledger, {"demo": house(coach("an"))})


@pytest.fixture(scope="module")
def caldav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    folder: Path = tmp_path_factory.mktemp("radicale")
    with radicale(folder) as server:
        yield server


def busy(session: Session) -> list[tuple[str, str]]:
    return sorted((f"{row.starts_at:%m-%d %H:%M}", f"{row.ends_at:%H:%M}") for row in session.exec(select(OutsideBusy)))


async def test_no_time_is_offered_or_booked_over_an_event_elsewhere(rooms: Rooms) -> None:
    async with OutsideServer({"an.ics": calendar(event(TIMED))}) as server:
        assert {TEN, ELEVEN} <= await rooms.free()
        await rooms.add(f"{server.url}/an.ics")
        assert await rooms.tick() == 1
    assert await rooms.ledger.read(busy) == [("03-25 09:00", "10:00")]
    free = await rooms.free()
    assert TEN not in free
    assert ELEVEN in free
    assert isinstance(await rooms.book(TEN), Taken)
    assert isinstance(await rooms.book(ELEVEN), Booked)


async def test_an_event_that_comes_over_a_visit_is_told_once_and_nothing_is_cancelled(rooms: Rooms) -> None:
    assert isinstance(await rooms.book(TEN), Booked)
    async with OutsideServer({"an.ics": calendar(event(TIMED))}) as server:
        calendar_id = await rooms.add(f"{server.url}/an.ics")
        for _ in range(2):
            await rooms.look(calendar_id)

    def work(session: Session) -> tuple[list[str], list[tuple[str, str | None, str]]]:
        visits = session.exec(select(Appointment).where(Appointment.state == "booked")).all()
        notices = session.exec(select(Notice)).all()
        return [visit.wall for visit in visits], [(each.kind, each.coach, each.subject) for each in notices]

    visits, notices = await rooms.ledger.read(work)
    assert visits == ["2027-03-25T10:00"]
    assert [(kind, whose) for kind, whose, _ in notices] == [("overlap", "an")]
    assert isinstance(await rooms.book(ELEVEN), Booked)
    async with OutsideServer({"an.ics": calendar(event(TIMED))}) as server:
        await rooms.look(calendar_id)
    assert len((await rooms.ledger.read(work))[1]) == 1, "a visit that only follows it does not overlap"


async def test_busy_time_elsewhere_is_no_visit_when_turns_are_counted(rooms: Rooms) -> None:
    both = Rooms(rooms.ledger, {"demo": house(coach("an"), coach("bo"))})
    async with OutsideServer({"an.ics": calendar(event(TIMED))}) as server:
        await both.add(f"{server.url}/an.ics")
        await both.tick()
    free = await both.free()
    assert "20270325T0900-bo" in free
    assert ELEVEN in free


async def test_a_minute_that_is_begun_is_taken(rooms: Rooms) -> None:
    odd = (
        event("DTSTART:20270325T090030Z", "DTEND:20270325T095959Z"),
        event("DTSTART:20270325T110000Z", "DURATION:PT1S"),
    )
    async with OutsideServer({"an.ics": calendar(odd[0], odd[1].replace("one@", "two@"))}) as server:
        await rooms.add(f"{server.url}/an.ics")
        await rooms.tick()
    assert await rooms.ledger.read(busy) == [("03-25 09:00", "10:00"), ("03-25 11:00", "11:01")]


async def test_an_event_of_weeks_is_seen_however_far_somebody_looks(rooms: Rooms) -> None:
    leave = event("DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270405")
    async with OutsideServer({"an.ics": calendar(leave)}) as server:
        await rooms.add(f"{server.url}/an.ics")
        await rooms.tick()
    assert min(await rooms.free()) >= "20270405"


async def test_it_is_looked_into_every_quarter_of_an_hour_by_one_row(rooms: Rooms) -> None:
    async with OutsideServer({"an.ics": calendar(event(TIMED))}) as server:
        await rooms.add(f"{server.url}/an.ics")
        for _ in range(3):
            assert await rooms.tick() == 1
            rooms.clock.move(timedelta(minutes=13))
            assert await rooms.tick() == 0
            rooms.clock.move(timedelta(minutes=4))
        assert len(server.seen) == 3
        server.files["an.ics"] = calendar()
        await rooms.tick()
    assert await rooms.ledger.read(busy) == []
    rows = await rooms.ledger.read(lambda s: [(row.state, row.attempts) for row in s.exec(select(Due))])
    assert rows == [("planned", 0)]
    assert TEN in await rooms.free()


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("broken/500", "it answers 500"),
        ("slow", "too slow"),
        ("huge", "too large"),
        ("garbage", "no calendar"),
        ("redirect/http://10.1.2.3/a.ics", "its address is not public"),
        ("login.html", "no calendar"),
    ],
)
async def test_when_it_cannot_be_read_the_last_known_times_stand(rooms: Rooms, path: str, problem: str) -> None:
    async with OutsideServer({"an.ics": calendar(event(TIMED)), "login.html": b"<html>Sign in</html>"}) as server:
        id = await rooms.add(f"{server.url}/an.ics")
        await rooms.look(id)
        rooms.clock.move(timedelta(hours=1))
        await moved(rooms, id, f"{server.url}/{path}")
        await rooms.look(id)
    (known,) = await rooms.known()
    assert (known.times, known.problem) == (1, problem)
    assert (known.fetched_at, known.failing_since) == (NOW, NOW + timedelta(hours=1))
    assert TEN not in await rooms.free()


async def moved(rooms: Rooms, id: str, address: str) -> None:
    """From now on the calendar is said to be elsewhere."""

    def work(session: Session) -> None:
        other = add_calendar(session, rooms.vault, ("demo", "an"), Source("ics", address), NOW)
        session.flush()
        copy, row = session.get_one(OutsideCalendar, other), session.get_one(OutsideCalendar, id)
        row.sealed = rooms.vault.house.seal(
            rooms.vault.house.open(copy.sealed, f"outside_calendar|{other}"), f"outside_calendar|{id}"
        )
        session.flush()
        remove_calendar(session, "demo", other)

    await rooms.ledger.write(work)


async def test_the_age_of_what_is_known_is_told_and_one_notice_after_a_day(rooms: Rooms) -> None:
    gone = f"http://127.0.0.1:{unused_port()}/an.ics"
    await rooms.add(gone)
    for _ in range(30):
        await rooms.tick()
        rooms.clock.move(timedelta(hours=1))
    known = await rooms.ledger.read(lambda session: known_calendars(session, "demo"))
    assert min(each.failing_since for each in known if each.failing_since) == NOW
    assert {each.coach for each in known if each.failing_since} == {"an"}
    notices = await rooms.ledger.read(lambda s: [(row.kind, row.coach) for row in s.exec(select(Notice))])
    assert notices == [("calendar_away", "an")]


async def test_no_notice_before_a_day_and_a_new_one_for_a_new_outage(rooms: Rooms) -> None:
    def told(session: Session) -> int:
        return len(session.exec(select(Notice)).all())

    async with OutsideServer({"an.ics": calendar()}) as server:
        id = await rooms.add(f"{server.url}/an.ics")
        for outages in (1, 2):
            await rooms.look(id)
            await moved(rooms, id, f"{server.url}/broken/500")
            for hours in (0, 23):
                rooms.clock.move(timedelta(hours=hours))
                await rooms.look(id)
            assert await rooms.ledger.read(told) == outages - 1
            rooms.clock.move(timedelta(hours=1))
            await rooms.look(id)
            assert await rooms.ledger.read(told) == outages
            await moved(rooms, id, f"{server.url}/an.ics")
    await rooms.look(id)
    assert (await rooms.known())[0].failing_since is not None
    async with OutsideServer({"an.ics": calendar()}) as server:
        await moved(rooms, id, f"{server.url}/an.ics")
        await rooms.look(id)
    (known,) = await rooms.known()
    assert (known.failing_since, known.problem) == (None, None)


async def test_of_what_the_events_are_nothing_is_kept_and_the_address_is_sealed(rooms: Rooms) -> None:
    async with OutsideServer({"an.ics": calendar(event(TIMED, "SUMMARY:a canary"))}) as server:
        await rooms.add(f"{server.url}/an.ics", user="canary", password="canary")
        await rooms.tick()
        rows = await rooms.ledger.read(
            lambda s: [*map(repr, s.exec(select(OutsideBusy))), *map(repr, s.exec(select(OutsideCalendar)))]
        )
        assert len(rows) == 2
        assert not [row for row in rows if "canary" in row or server.url in row]


async def test_a_calendar_that_is_removed_leaves_nothing_and_is_not_asked_again(rooms: Rooms) -> None:
    async with OutsideServer({"an.ics": calendar(event(TIMED))}) as server:
        id = await rooms.add(f"{server.url}/an.ics")
        await rooms.tick()
        assert not await rooms.ledger.write(lambda session: remove_calendar(session, "other", id))
        assert await rooms.ledger.write(lambda session: remove_calendar(session, "demo", id))
        rooms.clock.move(timedelta(hours=1))
        assert await rooms.tick() == 0
        assert len(server.seen) == 1
    assert await rooms.known() == []
    assert TEN in await rooms.free()


async def test_one_that_is_removed_while_it_is_fetched_stays_removed(rooms: Rooms) -> None:
    async with OutsideServer({"an.ics": calendar(event(TIMED))}) as server:
        id = await rooms.add(f"{server.url}/an.ics")
        now = rooms.clock.now()
        (row,) = await rooms.ledger.write(lambda session: claim_due(session, now, 50, 60))
        await rooms.ledger.write(lambda session: remove_calendar(session, "demo", id))
        await Calendars(rooms, SWIFT).carry_out(row)
    assert await rooms.ledger.read(busy) == []
    assert await rooms.ledger.read(verify) == []


async def test_sealed_with_a_secret_that_is_gone_it_says_so(rooms: Rooms) -> None:
    await rooms.add(AWAY)
    elsewhere = Rooms(rooms.ledger, rooms.organisations, rooms.clock, Vault(["t" * 40]))
    await elsewhere.tick()
    (known,) = await rooms.known()
    assert known.problem == "it was sealed with a secret that is gone: add it again"


async def test_a_real_caldav_server_is_asked_and_followed(rooms: Rooms, caldav: Radicale) -> None:
    await caldav.make_calendar()
    await caldav.put("one", calendar(event(TIMED, "SUMMARY:tandarts")))
    weekly = event("DTSTART:20270326T090000Z", "DTEND:20270326T093000Z", "RRULE:FREQ=WEEKLY;COUNT=2")
    await caldav.put("two", calendar(weekly.replace("one@", "two@")))
    past = event("DTSTART:20240402T090000Z", "DTEND:20240402T093000Z").replace("one@", "past@")
    await caldav.put("past", calendar(past))
    await rooms.add(caldav.calendar, kind="caldav", user=USER, password=PASSWORD)
    await rooms.tick()
    repeats = [("03-26 09:00", "09:30"), ("04-02 09:00", "09:30")]
    assert await rooms.ledger.read(busy) == [("03-25 09:00", "10:00"), *repeats]
    assert TEN not in await rooms.free()
    await caldav.delete("one")
    rooms.clock.move(timedelta(minutes=20))
    await rooms.tick()
    assert await rooms.ledger.read(busy) == repeats
    await caldav.forget_calendar()


async def test_a_caldav_server_that_does_not_let_us_in(rooms: Rooms, caldav: Radicale) -> None:
    await rooms.add(caldav.calendar, kind="caldav", user=USER, password="wrong")
    await rooms.tick()
    (known,) = await rooms.known()
    assert (known.problem, known.times) == ("it does not let us in", 0)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b"<multistatus xmlns='DAV:'>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><multistatus xmlns='DAV:'>&b;</multistatus>",
        b"BEGIN:VCALENDAR",
    ],
)
async def test_what_is_no_answer_of_caldav_is_none(rooms: Rooms, answer: bytes) -> None:
    async with OutsideServer({"": answer}) as server:
        await rooms.add(f"{server.url}/", kind="caldav")
        await rooms.tick()
    (known,) = await rooms.known()
    assert known.problem == "it is no calendar of CalDAV"
