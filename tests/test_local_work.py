"""Chores as a step to work: hours and months by the dated rule, who fits whom, what falls due, and the counters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, select

from casework.door.accounts import ensure_accounts
from casework.local_work import figures, matching, work_desk
from casework.local_work.bench import Bench
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
from casework.local_work.following import look
from casework.privacy.erasing import erase
from storage.ledger import Ledger, open_ledger
from storage.tables import Case, Due, LocalWorker, LocalWorkKept, LocalWorkMatch, LocalWorkMonth
from storage.verify import verify
from tests.calendar_stage import done
from tests.local_work_stage import ASKS, SEWS, Workshop, with_rule
from tests.staff_stage import ELSEWHERE, HERE, ORGANISATIONS, Stage

RULE = ORGANISATIONS[HERE].rules["wijk-werken"]
MARCH, FEBRUARY = date(2027, 3, 1), date(2027, 2, 1)
DAYS = st.dates(date(2019, 1, 1), date(2040, 12, 31))
MOST = Limits(60, 630, 12)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    ledger = await open_ledger("sqlite://")
    for house in (HERE, ELSEWHERE):
        await ledger.write(partial(ensure_accounts, organisation=ORGANISATIONS[house], now=Stage(ledger).now))
    yield Stage(ledger)
    await ledger.close()


@pytest.fixture
def shop(stage: Stage) -> Workshop:
    return Workshop(stage)


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


async def test_somebody_begins_only_where_and_when_the_rule_holds(stage: Stage, shop: Workshop) -> None:
    case = await shop.case(SEWS)
    begin = work_desk.Beginning(MARCH, "job_service")
    stage.organisations = {**ORGANISATIONS, HERE: with_rule(valid_to=date(2027, 2, 28))}
    assert await shop.at(lambda bench: work_desk.begin(bench, case, begin)) == "no_rule"
    stage.organisations = ORGANISATIONS
    assert await shop.at(lambda bench: work_desk.begin(bench, case, begin)) == "begun"
    assert await shop.at(lambda bench: work_desk.begin(bench, case, begin)) == "already"
    genk = Workshop(stage, "an", ELSEWHERE)
    theirs = await genk.case(SEWS, None)
    assert await genk.at(lambda bench: work_desk.begin(bench, theirs, begin)) == "no_rule"
    assert await genk.at(lambda bench: work_desk.begin(bench, case, begin)) == "missing"


async def test_hours_are_counted_by_month_and_year_and_too_many_are_noted_and_said(
    stage: Stage, shop: Workshop
) -> None:
    case = await shop.begins(date(2026, 11, 10))
    assert await shop.notes(case, date(2026, 12, 1), 30) == "noted"
    assert await shop.notes(case, FEBRUARY, 20) == "noted"
    assert await shop.notes(case, MARCH, 61) == "over_month"
    assert await shop.notes(case, MARCH, 12) == "changed", "somebody else noted them since"
    assert await shop.notes(case, MARCH, 12, version=1) == "noted"
    row = await shop.worker(case)
    counted = await shop.at(lambda bench: work_desk.counted_on(bench, row, bench.today))
    assert (counted.month, counted.year, counted.number, counted.left) == (12, 32, 5, 48)
    assert await stage.ledger.read(verify) == []


async def test_the_hours_of_a_year_pass_its_limit_though_no_month_does(shop: Workshop) -> None:
    shop.stage.later(days=330)
    case = await shop.begins(date(2027, 2, 10))
    for month in range(2, 12):
        assert await shop.notes(case, date(2027, month, 1), 60) == "noted"
    assert await shop.notes(case, date(2027, 12, 1), 31) == "over_year"
    assert await shop.notes(case, date(2028, 1, 1), 31) == "noted"


@pytest.mark.parametrize("month", [date(2026, 10, 1), date(2027, 4, 1), date(2027, 3, 2)])
async def test_no_hours_in_a_month_in_which_nobody_worked(shop: Workshop, month: date) -> None:
    case = await shop.begins(date(2026, 11, 10))
    assert await shop.notes(case, month, 10) == "outside"


async def test_who_stops_keeps_their_hours_and_stops_helping(stage: Stage, shop: Workshop) -> None:
    case, request = await shop.begins(date(2027, 1, 10)), await shop.case(ASKS)
    worker = await shop.worker(case)
    assert await shop.confirms(request, worker.id) == "confirmed"
    assert await shop.notes(case, FEBRUARY, 20) == "noted"
    early = date(2027, 1, 20)
    assert await shop.at(lambda bench: work_desk.stop(bench, case, 1, early)) == "too_early"
    assert await shop.at(lambda bench: work_desk.stop(bench, case, 1, bench.today)) == "stopped"
    assert await shop.at(lambda bench: work_desk.stop(bench, case, 1, bench.today)) == "missing"
    match = await stage.ledger.read(lambda session: session.exec(select(LocalWorkMatch)).one())
    assert match.ends_on == match.begins_on == stage.now.date()
    assert await stage.ledger.read(verify) == []


async def test_staff_decide_who_helps_and_nothing_does_so_by_itself(stage: Stage, shop: Workshop) -> None:
    case, request = await shop.begins(date(2027, 1, 10)), await shop.case(ASKS)
    worker = await shop.worker(case)

    def proposed(bench: Bench) -> list[str]:
        asked = matching.request(bench, request)
        assert asked is not None
        return [each.helper.id for each in matching.propose(bench, asked, matching.workers(bench)) if each.fits]

    assert await shop.at(proposed) == [worker.id]
    assert await stage.ledger.read(lambda session: session.exec(select(LocalWorkMatch)).all()) == []
    assert await shop.confirms(request, worker.id) == "confirmed"
    assert await shop.confirms(request, worker.id) == "already"
    assert await shop.at(proposed) == []
    match = await stage.ledger.read(lambda session: session.exec(select(LocalWorkMatch)).one())
    assert match.author.startswith("staff:")
    assert await shop.at(lambda bench: matching.end_match(bench, match.id, 1)) == "ended"
    assert await shop.at(lambda bench: matching.end_match(bench, match.id, 1)) == "changed"
    assert {"local_work.begin", "local_work.match", "local_work.end"} <= set(await done(stage))


async def test_nobody_without_hours_or_months_is_matched(stage: Stage, shop: Workshop) -> None:
    request = await shop.case(ASKS)
    full, over = await shop.begins(date(2027, 1, 10)), await shop.begins(date(2026, 3, 1))
    await shop.notes(full, MARCH, 60)
    for case in (full, over):
        assert await shop.confirms(request, (await shop.worker(case)).id) == "hindered"
    former = await shop.begins(date(2026, 3, 1), earlier=True)
    assert await shop.confirms(request, (await shop.worker(former)).id) == "confirmed"
    assert await shop.confirms(full, (await shop.worker(former)).id) == "missing", "that is no request"


async def at_month(stage: Stage, case: str, number: int) -> str:
    """What follows when so many months are over: what is asked, and when it ends."""

    def work(session: Session) -> str:
        worker = session.exec(select(LocalWorker).where(LocalWorker.case_id == case)).one()
        due = session.exec(select(Due).where(Due.subject == worker.id, Due.kind == "local_work_month")).all()
        mine = next((each for each in due if each.body["month"] == number), None)
        if mine is None:
            return "not planned"
        stage.now = mine.due_at
        found = look(session, stage.organisations[HERE], mine, stage.now)
        return f"{found.asks_after} {found.last_day}" if found else "nothing"

    return await stage.ledger.write(work)


async def test_the_coach_asks_after_the_months_of_the_file_and_is_warned_once(stage: Stage, shop: Workshop) -> None:
    case = await shop.begins(date(2027, 3, 24))
    told = [await at_month(stage, case, number) for number in range(1, 13)]
    assert told[2] == "3 None"
    assert told[5] == "6 None"
    assert told[9] == "None 2028-03-23", "at the start of month eleven"
    assert told[10] == "11 None"
    assert [each for number, each in enumerate(told, 1) if number not in (3, 6, 10, 11)] == ["None None"] * 8


async def test_who_began_long_before_it_was_noted_is_followed_from_now_on(stage: Stage, shop: Workshop) -> None:
    case = await shop.begins(date(2026, 5, 20))
    assert await at_month(stage, case, 3) == "not planned"
    assert await at_month(stage, case, 10) == "None 2027-05-19"


async def test_nothing_is_asked_after_the_rule_has_ended(stage: Stage, shop: Workshop) -> None:
    case = await shop.begins(date(2027, 3, 1))
    await at_month(stage, case, 1)
    await at_month(stage, case, 2)
    stage.organisations = {**ORGANISATIONS, HERE: with_rule(valid_to=date(2027, 5, 31))}
    assert await at_month(stage, case, 3) == "nothing"


async def test_a_closed_case_and_who_stopped_are_followed_no_longer(stage: Stage, shop: Workshop) -> None:
    closed, stopped = await shop.begins(date(2027, 3, 1)), await shop.begins(date(2027, 3, 1))

    def close(session: Session) -> None:
        session.get_one(Case, closed).state = "done"

    await stage.ledger.write(close)
    await shop.at(lambda bench: work_desk.stop(bench, stopped, 1, bench.today))
    assert [await at_month(stage, case, 1) for case in (closed, stopped)] == ["nothing", "nothing"]


async def test_both_counters_stand_by_municipality_of_now_and_of_before_and_hide_the_few(
    stage: Stage, shop: Workshop
) -> None:
    request = await shop.case(ASKS)
    for number in range(7):
        place = "3840:Borgloon" if number == 0 else "3800:Sint-Truiden"
        case = await shop.begins(date(2027, 1, 10), {**SEWS, "place": place})
        await shop.confirms(request, (await shop.worker(case)).id)
    found = await stage.ledger.read(lambda session: figures.figures(session, HERE, 2027, "now"))
    before = await stage.ledger.read(lambda session: figures.figures(session, HERE, 2027, "before"))
    assert found.total.workers == 7
    assert found.total.customers is None, "one customer, helped by seven, is one"
    assert [line.town for line in found.lines] == ["Sint-Truiden", "Tongeren-Borgloon"]
    assert [line.town for line in before.lines] == ["Borgloon", "Sint-Truiden"]
    assert [line.workers for line in (*found.lines, *before.lines)] == [None] * 4, "6 of 7 would tell of the one"
    none = await stage.ledger.read(lambda session: figures.figures(session, HERE, 2026, "now"))
    assert (none.lines, none.total.workers) == ((), 0)


async def test_who_is_erased_leaves_a_count_and_nothing_else(stage: Stage, shop: Workshop) -> None:
    cases = [await shop.begins(date(2026, 11, 10)) for _ in range(6)]
    request = await shop.case(ASKS)
    for case in cases:
        await shop.confirms(request, (await shop.worker(case)).id)
    await shop.notes(cases[0], MARCH, 12)
    worker = await shop.worker(cases[0])
    await stage.ledger.write(lambda session: erase(session, worker.person_id, stage.now))
    rows = await stage.ledger.read(
        lambda session: [
            *session.exec(select(LocalWorkMonth)),
            *session.exec(select(LocalWorker).where(LocalWorker.id == worker.id)),
            *session.exec(select(LocalWorkMatch).where(LocalWorkMatch.person_id == worker.person_id)),
        ]
    )
    assert rows == []
    assert await stage.ledger.read(verify) == []
    for year, counted in ((2026, 6), (2027, 6), (2025, 0)):
        found = await stage.ledger.read(partial(figures.figures, organisation=HERE, year=year, split="now"))
        assert found.total.workers == counted

    def customer(session: Session) -> str:
        return session.get_one(Case, request).person_id

    whom = await stage.ledger.read(customer)
    await stage.ledger.write(lambda session: erase(session, whom, stage.now))
    kept = await stage.ledger.read(lambda session: session.exec(select(LocalWorkKept)).all())
    assert sorted((each.counted, each.year, each.count) for each in kept) == [
        ("customers", 2027, 1),
        ("workers", 2026, 1),
        ("workers", 2027, 1),
    ]
    assert await stage.ledger.read(lambda session: session.exec(select(LocalWorkMatch)).all()) == []
    assert await stage.ledger.read(verify) == []


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE local_work_month SET month = '2026-01-01'",
        "UPDATE local_work_month SET month = '2027-03-02'",
        "UPDATE local_worker SET person_id = (SELECT customer_id FROM local_work_match)",
        "UPDATE local_work_match SET customer_id = person_id",
        "UPDATE local_work_month SET person_id = (SELECT customer_id FROM local_work_match)",
    ],
)
async def test_verifying_finds_what_cannot_be(stage: Stage, shop: Workshop, harm: str) -> None:
    case, request = await shop.begins(date(2027, 1, 10)), await shop.case(ASKS)
    await shop.confirms(request, (await shop.worker(case)).id)
    await shop.notes(case, MARCH, 12)
    assert await stage.ledger.read(verify) == []
    await stage.ledger.write(lambda session: session.connection().execute(text(harm)))
    assert {found.invariant for found in await stage.ledger.read(verify)} == {"I15"}


async def test_of_two_who_do_the_same_at_once_one_does_it(ledger: Ledger) -> None:
    stage = Stage(ledger)
    await ledger.write(partial(ensure_accounts, organisation=ORGANISATIONS[HERE], now=stage.now))
    shop = Workshop(stage)
    case, request = await shop.case(SEWS), await shop.case(ASKS)
    beginning = work_desk.Beginning(MARCH, "job_service")
    begun = [shop.at(lambda bench: work_desk.begin(bench, case, beginning)) for _ in range(3)]
    assert sorted(await asyncio.gather(*begun)) == ["already", "already", "begun"]
    worker = await shop.worker(case)
    confirmed = await asyncio.gather(*(shop.confirms(request, worker.id) for _ in range(3)))
    assert sorted(confirmed) == ["already", "already", "confirmed"]
    for version in (0, 1):
        noted = await asyncio.gather(*(shop.notes(case, MARCH, hours, version) for hours in (10, 20, 30)))
        assert sorted(noted) == ["changed", "changed", "noted"]
    assert await ledger.read(verify) == []
