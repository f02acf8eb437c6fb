"""Chores at the desk: beginning, hours, who helps whom, what falls due, both counters, and what erasing leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from functools import partial

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from casework.door.accounts import ensure_accounts
from casework.local_work import figures, matching, work_desk
from casework.local_work.bench import Bench
from casework.local_work.following import look
from casework.privacy.erasing import erase
from storage.ledger import Ledger, open_ledger
from storage.tables import Case, Due, LocalWorker, LocalWorkKept, LocalWorkMatch, LocalWorkMonth
from storage.verify import verify
from tests.calendar_stage import done
from tests.local_work_stage import ASKS, SEWS, Workshop, with_rule
from tests.staff_stage import ELSEWHERE, HERE, ORGANISATIONS, Stage

MARCH, FEBRUARY = date(2027, 3, 1), date(2027, 2, 1)


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
