"""A plan of rounds is fair whatever the numbers, and wishes cost nobody a meeting."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.sessions.rounds import Plan, plan_among, plan_between

COUNTS = st.integers(0, 17)
ROUNDS = st.integers(0, 12)
TABLES = st.integers(0, 10)
WISHES = st.lists(st.tuples(st.integers(0, 17), st.integers(0, 17)), max_size=12)


def names(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def pairs(plan: Plan) -> list[frozenset[str]]:
    return [frozenset((meeting.one, meeting.other)) for turn in plan for meeting in turn]


def meetings_of(plan: Plan, people: list[str]) -> list[int]:
    met = Counter(person for pair in pairs(plan) for person in pair)
    return [met[person] for person in people]


def is_sound(plan: Plan, rounds: int, tables: int) -> None:
    assert len(plan) <= rounds
    assert all(0 < len(turn) <= tables for turn in plan)
    assert all(len({*(m.one for m in turn), *(m.other for m in turn)}) == 2 * len(turn) for turn in plan)
    assert all([meeting.table for meeting in turn] == list(range(1, len(turn) + 1)) for turn in plan)
    assert len(set(pairs(plan))) == len(pairs(plan)), "two people meet twice"


def differ_by_one_at_most(numbers: list[int]) -> bool:
    return not numbers or max(numbers) - min(numbers) <= 1


@settings(deadline=None)
@given(COUNTS, ROUNDS, TABLES, WISHES)
def test_one_group_meets_itself_as_often_as_can_be_and_fairly(
    count: int, rounds: int, tables: int, wished: list[tuple[int, int]]
) -> None:
    people = names("p", count)
    plan = plan_among(people, rounds, tables, [(f"p{one}", f"p{other}") for one, other in wished])
    is_sound(plan, rounds, tables)
    assert len(pairs(plan)) == min(rounds * min(tables, count // 2), count * (count - 1) // 2)
    assert differ_by_one_at_most(meetings_of(plan, people))
    assert differ_by_one_at_most([len(turn) for turn in plan])


@settings(deadline=None)
@given(COUNTS, COUNTS, ROUNDS, TABLES, WISHES)
def test_two_groups_meet_each_other_as_often_as_can_be_and_fairly(
    few: int, many: int, rounds: int, tables: int, wished: list[tuple[int, int]]
) -> None:
    ones, others = names("a", few), names("b", many)
    plan = plan_between(ones, others, rounds, tables, [(f"a{one}", f"b{other}") for one, other in wished])
    is_sound(plan, rounds, tables)
    assert len(pairs(plan)) == min(rounds * min(tables, few, many), few * many)
    assert differ_by_one_at_most(meetings_of(plan, ones))
    assert differ_by_one_at_most(meetings_of(plan, others))
    assert all(meeting.one in ones and meeting.other in others for turn in plan for meeting in turn)


@settings(deadline=None)
@given(st.integers(2, 17), st.integers(1, 12), st.integers(1, 10), st.data())
def test_a_single_wish_comes_true_in_the_first_round(count: int, rounds: int, tables: int, data: st.DataObject) -> None:
    people = names("p", count)
    one, other = data.draw(st.lists(st.sampled_from(people), min_size=2, max_size=2, unique=True))
    plan = plan_among(people, rounds, tables, [(one, other)])
    assert frozenset((one, other)) in pairs(plan[:1])


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.permutations(range(12)))
def test_everybody_meets_the_one_they_wish_for_where_these_are_different_people(
    few: int, rounds: int, order: list[int]
) -> None:
    ones, others = names("a", few), names("b", 12)
    wishes = [(one, f"b{order[number]}") for number, one in enumerate(ones)]
    met = set(pairs(plan_between(ones, others, rounds, few, wishes)))
    assert sum(frozenset(wish) in met for wish in wishes) == few


def test_wishes_make_more_come_true_than_no_wishes() -> None:
    people = names("p", 16)
    wishes = [(f"p{number}", f"p{(number * 5 + 3) % 16}") for number in range(16)]
    with_wishes, without = (set(pairs(plan_among(people, 4, 8, wanted))) for wanted in (wishes, ()))
    wished = {frozenset(wish) for wish in wishes}
    assert len(wished & with_wishes) > len(wished & without)


def test_seven_companies_in_three_rounds_leave_out_another_each_time() -> None:
    people = names("c", 7)
    plan = plan_among(people, 3, 5)
    idle = [set(people) - {name for meeting in turn for name in (meeting.one, meeting.other)} for turn in plan]
    assert [len(each) for each in idle] == [1, 1, 1]
    assert len(set.union(*idle)) == 3


def test_the_smaller_group_stays_at_its_tables() -> None:
    plan = plan_between(names("firm", 3), names("job", 5), 4, 3)
    tables = [{meeting.one: meeting.table for meeting in turn} for turn in plan]
    assert all(each == tables[0] for each in tables)


def test_nobody_is_planned_twice_by_mistake() -> None:
    with pytest.raises(ValueError, match="named twice"):
        plan_between(["an", "bo"], ["bo"], 2, 2)
