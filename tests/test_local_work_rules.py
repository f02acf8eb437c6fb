"""The rules of chores: hours and months by the dated rule, as a model, and who fits whom with which reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.local_work.counting import (
    Limits,
    Stretch,
    Tally,
    first_of,
    last_day,
    limits,
    months_after,
    months_done,
    runs_out,
    tally,
)
from casework.local_work.fitting import Helper, Request, fit, proposals, wanted
from tests.staff_stage import HERE, ORGANISATIONS

RULE = ORGANISATIONS[HERE].rules["wijk-werken"]
MARCH = date(2027, 3, 1)
DAYS = st.dates(date(2019, 1, 1), date(2040, 12, 31))
MOST = Limits(60, 630, 12)


def test_the_limits_are_those_of_the_rule_on_that_day_and_none_once_it_has_ended() -> None:
    ended = replace(RULE, valid_to=date(2027, 6, 30))
    assert limits(RULE, MARCH) == MOST
    assert limits(ended, date(2027, 6, 30)) == MOST
    assert limits(ended, date(2027, 7, 1)) is None
    assert limits(RULE, date(2017, 12, 31)) is None
    assert limits(None, MARCH) is None


def test_a_number_that_changes_counts_from_its_day() -> None:
    (old,) = RULE.numbers["hours-a-month"].dated
    now, later = (
        replace(old, valid_to=date(2027, 3, 31)),
        replace(old, value=old.value + 4, valid_from=date(2027, 4, 1)),
    )
    rule = replace(
        RULE, numbers={**RULE.numbers, "hours-a-month": replace(RULE.numbers["hours-a-month"], dated=(now, later))}
    )
    assert [limits(rule, day).month for day in (MARCH, date(2027, 4, 1))] == [60, 64]  # type: ignore[union-attr]


@given(DAYS, st.integers(0, 60))
def test_so_many_months_are_done_on_the_day_that_comes_so_many_months_later_and_not_the_day_before(
    day: date, months: int
) -> None:
    later = months_after(day, months)
    assert months_done(day, later) == months
    assert months_done(day, later - timedelta(days=1)) == max(0, months - 1)


@given(DAYS, st.integers(0, 800))
def test_a_tally_counts_the_hours_of_the_month_and_of_the_year_and_nothing_else(began: date, ahead: int) -> None:
    day = began + timedelta(days=ahead)
    hours = {months_after(first_of(day), back): 1000 + back for back in range(-26, 3)}
    found = tally(Stretch(began), hours, RULE, day)
    assert found.month == hours[first_of(day)]
    assert found.year == sum(done for month, done in hours.items() if month.year == day.year)
    assert found.number == months_done(began, day) + 1


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 90)), max_size=12), st.integers(1, 12))
def test_who_does_no_more_than_what_is_left_is_never_over(noted: list[tuple[int, int]], month: int) -> None:
    """As a model: the hours that are left are the most that can be added before one of the limits is passed."""
    hours = {date(2027, number, 1): done for number, done in noted}
    day = date(2027, month, 15)
    found = tally(Stretch(date(2027, 1, 1)), hours, RULE, day)
    left = found.left
    assert left is not None
    full = {**hours, first_of(day): found.month + left}
    more = {**hours, first_of(day): found.month + left + 1}
    after, over = (tally(Stretch(date(2027, 1, 1)), each, RULE, day) for each in (full, more))
    if left:
        assert (after.over_month, after.over_year) == (False, False)
    assert over.over_month or over.over_year


def test_the_months_run_out_in_the_last_but_one_and_not_for_who_comes_from_the_earlier_system() -> None:
    began = date(2027, 1, 15)
    stretch, old = Stretch(began), Stretch(began, earlier_system=True)
    assert last_day(stretch, RULE, MOST) == date(2028, 1, 14)
    assert last_day(old, RULE, MOST) is None
    ends = {day: runs_out(tally(stretch, {}, RULE, day), day, 2) for day in (date(2027, 11, 14), date(2027, 11, 15))}
    assert list(ends.values()) == [False, True]
    assert not runs_out(tally(old, {}, RULE, date(2029, 1, 1)), date(2029, 1, 1), 2)


def test_a_rule_that_ends_earlier_ends_the_months_too() -> None:
    ended = replace(RULE, valid_to=date(2027, 6, 30))
    assert last_day(Stretch(date(2027, 1, 15)), ended, MOST) == date(2027, 6, 30)
    assert last_day(Stretch(date(2027, 1, 15), earlier_system=True), ended, MOST) == date(2027, 6, 30)


def helper(id: str = "a", kinds: str = "school", town: str = "Sint-Truiden", **more: object) -> Helper:
    counted = Tally(10, 10, 3, MOST, date(2027, 12, 31))
    return Helper(id, frozenset(kinds.split()), town, None, replace(counted, **more))  # type: ignore[arg-type]


SCHOOL = Request(frozenset({"school", "fruit"}), "Sint-Truiden")


def test_who_shares_most_of_the_work_and_lives_there_is_proposed_first_and_the_reasons_are_said() -> None:
    both, near, far = helper("both", "school fruit"), helper("near"), helper("far", "school fruit", "Alken")
    found = proposals(SCHOOL, [near, far, both], MARCH)
    assert [each.helper.id for each in found] == ["both", "far", "near"]
    assert found[0].speaks == ("likes", "near", "hours_left", "helps_nobody")
    assert all(each.fits for each in found)


@pytest.mark.parametrize(
    ("other", "because"),
    [
        (helper(kinds="admin"), ("other_work",)),
        (helper(month=60), ("no_hours",)),
        (helper(year=630), ("no_hours",)),
        (helper(last_day=date(2027, 2, 28)), ("months_over",)),
        (helper(limits=None), ("no_rule",)),
    ],
)
def test_who_does_not_fit_stands_last_with_the_reason(other: Helper, because: tuple[str, ...]) -> None:
    found = proposals(SCHOOL, [other, helper("fits")], MARCH)
    assert found[0].helper.id == "fits"
    assert found[1].hinders == because


def test_what_nobody_told_is_asked_first_and_rules_nobody_out() -> None:
    found = fit(Request(frozenset(), None), helper(kinds=""), MARCH)
    assert found.fits
    assert found.asks == ("work_unknown", "lives_unknown")
    away = fit(SCHOOL, replace(helper(town="Alken"), distance="town"), MARCH)
    assert away.asks == ("far",)
    assert fit(SCHOOL, helper(last_day=date(2027, 5, 31)), MARCH).asks == ("until",)


@pytest.mark.parametrize(
    ("who", "kind"), [("household", "household"), ("farm", "fruit"), ("association", "association"), (None, None)]
)
def test_who_only_said_for_whom_asks_for_what_is_usual_there(who: str | None, kind: str | None) -> None:
    assert wanted((), who) == frozenset({kind} if kind else ())
    assert wanted(("admin",), who) == frozenset({"admin"})
