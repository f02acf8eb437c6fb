"""Who is on duty, when the house is staffed, and when a night ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.hours.calendar import in_quiet_hours, is_closed, is_staffed, next_morning
from casework.hours.notation import Days
from casework.house.organisation_checks import complaints
from casework.telling.urgent import on_duty
from tests.casework_house import OPEN, WORKDAYS, coach, house

BRUSSELS = ZoneInfo("Europe/Brussels")
NOON = datetime(2027, 3, 24, 11, 0, tzinfo=UTC)
TODAY = date(2027, 3, 24)
MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2029, 1, 1), timezones=st.just(UTC))


def test_without_a_list_everybody_is_told() -> None:
    assert on_duty(house(), NOON) == (None,)


def test_the_coaches_on_duty_are_told_but_for_those_on_leave() -> None:
    away = replace(coach("an"), leave=(Days(TODAY, TODAY),))
    listed = replace(house(away, coach("bea")), on_duty=("an", "bea"))
    assert on_duty(listed, NOON) == ("bea",)
    assert on_duty(listed, NOON + timedelta(days=1)) == ("an", "bea")


def test_when_all_on_duty_are_on_leave_everybody_is_told() -> None:
    away = replace(coach("an"), leave=(Days(TODAY, TODAY),))
    assert on_duty(replace(house(away), on_duty=("an",)), NOON) == (None,)


def test_an_unknown_coach_on_duty_is_a_mistake_in_the_file() -> None:
    told = list(complaints(replace(house(coach("an")), on_duty=("ann",)), house().id))
    assert [problem for path, problem, _ in told if path == ("on_duty",)] == ["no coach 'ann'"]


@settings(deadline=None)
@given(MOMENTS)
def test_the_next_morning_is_the_end_of_a_night_at_most_a_day_away(at: datetime) -> None:
    demo = house()
    morning = next_morning(demo, at)
    assert at < morning <= at + timedelta(hours=25)
    assert not in_quiet_hours(demo, morning)
    assert morning.astimezone(BRUSSELS).time() == demo.quiet[1]


@settings(deadline=None)
@given(MOMENTS)
def test_the_house_is_staffed_only_in_its_opening_hours(at: datetime) -> None:
    demo = house(opening_hours=dict.fromkeys(WORKDAYS, OPEN))
    local = at.astimezone(BRUSSELS)
    within = local.weekday() in WORKDAYS and any(shift.start <= local.time() < shift.end for shift in OPEN)
    assert is_staffed(demo, at) == (within and not is_closed(demo, local.date()))


def test_on_a_closed_day_nobody_is_there() -> None:
    demo = house()
    opens = next(NOON + timedelta(hours=hour) for hour in range(200) if is_staffed(demo, NOON + timedelta(hours=hour)))
    day = opens.astimezone(BRUSSELS).date()
    assert not is_staffed(replace(demo, closing_days=(Days(day, day),)), opens)
