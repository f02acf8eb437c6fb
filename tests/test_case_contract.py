"""A case is a contract: offered, accepted, declined, given on, waited for, taken out; found by number and by name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from casework.cases import first_answer
from casework.cases.assigning import Need, best, candidates
from casework.cases.case_answers import Answered, decline, finish
from casework.cases.case_giving import choices, give, revoke
from casework.cases.case_names import name_index, name_indexes, plainly
from casework.cases.case_states import OPEN, RULES, State, steps
from casework.cases.cases import Actor, HandOverRequest, Page, accept, list_cases
from casework.cases.first_answer import House
from casework.door.accounts import ensure_accounts
from casework.house.organisation import Organisation
from casework.privacy.erasing import erase
from storage.ledger import Ledger, open_ledger
from storage.tables import Case, CaseStep, Due, Notice
from storage.trays import claim_due, finish_due
from storage.vault import Vault
from tests.casework_house import coach, house
from tests.casework_house import one_day as days
from tests.staff_stage import ANSWERS, ELSEWHERE, HERE, ORGANISATIONS, Stage

OFFICE = replace(
    ORGANISATIONS[HERE],
    answer_hours=8,
    coaches={
        **ORGANISATIONS[HERE].coaches,
        "greet": replace(ORGANISATIONS[HERE].coaches["greet"], substitute="yusuf"),
    },
)
NAMES = {**ANSWERS, "name": "Zoë"}


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    ledger: Ledger = await open_ledger("sqlite://")
    stage = Stage(ledger)
    for organisation in (HERE, ELSEWHERE):
        await ledger.write(partial(ensure_accounts, organisation=ORGANISATIONS[organisation], now=stage.now))
    yield stage
    await ledger.close()


async def offered(stage: Stage, to: str | None, office: Organisation = OFFICE) -> str:
    case = await stage.case(NAMES)

    def work(session: Session) -> None:
        session.get_one(Case, case).coach = to
        session.flush()
        first_answer.begin(session, office, case, stage.now)

    await stage.ledger.write(work)
    return case


async def row(stage: Stage, case: str) -> Case:
    return await stage.ledger.read(lambda session: session.get_one(Case, case))


async def lead(stage: Stage) -> Actor:
    return Actor.of(await stage.account("greet"))


async def run(stage: Stage, work: Callable[[Session], Any]) -> Any:
    return await stage.ledger.write(work)


async def fall_due(stage: Stage, office: Organisation = OFFICE) -> list[str | None]:
    """What the ticker does with the rows of the waiting that are due now; what the person would be told."""

    def work(session: Session) -> list[str | None]:
        told: list[str | None] = []
        for due in claim_due(session, stage.now, 50, 60):
            finish_due(session, due.id or 0, "done")
            told.append(first_answer.climb(session, House(office, stage.vault), due, stage.now))
        return told

    return await stage.ledger.write(work)


async def news(stage: Stage) -> list[tuple[str, str | None]]:
    query = select(Notice).where(Notice.state == "waiting").order_by(Notice.created_at, Notice.kind)  # type: ignore[arg-type]
    found = await stage.ledger.read(lambda session: list(session.exec(query)))
    return [(notice.kind, notice.coach) for notice in found]


def test_what_is_final_is_left_by_no_rule_and_every_other_state_is() -> None:
    left = {source for rule in RULES.values() for source in rule.sources}
    assert left == set(OPEN)
    assert set(get_args(State)) - left == {"done", "revoked"}


async def test_who_declines_says_why_and_somebody_else_may_take_the_case_on(stage: Stage) -> None:
    case = await offered(stage, "greet")
    greet, yusuf = await stage.account("greet"), await stage.account("yusuf")
    said = partial(decline, actor=Actor.of(greet), seen=(case, 1), reason="no_room", now=stage.now)
    assert await run(stage, said) == "done"
    assert (await row(stage, case)).state == "declined"
    assert await run(stage, lambda s: accept(s, case, yusuf, 2, stage.now)) == "accepted"
    became = await stage.ledger.read(lambda s: [(step.change, step.coach, step.reason) for step in steps(s, case)])
    assert became == [("offer", None, None), ("decline", "greet", "no_room"), ("accept", "yusuf", None)]


async def test_after_a_no_the_substitute_is_asked_at_once_and_never_who_said_no(stage: Stage) -> None:
    case = await offered(stage, "greet")
    greet = Actor.of(await stage.account("greet"))
    await run(stage, lambda s: decline(s, greet, (case, 1), "no_room", stage.now))
    assert await fall_due(stage) == ["passed_on"]
    found = await row(stage, case)
    assert (found.state, found.coach) == ("offered", "yusuf")


async def test_an_offer_is_waited_for_in_office_hours_and_climbs_from_coach_to_substitute_to_lead(stage: Stage) -> None:
    """Offered on a Wednesday at ten: open until noon, on Thursday 7 hours: 8 hours are over at 16:30 less one."""
    case = await offered(stage, "greet")
    waits_until = (await row(stage, case)).answer_by
    assert waits_until == datetime(2027, 3, 25, 14, 30, tzinfo=UTC)
    stage.now = waits_until - timedelta(minutes=1)
    assert await fall_due(stage) == []
    stage.now = waits_until
    assert await fall_due(stage) == [None]
    assert ("case_waits", "greet") in await news(stage)
    stage.later(days=4)
    assert await fall_due(stage) == ["passed_on"]
    assert (await row(stage, case)).coach == "yusuf"
    assert await news(stage) == [("new_case", "yusuf")]
    stage.later(days=4)
    assert await fall_due(stage) == ["late"]
    assert (await row(stage, case)).state == "expired"
    assert ("case_late", "greet") in await news(stage)


async def test_a_case_that_is_accepted_is_waited_for_no_more(stage: Stage) -> None:
    case, greet = await offered(stage, "greet"), await stage.account("greet")
    await run(stage, lambda s: accept(s, case, greet, 1, stage.now))
    stage.later(days=3)
    assert await fall_due(stage) == ["over"]
    assert await news(stage) == []


async def test_a_case_of_a_coach_on_leave_goes_to_the_substitute_at_once(stage: Stage) -> None:
    away = replace(OFFICE.coaches["greet"], leave=days(stage.now.date()))
    office = replace(OFFICE, coaches={**OFFICE.coaches, "greet": away})
    case = await offered(stage, "greet", office)
    assert await fall_due(stage, office) == ["passed_on"]
    assert (await row(stage, case)).coach == "yusuf"


async def test_without_answer_hours_nothing_is_waited_for(stage: Stage) -> None:
    await offered(stage, "greet", replace(OFFICE, answer_hours=None))
    assert await stage.ledger.read(lambda s: list(s.exec(select(Due)))) == []


async def test_a_lead_gives_a_case_to_a_colleague_and_the_waiting_begins_anew(stage: Stage) -> None:
    case, by = await offered(stage, "greet"), await lead(stage)
    greet = await stage.account("greet")
    await run(stage, lambda s: accept(s, case, greet, 1, stage.now))
    assert await run(stage, lambda s: give(s, OFFICE, by, (case, 1, "elke"), stage.now)) == "changed"
    assert await run(stage, lambda s: give(s, OFFICE, by, (case, 2, "elke"), stage.now)) == "done"
    found = await row(stage, case)
    assert (found.state, found.coach, found.accepted_by, found.version) == ("offered", "elke", None, 3)
    stage.later(days=1, hours=8)
    assert await fall_due(stage) == ["over", None]


@pytest.mark.parametrize("to", ["nobody", "bart"])
async def test_a_case_is_given_only_to_who_coaches_here(stage: Stage, to: str) -> None:
    case, by = await offered(stage, None), await lead(stage)
    assert await run(stage, lambda s: give(s, OFFICE, by, (case, 1, to), stage.now)) == "missing"


async def test_a_coach_who_is_no_lead_gives_and_takes_out_nothing(stage: Stage) -> None:
    case, yusuf = await offered(stage, None), Actor.of(await stage.account("yusuf"))
    assert await run(stage, lambda s: give(s, OFFICE, yusuf, (case, 1, "elke"), stage.now)) == "missing"
    assert await run(stage, lambda s: revoke(s, yusuf, (case, 1), "double", stage.now)) == "missing"
    assert (await row(stage, case)).version == 1


async def test_what_is_taken_out_is_over_for_good(stage: Stage) -> None:
    case, by = await offered(stage, "greet"), await lead(stage)
    greet = await stage.account("greet")
    assert await run(stage, lambda s: revoke(s, by, (case, 1), "double", stage.now)) == "done"
    attempts: Mapping[str, Callable[[Session], Answered | str]] = {
        "accept": lambda s: accept(s, case, greet, 2, stage.now),
        "decline": lambda s: decline(s, by, (case, 2), "no_room", stage.now),
        "finish": lambda s: finish(s, by, (case, 2), stage.now),
        "give": lambda s: give(s, OFFICE, by, (case, 2, "elke"), stage.now),
    }
    answers = {name: await run(stage, attempt) for name, attempt in attempts.items()}
    assert answers == {"accept": "taken", "decline": "not_now", "finish": "not_now", "give": "not_now"}


def test_who_speaks_the_language_and_has_room_comes_before_who_works_nearer() -> None:
    team = house(
        coach("full", languages=("nl", "fr"), caseload=2),
        coach("near", languages=("nl",)),
        coach("knows", languages=("fr",), expertise=("childcare",), places=("annex",)),
        coach("there", languages=("fr",)),
        coach("away", languages=("fr",), leave=days(date(2027, 3, 24))),
        coach("broker", languages=("fr",), roles=("job_broker",)),
    )
    need = Need("fr", "hall", frozenset({"childcare"}))
    found = candidates(team, need, {"full": 2}, date(2027, 3, 24))
    assert [one.coach.id for one in found if one.fits] == ["there", "knows"]
    assert {one.coach.id for one in found if not one.fits} == {"full", "near", "away"}
    nowhere = replace(need, place=None)
    assert best(team, nowhere, {"full": 2}, date(2027, 3, 24)) == team.coaches["knows"]
    assert best(team, replace(nowhere, language="de"), {}, date(2027, 3, 24)) is None


async def test_a_lead_sees_who_fits_with_the_reasons(stage: Stage) -> None:
    case = await offered(stage, None)
    await run(stage, lambda s: accept_as(s, stage, case))
    again = await offered(stage, None)

    def work(session: Session) -> list[tuple[str, int]]:
        found = choices(session, House(OFFICE, stage.vault), session.get_one(Case, again), stage.now)
        return [(one.coach.id, one.load) for one in found]

    assert ("greet", 1) in await run(stage, work)


def accept_as(session: Session, stage: Stage, case: str) -> None:
    session.get_one(Case, case).coach = "greet"


@pytest.mark.parametrize("typed", ["zoe", "ZOË", " Zoë ", "zo-e"])
async def test_a_case_is_found_by_the_first_name_that_stands_nowhere(stage: Stage, typed: str) -> None:
    case = await stage.case(NAMES)
    await stage.case({**NAMES, "name": "Zora"})
    names = name_indexes(stage.vault, HERE, typed)
    assert await found_by(stage, Page(names=names)) == [case]
    assert "zo" not in str((await row(stage, case)).name_index)


async def found_by(stage: Stage, page: Page) -> list[str]:
    actor = await lead(stage)
    listed = await run(stage, lambda s: list_cases(s, actor, page, stage.now))
    return [line.case.id for line in listed]


async def test_a_case_is_found_by_the_beginning_of_its_number_and_by_filters(stage: Stage) -> None:
    case, other = await stage.case(), await stage.case()
    await stage.case(organisation=ELSEWHERE)
    assert await found_by(stage, Page(number=case[:6])) == [case]
    assert await found_by(stage, Page(number="zz")) == []
    assert await found_by(stage, Page(language="fr")) == []
    assert await found_by(stage, Page(coach="greet")) == []
    assert await found_by(stage, Page(since=stage.now + timedelta(days=1))) == []
    assert set(await found_by(stage, Page(state="offered", language="nl"))) == {case, other}


async def test_a_name_is_forgotten_with_the_person_and_so_is_what_became_of_the_offer(stage: Stage) -> None:
    case = await stage.case(NAMES)
    person = (await row(stage, case)).person_id
    await run(stage, lambda s: erase(s, person, stage.now))
    assert (await row(stage, case)).name_index is None
    assert await stage.ledger.read(lambda s: list(s.exec(select(CaseStep)))) == []


@given(st.text(max_size=20))
def test_a_name_looks_different_elsewhere_and_is_found_after_the_secret_was_replaced(name: str) -> None:
    old, new = Vault(["a" * 32]), Vault(["b" * 32, "a" * 32])
    index = name_index(old, HERE, name)
    assert (index is None) == (plainly(name) == "")
    if index is not None:
        assert index in name_indexes(new, HERE, name)
        assert index != name_index(old, ELSEWHERE, name)
        assert index != name_index(new, HERE, name)


async def test_a_person_who_changes_an_answer_does_not_make_the_coach_wait_longer(stage: Stage) -> None:
    person, talk = await stage.person()
    request = HandOverRequest(HERE, person, talk, NAMES, (), "nl")
    case = await stage.hand_over(request)
    await run(stage, lambda s: first_answer.begin(s, OFFICE, case, stage.now))
    until = (await row(stage, case)).answer_by
    stage.later(hours=1)
    await stage.hand_over(replace(request, case=case))
    await run(stage, lambda s: first_answer.begin(s, OFFICE, case, stage.now))
    assert (await row(stage, case)).answer_by == until
