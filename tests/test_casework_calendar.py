"""The calendar turns wall time into moments, through every change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.hours.calendar import (
    after_quiet_hours,
    before_quiet_hours,
    in_quiet_hours,
    is_closed,
    is_public_holiday,
    is_quiet,
    is_rest_day,
    moment,
    moment_or_next,
    out_of_quiet,
    working,
)
from casework.hours.notation import Days, Shift
from tests.casework_house import ROUND_THE_CLOCK, coach, house, one_day

BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = date(2027, 3, 22)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))


def brussels(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BRUSSELS)  # type: ignore[misc,arg-type]  # year, month, day and so on


def last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


@settings(deadline=None)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2037, 12, 31)))
def test_a_wall_time_has_the_first_moment_that_shows_it_or_none(wall: datetime) -> None:
    found = moment(wall, BRUSSELS)
    hours = (wall.replace(tzinfo=UTC) - timedelta(hours=offset) for offset in (2, 1))
    shown = [at for at in hours if at.astimezone(BRUSSELS).replace(tzinfo=None) == wall]
    assert found == (shown[0] if shown else None)


@pytest.mark.parametrize("year", range(2026, 2038))
def test_a_skipped_time_never_comes_and_a_doubled_one_comes_first(year: int) -> None:
    spring, autumn = last_sunday(year, 3), last_sunday(year, 10)
    assert moment(datetime.combine(spring, time(2, 30)), BRUSSELS) is None
    assert moment_or_next(datetime.combine(spring, time(2, 30)), BRUSSELS).hour == 1
    assert moment(datetime.combine(autumn, time(2, 30)), BRUSSELS) == datetime(year, 10, autumn.day, 0, 30, tzinfo=UTC)


def test_belgian_holidays_are_known_easter_included() -> None:
    assert is_public_holiday(date(2027, 3, 28))
    assert is_public_holiday(date(2027, 3, 29))
    assert is_public_holiday(date(2027, 7, 21))
    assert not is_public_holiday(date(2027, 7, 11))


def test_a_house_closes_on_its_own_days_each_year_or_once() -> None:
    demo = house(closed_every_year=((7, 11),), closing_days=(Days(date(2027, 5, 6), date(2027, 5, 7)),))
    closed = (date(2027, 7, 11), date(2031, 7, 11), date(2027, 5, 6), date(2027, 5, 7), date(2027, 5, 1))
    assert all(is_closed(demo, day) for day in closed)
    assert not is_closed(demo, date(2027, 5, 10))


def test_a_coach_works_only_while_the_house_is_open() -> None:
    demo = house(opening_hours={0: (Shift(time(10), time(16)),)})
    morning, afternoon = working(demo, demo.coaches["an"], MONDAY)
    assert (morning.start, morning.end) == (brussels(2027, 3, 22, 10), brussels(2027, 3, 22, 12))
    assert (afternoon.start, afternoon.end) == (brussels(2027, 3, 22, 13), brussels(2027, 3, 22, 16))
    assert working(demo, demo.coaches["an"], MONDAY + timedelta(days=1)) == ()


def test_leave_wins_over_hours_and_dated_hours_win_over_weekly_ones() -> None:
    saturday = date(2027, 3, 27)
    dated = {saturday: (Shift(time(9), time(10), "annex"),), MONDAY: ()}
    an = coach("an", exceptions=dated, leave=one_day(date(2027, 3, 23)))
    demo = house(an, opening_hours=dict.fromkeys(range(5), ROUND_THE_CLOCK[0]))
    assert [stretch.place for stretch in working(demo, an, saturday)] == ["annex"]
    assert working(demo, an, MONDAY) == ()
    assert working(demo, an, date(2027, 3, 23)) == ()
    assert [stretch.place for stretch in working(demo, an, date(2027, 3, 24))] == ["hall", "hall"]


@settings(deadline=None)
@given(st.dates(date(2026, 1, 1), date(2037, 12, 31)))
def test_working_time_covers_exactly_the_moments_whose_wall_time_is_in_the_hours(day: date) -> None:
    an = coach("an", hours={weekday: (Shift(time(1), time(3, 30)),) for weekday in range(7)})
    demo = house(an)
    begin = datetime.combine(day, time(0), UTC) - timedelta(hours=3)
    every = [begin + timedelta(minutes=10) * number for number in range(6 * 30)]
    walls = {at: at.astimezone(BRUSSELS) for at in every}
    in_hours = {
        at
        for at, wall in walls.items()
        if wall.date() == day and time(1) <= wall.time() < time(3, 30) and not is_closed(demo, day)
    }
    covered = {at for at in every for one in working(demo, an, day) if one.start <= at < one.end}
    assert covered == in_hours


@settings(deadline=None)
@given(moments)
def test_what_leaves_the_quiet_time_is_later_and_not_quiet(at: datetime) -> None:
    demo = house()
    out = out_of_quiet(demo, at)
    assert not is_quiet(demo, out)
    assert out == at if not is_quiet(demo, at) else out > at


@settings(deadline=None)
@given(moments)
def test_both_edges_of_the_quiet_hours_are_outside_them(at: datetime) -> None:
    demo = house()
    after, before = after_quiet_hours(demo, at), before_quiet_hours(demo, at)
    assert before <= at <= after
    assert not in_quiet_hours(demo, after)
    assert not in_quiet_hours(demo, before)


def test_sundays_and_holidays_are_quiet_all_day() -> None:
    demo = house()
    good_saturday, easter, easter_monday = (brussels(2027, 3, day, 12) for day in (27, 28, 29))
    assert not is_quiet(demo, good_saturday)
    assert is_quiet(demo, easter)
    assert is_rest_day(date(2027, 3, 29))
    assert out_of_quiet(demo, easter_monday) == brussels(2027, 3, 30, 8)


def test_quiet_hours_keep_to_wall_time_when_the_clocks_change() -> None:
    demo = house()
    assert out_of_quiet(demo, brussels(2027, 10, 30, 21)) == brussels(2027, 11, 2, 8)
    assert after_quiet_hours(demo, brussels(2027, 3, 27, 23)) == datetime(2027, 3, 28, 6, tzinfo=UTC)
