"""One calendar for all: bridge days, hours of places, office hours, and reminders at the right hour of the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.hours.calendar import (
    is_closed,
    is_public_holiday,
    is_rest_day,
    is_staffed,
    moment,
    office_hours_between,
    office_hours_later,
    open_times,
    working,
)
from casework.hours.notation import Days, Shift, Span
from casework.house.organisation import Coach, Organisation, Reminder
from casework.visiting.reminders import due_time
from tests.casework_house import coach, house

BRUSSELS = ZoneInfo("Europe/Brussels")
FIVE = timedelta(minutes=5)
DAY = timedelta(days=1)
OFFICE = dict.fromkeys(range(5), (Shift(time(9), time(12)), Shift(time(13), time(16, 30))))
CHANGES = [(year, month) for year in range(2026, 2038) for month in (3, 10)]
moments = st.datetimes(datetime(2026, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC)).map(
    lambda at: at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0)
)
hours = st.integers(0, 400).map(lambda tenths: tenths / 10)


def office(**changes: Any) -> Organisation:
    facts: dict[str, Any] = {"opening_hours": OFFICE, "closed_every_year": ((7, 11), (12, 26)), "bridge_days": True}
    return house(**(facts | changes))


def brussels(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BRUSSELS)  # type: ignore[misc,arg-type]  # year, month, day and so on


def last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - DAY * ((day.weekday() + 1) % 7)


@pytest.mark.parametrize(
    "day", [date(2027, 5, 7), date(2027, 11, 12), date(2028, 7, 10)], ids=["Ascension", "Armistice", "11 July"]
)
def test_the_single_working_day_between_a_holiday_and_a_weekend_is_a_bridge(day: date) -> None:
    assert is_closed(office(), day)
    assert not is_closed(office(bridge_days=False), day)


@settings(deadline=None)
@given(st.dates(date(2026, 1, 1), date(2037, 12, 31)))
def test_a_bridge_stands_alone_between_two_days_on_which_nobody_works(day: date) -> None:
    plain = office(bridge_days=False)

    def off(at: date) -> bool:
        return at.weekday() >= 5 or is_closed(plain, at)

    alone = not off(day) and off(day - DAY) and off(day + DAY)
    assert is_closed(office(), day) == (is_closed(plain, day) or alone)


def test_a_closing_day_of_the_house_makes_no_bridge() -> None:
    moving = office(closing_days=(Days(date(2027, 3, 16), date(2027, 3, 16)),))
    assert not is_closed(moving, date(2027, 3, 15))


def at_place(demo: Organisation, **changes: Any) -> Organisation:
    return replace(demo, places={**demo.places, "hall": replace(demo.places["hall"], **changes)})


def worked(demo: Organisation, day: date, **how: bool) -> list[tuple[time, time]]:
    stretches = working(demo, demo.coaches["an"], day, **how)
    return [(one.start.astimezone(BRUSSELS).time(), one.end.astimezone(BRUSSELS).time()) for one in stretches]


def test_a_place_with_hours_of_its_own_counts_instead_of_the_house() -> None:
    monday, tuesday = date(2027, 3, 22), date(2027, 3, 23)
    demo = at_place(office(), opening_hours={0: (Shift(time(10), time(18)),)})
    assert worked(demo, monday) == [(time(10), time(12)), (time(13), time(17))]
    assert worked(demo, tuesday) == []
    assert worked(demo, tuesday, away=True) == [(time(9), time(12)), (time(13), time(16, 30))], "at the phone"


def test_a_dated_exception_of_a_place_counts_for_everybody_there() -> None:
    monday = date(2027, 3, 22)
    dated = coach("an", exceptions={monday: (Shift(time(8), time(20)),)})
    shut, late = (
        at_place(office(), exceptions={monday: ()}),
        at_place(house(dated), exceptions={monday: (Shift(time(14), time(20)),)}),
    )
    assert worked(shut, monday) == []
    assert worked(late, monday) == [(time(14), time(20))]
    assert worked(late, monday, away=True) == [(time(8), time(20))]


clocks = (
    st.integers(0, 287).filter(lambda fives: not 24 < fives < 36).map(lambda fives: time(fives // 12, fives % 12 * 5))
)
"""Any, but none within the hour that comes twice: hours that begin or end there do so the first time."""
shifts = st.tuples(clocks, clocks).map(sorted).filter(lambda both: both[0] < both[1]).map(lambda both: (Shift(*both),))
weeks = st.dictionaries(st.integers(0, 6), shifts)


@st.composite
def houses(draw: st.DrawFn) -> tuple[Organisation, Coach, date]:
    """A house by random rules, and the Sunday of a change of the clocks."""
    sunday = last_sunday(*draw(st.sampled_from(CHANGES)))
    near = st.integers(-3, 3).map(lambda days: sunday + DAY * days)
    one = coach("an", hours=draw(weeks), exceptions=draw(st.dictionaries(near, shifts | st.just(()), max_size=2)))
    demo = office(
        opening_hours=draw(weeks), closing_days=tuple(Days(day, day) for day in draw(st.sets(near, max_size=1)))
    )
    own = draw(st.none() | weeks)
    demo = at_place(demo, opening_hours=own, exceptions=draw(st.dictionaries(near, shifts | st.just(()), max_size=2)))
    return replace(demo, coaches={"an": one}), one, sunday


def _in(at: time, spans: tuple[Shift, ...]) -> bool:
    return any(span.start <= at < span.end for span in spans)


def should_work(demo: Organisation, one: Coach, wall: datetime) -> bool:
    """The rules as a coordinator would say them, about one moment of the clock."""
    day, weekday, hall = wall.date(), wall.weekday(), demo.places["hall"]
    if is_closed(demo, day):
        return False
    at_work = _in(wall.time(), one.exceptions[day] if day in one.exceptions else one.hours.get(weekday, ()))
    if day in hall.exceptions:
        return at_work and _in(wall.time(), hall.exceptions[day])
    week: Mapping[int, tuple[Shift, ...]] = demo.opening_hours if hall.opening_hours is None else hall.opening_hours
    return at_work and (day in one.exceptions or _in(wall.time(), week.get(weekday, ())))


@settings(deadline=None)
@given(houses())
def test_by_whatever_rules_no_minute_of_work_is_lost_doubled_or_invented(
    found: tuple[Organisation, Coach, date],
) -> None:
    demo, one, sunday = found
    begin = datetime.combine(sunday - DAY * 2, time(0), UTC)
    every = [begin + FIVE * number for number in range(12 * 24 * 5)]
    stretches = [stretch for number in range(-3, 5) for stretch in working(demo, one, sunday + DAY * number)]
    times = [sum(stretch.start <= at < stretch.end for stretch in stretches) for at in every]
    assert times == [int(should_work(demo, one, at.astimezone(BRUSSELS))) for at in every]


def staffed_fives(demo: Organisation, start: datetime) -> Iterator[datetime]:
    """The ends of the five minutes during which the house is open, one after the other."""
    while True:
        if is_staffed(demo, start):
            yield start + FIVE
        start += FIVE


@settings(deadline=None, max_examples=40)
@given(moments, st.integers(1, 150))
def test_office_hours_end_where_counting_five_minutes_by_five_minutes_ends(at: datetime, fives: int) -> None:
    demo = office()
    counted = staffed_fives(demo, at)
    end = [next(counted) for _ in range(fives)][-1]
    assert office_hours_later(demo, at, fives / 12) == end


@settings(deadline=None)
@given(moments, hours, hours)
def test_office_hours_add_up(at: datetime, some: float, more: float) -> None:
    demo = office()
    later = office_hours_later(demo, at, some)
    assert office_hours_between(demo, at, later) == timedelta(hours=some)
    assert office_hours_later(demo, later, more) >= later
    if more:
        assert office_hours_later(demo, later, more) == office_hours_later(demo, at, some + more)


def test_eight_office_hours_pass_over_lunch_weekend_easter_and_the_change_of_the_clocks() -> None:
    demo = office()
    thursday = brussels(2027, 3, 25, 15, 30)
    assert office_hours_later(demo, thursday, 8) == brussels(2027, 3, 30, 9, 30), "Easter Monday is the 29th"
    assert office_hours_later(demo, brussels(2027, 3, 28, 2, 59), 0) == brussels(2027, 3, 30, 9)
    before_lunch = brussels(2027, 3, 22, 11)
    assert office_hours_later(demo, before_lunch, 1) == brussels(2027, 3, 22, 12), "not at the end of lunch"
    assert office_hours_later(demo, before_lunch, 2) == brussels(2027, 3, 22, 14)


def test_a_bridge_day_and_a_closing_day_are_no_office_hours() -> None:
    wednesday = brussels(2027, 5, 5, 16)
    assert office_hours_later(office(), wednesday, 1) == brussels(2027, 5, 10, 9, 30)
    assert office_hours_later(office(bridge_days=False), wednesday, 1) == brussels(2027, 5, 7, 9, 30)


@pytest.mark.parametrize(("year", "month"), [each for each in CHANGES if not is_public_holiday(last_sunday(*each))])
def test_a_house_open_at_night_counts_the_hour_that_is_skipped_or_doubled(year: int, month: int) -> None:
    night = office(opening_hours=dict.fromkeys(range(7), (Shift(time(0), time(6)),)))
    sunday = last_sunday(year, month)
    (stretch,) = open_times(night, sunday)
    assert stretch.end - stretch.start == timedelta(hours=5 if month == 3 else 7)
    assert office_hours_later(night, stretch.start, 4) == stretch.start + timedelta(hours=4)


def test_a_house_that_never_opens_is_said_to() -> None:
    with pytest.raises(LookupError, match="demo does not open"):
        office_hours_later(office(opening_hours={}), brussels(2027, 3, 22, 9), 8)


@pytest.mark.parametrize(("year", "month"), CHANGES)
@pytest.mark.parametrize("clock", [time(8), time(9), time(13, 30), time(19, 55)])
def test_reminders_come_at_the_right_hour_of_the_clock_in_the_week_of_the_change(
    year: int, month: int, clock: time
) -> None:
    demo, sunday = office(), last_sunday(year, month)
    for day in (sunday + DAY * number for number in range(-3, 4)):
        start = moment(datetime.combine(day, clock), BRUSSELS)
        assert start is not None
        the_day_before = due_time(demo, Reminder("remind_day", Span(days=1)), start, start - DAY * 20)
        shortly_before = due_time(demo, Reminder("remind_hours", Span(hours=2)), start, start - DAY * 20)
        assert the_day_before is not None
        assert shortly_before is not None
        told = the_day_before.astimezone(BRUSSELS)
        assert told.time() == clock
        assert told.date() < day
        assert told.date() == day - DAY or is_rest_day(day - DAY)
        early = clock < time(10)
        evening = datetime.combine(day - DAY, time(19, 30))
        assert shortly_before == (moment(evening, BRUSSELS) if early else start - timedelta(hours=2))
