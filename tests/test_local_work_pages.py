"""The pages of chores in the console: the list, who fits a request, the hours of a person, both counters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest

from tests.calendar_stage import at_work, calendar_stage, done
from tests.local_work_stage import ASKS, SEWS, Workshop, with_rule
from tests.staff_stage import HERE, Stage

WORK = "/staff/local-work"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with calendar_stage() as opened:
        yield opened


@pytest.fixture
def shop(stage: Stage) -> Workshop:
    return Workshop(stage)


async def test_a_coach_lets_somebody_begin_notes_hours_and_confirms_whom_they_help(
    stage: Stage, shop: Workshop
) -> None:
    case, request = await shop.case(SEWS), await shop.case(ASKS)
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        await coach.open(f"/staff/cases/{case}")
        assert f"{WORK}/people/{case}" in coach.html
        await coach.open(f"{WORK}/people/{case}")
        await coach.send("/begin", day="2027-02-15", sent_by="job_service")
        assert "counted from that day" in coach.html
        assert "2 / 12" in coach.html
        await coach.send("/hours", hours="20")
        assert "20 / 60" in coach.html
        assert "20 / 630" in coach.html
        await coach.open(f"{WORK}/requests/{request}")
        assert "Likes this work: school" in coach.html
        assert "Lives in the same municipality" in coach.html
        assert "so many hours more this month: 40" in coach.html
        await coach.send("/confirm")
        assert "this person helps" in coach.html
        await coach.open(WORK)
        assert "Helpers: 1" in coach.html
        await coach.open(f"{WORK}/requests/{request}")
        await coach.send("/end")
        assert "this help has ended" in coach.html
        await coach.open(f"{WORK}/people/{case}")
        await coach.send("/stop", day="2027-03-24")
        await coach.open(WORK)
        assert "Nobody yet" in coach.html
    assert {"local_work.list", "local_work.read", "local_work.request", "local_work.hours"} <= set(await done(stage))


async def test_a_day_of_no_year_of_ours_is_not_understood(stage: Stage, shop: Workshop) -> None:
    case = await shop.case(SEWS)
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        await coach.open(f"{WORK}/people/{case}")
        await coach.send("/begin", day="9999-12-31", sent_by="job_service")
        assert coach.status == 200
        assert "a whole number" in coach.html, "what can be wrong with a day or a number is said at once"


async def test_what_is_too_much_is_noted_and_said(stage: Stage, shop: Workshop) -> None:
    case = await shop.begins(date(2027, 3, 1))
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        await coach.open(f"{WORK}/people/{case}")
        await coach.send("/hours", hours="61")
        assert "more than the rule allows in a month" in coach.html
        await coach.send("/hours", hours="veel")
        assert "a whole number" in coach.html
        await coach.open(WORK)
        assert "too many hours" in coach.html


async def test_the_page_says_that_the_rule_has_ended_and_lets_nobody_begin(stage: Stage, shop: Workshop) -> None:
    case = await shop.case(SEWS)
    stage.organisations = {**stage.organisations, HERE: with_rule(valid_to=date(2027, 3, 1))}
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        await coach.open(f"{WORK}/people/{case}")
        assert "any more" in coach.html
        assert "/begin" not in coach.html


async def test_a_request_is_no_person_and_a_person_no_request(stage: Stage, shop: Workshop) -> None:
    case, request = await shop.begins(date(2027, 3, 1)), await shop.case(ASKS)
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        for path in (f"{WORK}/people/{request}", f"{WORK}/requests/{case}"):
            await coach.open(path)
            assert coach.status == 404


@pytest.mark.parametrize("role", ["regisseur", "coordinator"])
async def test_who_sees_counts_only_sees_both_counters_and_nobody(stage: Stage, shop: Workshop, role: str) -> None:
    request = await shop.case(ASKS)
    for _ in range(5):
        case = await shop.begins(date(2027, 1, 10))
        await shop.confirms(request, (await shop.worker(case)).id)
    async with stage.serve() as opened:
        reader = await at_work(stage, await opened(), role=role)
        await reader.open(f"{WORK}/figures?split=before")
        assert reader.status == 200
        assert "Sint-Truiden" in reader.html
        assert '<span class="number">5</span>' in reader.html
        assert "hidden" in reader.html
        assert "Bilal" not in reader.html
        await reader.open(WORK)
        assert reader.status == 404
