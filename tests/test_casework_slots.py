"""Free times: none outside the rules, none lost, none twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.hours.calendar import is_closed
from casework.hours.notation import Shift
from casework.house.organisation import Organisation
from casework.visiting.diary import Busy, Diary
from casework.visiting.slot_rules import held, slot_by_rule
from casework.visiting.slots import Wanted, find_times, free_slots, slots_at
from flows.heard import Slot
from tests.casework_house import coach, house, visit

BRUSSELS = ZoneInfo("Europe/Brussels")
WEDNESDAY = datetime(2027, 3, 17, 9, 0, tzinfo=UTC)
EVERYTHING = Wanted("nl", limit=10_000)
TWO = house(coach("an"), coach("bo"))
NIGHT = (Shift(time(0, 30), time(5)),)

minutes = st.integers(0, 14 * 24 * 12).map(lambda fives: timedelta(minutes=5 * fives))
busy_times = st.lists(
    st.builds(
        lambda coach, start, length: Busy(coach, WEDNESDAY + start, WEDNESDAY + start + length),
        st.sampled_from(["an", "bo"]),
        minutes,
        st.integers(1, 60).map(lambda fives: timedelta(minutes=5 * fives)),
    ),
    max_size=12,
)


def free(organisation: Organisation, *busy: Busy, wanted: Wanted = EVERYTHING, now: datetime = WEDNESDAY) -> list[Slot]:
    return free_slots(organisation, wanted, Diary.of(busy), now)[0]


def starts(slots: list[Slot]) -> list[datetime]:
    """In UTC: a time that comes twice in its zone equals none of another zone."""
    return [slot.start.astimezone(UTC) for slot in slots]


def walls(slots: list[Slot]) -> list[str]:
    return [f"{slot.start:%d %H:%M}" for slot in slots]


def by_the_rules(organisation: Organisation, coach_id: str, now: datetime) -> Iterator[datetime]:
    """A model that looks at every five minutes of UTC and asks what the clocks show then."""
    rules, one = organisation.visit, organisation.coaches[coach_id]
    last = now.astimezone(BRUSSELS).date() + timedelta(days=rules.horizon_days)
    for number in range((rules.horizon_days + 2) * 24 * 12):
        at = now.replace(minute=0) + timedelta(minutes=5) * number
        wall = at.astimezone(BRUSSELS)
        if wall.fold or wall.date() > last or is_closed(organisation, wall.date()):
            continue
        if at < now + timedelta(hours=rules.notice_hours):
            continue
        over = at + timedelta(minutes=rules.minutes)
        for shift in one.hours.get(wall.weekday(), ()):
            begin, end = (datetime.combine(wall.date(), clock) for clock in (shift.start, shift.end))
            in_step = (wall.replace(tzinfo=None) - begin) % timedelta(minutes=rules.starts_every) == timedelta()
            first_of_end = end.replace(tzinfo=BRUSSELS).astimezone(UTC)
            if begin <= wall.replace(tzinfo=None) < end and in_step and over <= first_of_end:
                yield at


@lru_cache
def two_coaches(buffer: int, length: int) -> tuple[Organisation, list[tuple[str, datetime]]]:
    """A house, and what its rules allow with whom."""
    demo = house(
        coach("an"),
        coach("bo", hours={1: (Shift(time(9, 30), time(12)),), 5: NIGHT, 6: NIGHT}),
        visit=visit(minutes=length, buffer_before=buffer, buffer_after=buffer),
    )
    return demo, [(who, at) for who in demo.coaches for at in by_the_rules(demo, who, WEDNESDAY)]


@settings(deadline=None)
@given(busy_times, st.sampled_from([0, 15]), st.sampled_from([45, 60]))
def test_exactly_the_times_that_the_rules_allow_and_nobody_took_are_free(
    busy: list[Busy], buffer: int, length: int
) -> None:
    demo, allowed = two_coaches(buffer, length)
    expected = set()
    for who, at in allowed:
        start, end = held(demo.visit, at)
        if not any(one.coach == who and one.start < end and start < one.end for one in busy):
            expected.add(at)
    slots = free(demo, *busy)
    assert starts(slots) == sorted(expected)


@pytest.mark.parametrize("year", range(2026, 2038))
@pytest.mark.parametrize("month", [3, 10])
def test_no_time_is_lost_doubled_or_invented_when_the_clocks_change(year: int, month: int) -> None:
    now = datetime(year, month, 23, 9, 0, tzinfo=UTC)
    demo = house(
        coach("an", hours=dict.fromkeys(range(7), NIGHT)),
        visit=visit(minutes=30, starts_every=30, horizon_days=9),
    )
    slots = free(demo, now=now)
    assert starts(slots) == list(by_the_rules(demo, "an", now))
    assert len({(slot.start.date(), slot.start.time()) for slot in slots}) == len(slots)


def test_half_past_two_is_one_slot_in_october_and_none_on_the_last_sunday_of_march() -> None:
    sundays = {6: NIGHT}
    demo = house(coach("an", hours=sundays), visit=visit(minutes=30, starts_every=30))
    autumn = free(demo, now=datetime(2027, 10, 25, 9, tzinfo=UTC))
    doubled = [at for at in starts(autumn) if at.astimezone(BRUSSELS).time() == time(2, 30)]
    assert doubled[0] == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert len(doubled) == 2, "one on each of two Sundays"
    spring = free(demo, now=datetime(2028, 3, 20, 9, tzinfo=UTC))
    assert [f"{slot.start:%d}" for slot in spring if slot.start.time() == time(2, 30)] == ["02"]


@settings(deadline=None)
@given(busy_times, st.integers(1, 8))
def test_screen_after_screen_goes_on_until_there_is_no_more(busy: list[Busy], limit: int) -> None:
    demo = TWO
    after, more, seen, diary = None, True, [], Diary.of(busy)
    while more:
        slots, more = free_slots(demo, Wanted("nl", after, limit), diary, WEDNESDAY)
        seen += slots
        after = slots[-1].start if slots else None
    times = starts(seen)
    assert times == sorted(set(times))
    assert set(times) <= set(starts(free(demo, *busy)))


@settings(deadline=None)
@given(busy_times)
def test_every_free_time_can_be_booked_by_its_value(busy: list[Busy]) -> None:
    demo = TWO
    for slot in free(demo, *busy):
        assert slot_by_rule(demo, slot.value, WEDNESDAY) == slot


@settings(deadline=None)
@given(busy_times, busy_times)
def test_more_that_is_taken_never_frees_a_time(busy: list[Busy], more: list[Busy]) -> None:
    demo = TWO
    assert set(walls(free(demo, *busy, *more))) <= set(walls(free(demo, *busy)))


@settings(deadline=None)
@given(busy_times, minutes, minutes)
def test_the_diary_agrees_with_looking_at_each_one(busy: list[Busy], start: timedelta, length: timedelta) -> None:
    begin, end = WEDNESDAY + start, WEDNESDAY + start + length + timedelta(minutes=5)
    clash = any(one.coach == "an" and one.start < end and begin < one.end for one in busy)
    assert Diary.of(busy).is_free("an", begin, end) is not clash


def test_one_screen_spreads_over_days_and_over_the_day() -> None:
    slots, more = free_slots(house(), Wanted("nl"), Diary.of(()), WEDNESDAY)
    assert walls(slots) == ["18 10:00", "18 13:00", "18 16:00", "19 09:00", "19 13:00", "19 16:00"]
    assert more


def test_the_last_free_times_are_all_shown_even_on_one_day() -> None:
    demo = house(visit=visit(horizon_days=2), opening_hours={4: (Shift(time(9), time(17)),)})
    slots, more = free_slots(demo, Wanted("nl"), Diary.of(()), WEDNESDAY)
    assert walls(slots) == ["19 09:00", "19 10:00", "19 11:00", "19 13:00", "19 14:00", "19 16:00"]
    assert not more


def test_nothing_is_free_before_the_notice_or_beyond_the_horizon() -> None:
    slots = free(house(visit=visit(notice_hours=48, horizon_days=5)))
    assert walls(slots)[0] == "19 10:00"
    assert walls(slots)[-1] == "22 16:00"


def test_a_coach_who_speaks_the_language_is_found() -> None:
    demo = house(
        coach("an"), coach("bo", languages=("nl", "fr")), coach("cy", languages=("fr",), roles=("job_broker",))
    )
    assert {slot.coach for slot in free(demo, wanted=Wanted("fr", limit=99))} == {"bo"}


def test_where_nobody_speaks_the_language_any_coach_of_the_place_will_do() -> None:
    demo = house(coach("an"), coach("bo", languages=("fr",), places=("annex",)))
    assert {slot.coach for slot in free(demo, wanted=Wanted("fr", limit=99, place="hall"))} == {"an"}


def test_the_coach_with_the_fewest_visits_gets_the_next_one() -> None:
    demo = house(coach("an"), coach("bo"))
    night = WEDNESDAY.replace(hour=23)
    busy = Busy("an", night, night + timedelta(hours=1))
    assert {slot.coach for slot in free(demo, busy)} == {"bo"}
    assert [slot.coach for slot in slots_at(demo, EVERYTHING, Diary.of([busy]), free(demo)[0].start)] == ["bo", "an"]


def test_a_shift_elsewhere_is_offered_at_its_place() -> None:
    demo = house(coach("an", places=("hall", "annex"), hours={0: (Shift(time(9), time(10), "annex"),)}))
    assert [slot.place for slot in free(demo, wanted=Wanted("nl", limit=1))] == ["annex"]
    there = find_times(demo, Wanted("nl", limit=1, place="hall"), Diary.of(()), WEDNESDAY)
    assert [slot.place for slot in there.slots] == ["annex"]
    assert there.reason == "full", "and the person is told"


@pytest.mark.parametrize(
    "value",
    ["", "an", "20270318T0900", "20270318T0900-", "20270318T0900-nobody", "20270318T0915-an", "20270317T1000-an",
     "20270601T0900-an", "20260318T0900-an", "20271345T0900-an", "20270320T0900-an",
     "20270318T0900-AN"],
)  # fmt: skip
def test_a_value_that_the_rules_do_not_allow_names_no_slot(value: str) -> None:
    assert slot_by_rule(house(), value, WEDNESDAY) is None
