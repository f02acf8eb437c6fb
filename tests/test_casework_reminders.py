"""Reminders come at the right wall time, never in the quiet hours, and never for a visit that is no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from casework.hours.calendar import in_quiet_hours
from casework.hours.notation import Shift, Span
from casework.house.organisation import Organisation, Reminder
from casework.visiting.booking import Booked, BookRequest, book, cancel, confirm
from casework.visiting.reminders import KINDS, due_time, still_wanted, unwanted_because
from storage.ledger import Ledger
from storage.tables import Appointment, Due
from storage.trays import claim_due
from tests.casework_house import coach, house, settle

BRUSSELS = ZoneInfo("Europe/Brussels")
DEMO = house()
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DAY = Reminder("remind_day", Span(days=1))
HOURS = Reminder("remind_hours", Span(hours=2))
NOW = datetime(2027, 3, 17, 9, 0, tzinfo=UTC)


def brussels(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BRUSSELS)  # type: ignore[misc,arg-type]  # year, month, day and so on


def due(reminder: Reminder, start: datetime, now: datetime = LONG_AGO) -> str | None:
    at = due_time(DEMO, reminder, start, now)
    return f"{at.astimezone(BRUSSELS):%d %B %H:%M}" if at else None


def test_a_day_before_is_the_same_wall_time_when_the_clocks_change_in_between() -> None:
    assert due(DAY, brussels(2027, 3, 28, 10)) == "27 March 10:00"
    assert due(DAY, brussels(2027, 10, 31, 10)) == "30 October 10:00"
    assert due(DAY, brussels(2028, 3, 1, 10)) == "29 February 10:00"


def test_two_hours_before_counts_real_hours() -> None:
    assert due_time(DEMO, HOURS, brussels(2027, 3, 24, 14), LONG_AGO) == brussels(2027, 3, 24, 12)


def test_two_hours_before_an_early_visit_is_the_evening_before() -> None:
    assert due(HOURS, brussels(2027, 3, 24, 8, 30)) == "23 March 19:30"
    assert due(HOURS, brussels(2027, 3, 24, 10)) == "24 March 08:00"


def test_two_hours_before_a_late_visit_stays_on_the_same_evening() -> None:
    assert due(HOURS, brussels(2027, 3, 24, 22, 30)) == "24 March 19:30"


def test_a_day_before_moves_out_of_the_quiet_hours_on_the_same_day() -> None:
    assert due(DAY, brussels(2027, 3, 24, 7, 30)) == "23 March 08:00"
    assert due(DAY, brussels(2027, 3, 24, 21, 0)) == "23 March 19:30"


def test_a_sunday_is_left_in_peace_unless_the_visit_is_the_next_morning() -> None:
    assert due(DAY, brussels(2027, 3, 15, 9)) == "14 March 09:00"
    assert due(DAY, brussels(2027, 3, 15, 14)) == "13 March 14:00"
    assert due(DAY, brussels(2027, 3, 30, 14)) == "27 March 14:00", "Easter Sunday and Monday lie between"


def test_what_is_past_when_the_visit_is_booked_is_not_planned() -> None:
    start = brussels(2027, 3, 24, 7, 30)
    assert due(DAY, start, now=brussels(2027, 3, 23, 7, 45)) is None, "booked less than a day ahead"
    assert due(HOURS, start, now=brussels(2027, 3, 23, 21)) is None


starts = st.datetimes(datetime(2026, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))


@settings(deadline=None)
@given(starts, st.sampled_from([DAY, HOURS]))
def test_a_reminder_is_before_the_visit_and_never_in_the_quiet_hours(start: datetime, reminder: Reminder) -> None:
    at = due_time(DEMO, reminder, start, LONG_AGO)
    assert at is not None
    assert at < start
    assert not in_quiet_hours(DEMO, at)


@settings(deadline=None)
@given(starts)
def test_at_ordinary_times_the_day_before_shows_the_same_clock(start: datetime) -> None:
    wall = start.astimezone(BRUSSELS)
    at = due_time(DEMO, DAY, start, LONG_AGO)
    if at and time(8) <= wall.time() < time(20):
        assert at.astimezone(BRUSSELS).time() == wall.time()
        assert at.astimezone(BRUSSELS).date() < wall.date()


async def booked(ledger: Ledger, value: str, organisation: Organisation = DEMO) -> Appointment:
    def work(session: Session) -> Appointment:
        settle(session, "ann")
        done = book(session, organisation, BookRequest("ann", value, "nl"), NOW)
        assert isinstance(done, Booked)
        return done.appointment

    return await ledger.write(work)


async def fallen_due(ledger: Ledger, now: datetime) -> list[Due]:
    """The reminders among what is due."""
    rows = await ledger.write(lambda session: claim_due(session, now, 10, 60))
    return [row for row in rows if row.kind in KINDS]


async def wanted(ledger: Ledger, row: Due, now: datetime) -> bool:
    return await ledger.read(lambda session: still_wanted(session, row, now) is not None)


async def test_a_booking_plans_its_reminders_with_it(ledger: Ledger) -> None:
    visit = await booked(ledger, "20270322T1300-an")
    rows = await fallen_due(ledger, brussels(2027, 3, 22, 12))
    assert [(row.kind, row.due_at) for row in rows] == [
        ("remind_day", brussels(2027, 3, 20, 14)),
        ("remind_hours", brussels(2027, 3, 22, 12)),
    ]
    assert all(row.subject == visit.id and row.version == visit.version for row in rows)
    assert all(row.key == f"{row.kind}|{visit.id}|1|{row.due_at.isoformat()}" for row in rows)


async def test_a_reminder_is_wanted_until_it_is_no_longer_useful(ledger: Ledger) -> None:
    visit = await booked(ledger, "20270324T1300-an")
    day, hours = await fallen_due(ledger, brussels(2027, 3, 24, 12))
    assert await wanted(ledger, day, day.due_at + timedelta(hours=12))
    assert not await wanted(ledger, day, day.due_at + timedelta(hours=12, seconds=1))
    assert await wanted(ledger, hours, hours.due_at + timedelta(minutes=60))
    assert unwanted_because(hours, visit, hours.due_at + timedelta(minutes=61)) == "too late to be useful"
    assert unwanted_because(hours, visit, visit.starts_at) == "the visit is past"


async def test_saying_i_come_does_not_stop_the_next_reminder(ledger: Ledger) -> None:
    visit = await booked(ledger, "20270324T1300-an")
    await ledger.write(lambda session: confirm(session, visit.id, visit.version, NOW))
    for row in await fallen_due(ledger, brussels(2027, 3, 24, 12)):
        assert await wanted(ledger, row, row.due_at)


async def test_no_reminder_of_a_cancelled_visit_is_wanted(ledger: Ledger) -> None:
    visit = await booked(ledger, "20270324T1300-an")
    await ledger.write(lambda session: cancel(session, visit.id, NOW))
    for row in await fallen_due(ledger, brussels(2027, 3, 24, 12)):
        assert not await wanted(ledger, row, row.due_at)


async def test_after_a_move_only_the_new_reminders_are_wanted(ledger: Ledger) -> None:
    old = await booked(ledger, "20270324T1300-an")
    new = await booked(ledger, "20270325T1300-an")
    rows = await fallen_due(ledger, brussels(2027, 3, 25, 12))
    assert {row.subject for row in rows if await wanted(ledger, row, row.due_at)} == {new.id}
    assert {row.subject for row in rows} == {old.id, new.id}


async def test_an_early_visit_is_reminded_of_on_the_evening_before(ledger: Ledger) -> None:
    early = house(coach("an", hours={2: (Shift(time(8), time(9)),)}))
    await booked(ledger, "20270324T0700-an", early)
    rows = await fallen_due(ledger, brussels(2027, 3, 23, 20))
    assert [row.due_at for row in rows] == [brussels(2027, 3, 23, 8), brussels(2027, 3, 23, 19, 30)]
    assert rows[0].due_at.date() == date(2027, 3, 23)
