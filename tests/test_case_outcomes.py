"""What became of a person: noted by who may take the case on, as often as it changes, until the case is closed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from casework.cases.case_answers import Answered, finish
from casework.cases.case_outcomes import OUTCOMES, Outcome, note_outcome
from casework.cases.case_states import steps
from casework.cases.cases import Actor, accept
from storage.ledger import Ledger
from storage.tables import Audit, Case
from tests.staff_stage import ELSEWHERE, Stage


@pytest.fixture
async def stage(sound_ledger: Ledger) -> Stage:
    stage = Stage(sound_ledger)
    await stage.staff()
    return stage


async def accepted(stage: Stage) -> str:
    case, greet = await stage.case(), await stage.account("greet")
    await stage.ledger.write(lambda session: accept(session, case, greet, 1, stage.now))
    return case


async def row(stage: Stage, case: str) -> Case:
    return await stage.ledger.read(lambda session: session.get_one(Case, case))


async def notes(stage: Stage, case: str, outcome: Outcome, who: Actor | None = None, version: int = 0) -> Answered:
    actor = who or Actor.of(await stage.account("greet"))
    seen = case, version or (await row(stage, case)).version
    return await stage.ledger.write(lambda session: note_outcome(session, actor, seen, outcome, stage.now))


async def test_it_is_noted_as_often_as_it_changes_and_each_time_leaves_a_trace(stage: Stage) -> None:
    case = await accepted(stage)
    for outcome in OUTCOMES:
        assert await notes(stage, case, outcome) == "done"  # type: ignore[arg-type]  # the names are those of the type
        assert (await row(stage, case)).outcome == outcome
    told = await stage.ledger.read(lambda s: [step.reason for step in steps(s, case) if step.change == "note_outcome"])
    audited = await stage.ledger.read(
        lambda s: s.exec(select(Audit.subject).where(Audit.action == "case.outcome")).all()
    )
    assert told == list(OUTCOMES)
    assert audited == [case] * len(OUTCOMES)


async def test_not_before_the_case_is_accepted_nor_after_it_is_closed(stage: Stage) -> None:
    offered, closed = await stage.case(), await accepted(stage)
    greet = Actor.of(await stage.account("greet"))
    assert await notes(stage, closed, "training") == "done"
    version = (await row(stage, closed)).version
    assert await stage.ledger.write(lambda s: finish(s, greet, (closed, version), stage.now)) == "done"
    assert await notes(stage, offered, "work") == await notes(stage, closed, "work") == "not_now"
    assert ((await row(stage, offered)).outcome, (await row(stage, closed)).outcome) == (None, "training")


async def test_closing_with_another_outcome_takes_that_one(stage: Stage) -> None:
    case, greet = await accepted(stage), Actor.of(await stage.account("greet"))
    assert await notes(stage, case, "training") == "done"
    version = (await row(stage, case)).version
    assert await stage.ledger.write(lambda s: finish(s, greet, (case, version), stage.now, "work")) == "done"
    assert (await row(stage, case)).outcome == "work"


async def test_of_two_who_note_at_once_one_looks_again(stage: Stage) -> None:
    case = await accepted(stage)
    version = (await row(stage, case)).version
    answers = [await notes(stage, case, "work", version=version), await notes(stage, case, "stopped", version=version)]
    assert answers == ["done", "changed"]
    assert (await row(stage, case)).outcome == "work"


async def test_for_who_may_not_take_it_on_it_is_not_there(stage: Stage) -> None:
    case, greet = await accepted(stage), await stage.account("greet")
    stranger = await stage.account(next(iter(stage.organisations[ELSEWHERE].coaches)), ELSEWHERE)
    for who in (stranger, replace(greet, role="job_broker"), replace(greet, role="front_desk")):
        assert await notes(stage, case, "work", Actor.of(who)) == "missing"
    assert await notes(stage, "no such case", "work", Actor.of(greet), version=1) == "missing"
    assert (await row(stage, case)).outcome is None
