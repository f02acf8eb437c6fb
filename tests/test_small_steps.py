"""Small steps in the dossier: agreed on, said how they go, kept to the rules, shown to whom it may concern alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, select, update

from casework.door.rights import TABLE, System
from casework.privacy.erasing import erase
from casework.steps.person_steps import find_mine, of_person
from casework.steps.small_steps import (
    LONGEST,
    MOST,
    Wanted,
    agree,
    reads_steps,
    reword,
    tell,
)
from casework.steps.step_states import CHANGES, RULES, SAID, STATES, Change, possible
from flows.script import SCREEN
from storage.ledger import Ledger
from storage.step_tables import SmallStep, SmallStepChange
from storage.tables import Audit, Case, Due
from storage.verify import verify
from tests.staff_stage import ELSEWHERE, HERE, Browser, Stage
from tests.steps_stage import CRECHE, DIPLOMA, HOUSE, agreed, desk, person_of, says, steps
from tests.test_catalogue_pages import signed_in

UTC_NOON = datetime(2027, 3, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
async def stage(sound_ledger: Ledger) -> Stage:
    stage = Stage(sound_ledger)
    await stage.staff()
    return stage


@pytest.fixture
async def console(stage: Stage) -> AsyncIterator[Browser]:
    async with stage.serve() as opened:
        yield await signed_in(stage, await opened(), "coach")


async def test_what_was_agreed_on_is_sealed_and_its_question_planned(stage: Stage) -> None:
    case = await stage.case()
    step = await agreed(stage, case, f"  {CRECHE} \n", by_day=date(2027, 4, 1))
    [row] = await stage.ledger.read(lambda session: [each.model_dump() for each in session.exec(select(SmallStep))])
    assert CRECHE.encode() not in row["sealed"]
    assert row["asks_at"] == datetime(2027, 4, 14, 8, 0, tzinfo=UTC), "three weeks on, at ten on the clock of the house"
    [due] = await stage.ledger.read(lambda s: [each.due_at for each in s.exec(select(Due).where(Due.subject == step))])
    assert due == row["asks_at"]
    [seen] = await steps(stage, case)
    assert (seen.text, seen.who, seen.state, seen.last.change) == (CRECHE, "person", "open", "agree")
    audit = await stage.ledger.read(lambda s: list(s.exec(select(Audit.action).where(Audit.subject == step))))
    assert audit == ["step.agree"]


async def test_few_and_short_is_what_makes_them_small(stage: Stage) -> None:
    case = await stage.case()
    await agreed(stage, case, "x" * 200)
    assert len((await steps(stage, case))[0].text) == LONGEST
    assert await desk(stage, case, lambda at: agree(at, HOUSE, Wanted(" \n "))) == "empty"
    for _ in range(MOST - 1):
        await agreed(stage, case)
    assert await desk(stage, case, lambda at: agree(at, HOUSE, Wanted(CRECHE))) == "too_many"
    first = (await steps(stage, case))[0]
    assert await desk(stage, case, lambda at: tell(at, (first.id, 1), "finish")) == "done"
    await agreed(stage, case)
    assert await desk(stage, case, lambda at: tell(at, (first.id, 2), "resume")) == "too_many"


async def test_nothing_is_agreed_on_or_said_once_nobody_works_on_the_case(stage: Stage) -> None:
    case = await stage.case()
    step = await agreed(stage, case)
    await stage.ledger.write(lambda session: setattr(session.get_one(Case, case), "state", "done"))
    assert await desk(stage, case, lambda at: agree(at, HOUSE, Wanted(DIPLOMA))) == "closed"
    assert await desk(stage, case, lambda at: tell(at, (step, 1), "finish")) == "closed"
    assert not await says(stage, case, step, "finish")
    person = await person_of(stage, case)
    assert await stage.ledger.read(lambda session: list(of_person(session, person))) == []


async def test_what_was_changed_meanwhile_is_read_first(stage: Stage) -> None:
    case = await stage.case()
    step = await agreed(stage, case)
    assert await desk(stage, case, lambda at: reword(at, (step, 1), Wanted(DIPLOMA, "coach"))) == "done"
    assert await desk(stage, case, lambda at: reword(at, (step, 1), Wanted(CRECHE))) == "changed"
    assert await desk(stage, case, lambda at: tell(at, (step, 1), "finish")) == "changed"
    [seen] = await steps(stage, case)
    assert (seen.text, seen.who, seen.version) == (DIPLOMA, "coach", 2)
    assert not await says(stage, case, step, "finish", 2), "what the coach does only the coach can say"
    assert await desk(stage, case, lambda at: tell(at, (step, 2), "finish")) == "done"
    assert await desk(stage, case, lambda at: reword(at, (step, 3), Wanted(CRECHE))) == "not_now"


async def test_the_person_sees_a_screen_of_them_and_never_misses_an_open_one(stage: Stage) -> None:
    case = await stage.case()
    oldest = await agreed(stage, case)
    for _ in range(8):
        stage.later(minutes=1)
        await says(stage, case, await agreed(stage, case, DIPLOMA), "finish")
    person = await person_of(stage, case)
    seen = await stage.ledger.read(lambda session: [step.id for step in of_person(session, person)])
    assert len(seen) == SCREEN
    assert seen[0] == oldest


async def test_a_step_of_another_case_is_not_there(stage: Stage) -> None:
    case, other = await stage.case(), await stage.case()
    step = await agreed(stage, case)
    assert await desk(stage, other, lambda at: tell(at, (step, 1), "finish")) == "missing"
    stranger = await person_of(stage, other)
    assert await stage.ledger.read(lambda session: find_mine(session, stranger, step)) is None


async def test_the_dossier_says_who_said_what(stage: Stage) -> None:
    case = await stage.case()
    step = await agreed(stage, case)
    assert await says(stage, case, step, "go_on")
    assert [each.stands for each in await steps(stage, case)] == ["under_way"]
    assert await says(stage, case, step, "stick", 2)
    assert not await says(stage, case, step, "drop", 2), "an old button changes nothing"
    await desk(stage, case, lambda at: tell(at, (step, 3), "resume"))
    [seen] = await steps(stage, case)
    greet = await stage.account("greet")
    said = [(each.change, each.actor) for each in seen.history]
    assert said == [
        ("agree", greet.actor),
        ("go_on", "person"),
        ("stick", "person"),
        ("resume", greet.actor),
    ]


@given(st.lists(st.sampled_from(CHANGES), max_size=12))
def test_only_what_the_rules_allow_leads_on_and_something_can_always_be_said(whats: list[Change]) -> None:
    state: str = "open"
    for what in whats:
        rule = RULES.get(what)
        if rule is not None and state in rule.sources:
            state = rule.to
        assert state in STATES
        assert possible(state), "nobody is stuck with a step"
        assert all(state in RULES[each].sources and each in SAID for each in possible(state))


def test_a_person_says_how_it_goes_and_nothing_else() -> None:
    assert set(CHANGES) - set(SAID) == {"agree", "reword"}


def test_only_coaches_and_who_leads_see_what_somebody_does_next() -> None:
    assert {role for role in TABLE if "agree_steps" in TABLE[role]} == {"team_lead", "coach"}
    assert all("see_barriers" in TABLE[role] for role in TABLE if "agree_steps" in TABLE[role])
    theirs = {"person_id": "p", "conversation_id": "c", "language": "nl", "sealed": b"s"}
    somebody = Case(organisation=HERE, kind="job_seeker", **theirs, created_at=UTC_NOON, updated_at=UTC_NOON)  # type: ignore[arg-type]
    assert reads_steps(System("x", HERE), somebody)
    assert not reads_steps(System("x", ELSEWHERE), somebody)


@pytest.mark.parametrize("role", ["job_broker", "coordinator"])
async def test_who_sees_some_kinds_of_cases_sees_no_steps_of_theirs(stage: Stage, console: Browser, role: str) -> None:
    case = await stage.case()
    await agreed(stage, case)
    await stage.ledger.write(lambda session: setattr(session.get_one(Case, case), "kind", "company"))
    await signed_in(stage, console, role)
    page = await console.open(f"/staff/cases/{case}")
    assert page.status == 200
    assert CRECHE not in page.html
    assert 'id="steps"' not in page.html
    sent = await console.client.post(f"/staff/cases/{case}/steps", data={"text": "x"})
    assert sent.status in (403, 404)


async def test_in_the_console_a_step_is_written_changed_and_ended(stage: Stage, console: Browser) -> None:
    case = await stage.case()
    await console.open(f"/staff/cases/{case}")
    await console.send("/steps", text=CRECHE, who="person", by_day="2027-03-20")
    assert CRECHE in console.html
    assert "overdue" in console.html, "its day has passed"
    [step] = await steps(stage, case)
    await console.send(f'/steps/{step.id}"', text=DIPLOMA, who="coach", by_day="")
    assert DIPLOMA in console.html
    assert CRECHE not in console.html
    await console.send("/how", what="finish")
    [ended] = await steps(stage, case)
    assert (ended.state, ended.version) == ("done", 3)
    await console.send("/how", what="resume", version="1")
    assert [each.state for each in await steps(stage, case)] == ["done"], "the page was old"


@pytest.mark.parametrize(
    "form",
    [
        {"text": "x", "who": "nobody"},
        {"text": "x", "who": "person", "by_day": "soon"},
    ],
)
async def test_what_no_form_of_ours_sends_is_refused(stage: Stage, console: Browser, form: dict[str, str]) -> None:
    case = await stage.case()
    await console.open(f"/staff/cases/{case}")
    assert (await console.send("/steps", None, **form)).status == 400
    assert await steps(stage, case) == []


async def test_on_paper_too(stage: Stage, console: Browser) -> None:
    case = await stage.case()
    step = await agreed(stage, case)
    await says(stage, case, step, "finish")
    page = await console.open(f"/staff/cases/{case}/print")
    assert CRECHE in page.html


async def test_nothing_of_them_outlives_the_person(stage: Stage) -> None:
    case = await stage.case()
    step = await agreed(stage, case)
    await says(stage, case, step, "finish")
    person = await person_of(stage, case)
    await stage.ledger.write(lambda session: erase(session, person, stage.now))

    def left(session: Session) -> list[Any]:
        return [*session.exec(select(SmallStep.id)), *session.exec(select(SmallStepChange.id))]

    assert await stage.ledger.read(left) == []


@pytest.mark.parametrize(
    ("table", "values", "problem"),
    [
        (SmallStep, {"sealed": b""}, "nobody can say what is to be done"),
        (SmallStep, {"state": "done", "ended_at": UTC_NOON}, "nobody said that it stands so"),
        (Due, {"subject": "another"}, "nothing asks how it goes"),
    ],
)
async def test_the_doctor_finds_what_must_not_be(
    stage: Stage, table: type[SQLModel], values: dict[str, Any], problem: str
) -> None:
    case = await stage.case()
    step = await agreed(stage, case)
    whole = dict.fromkeys(values)

    def harm(session: Session) -> list[str]:
        row = session.exec(select(table)).first()
        assert row is not None
        whole.update({name: getattr(row, name) for name in values})
        session.exec(update(table).values(**values))
        return [found.problem for found in verify(session)]

    assert problem in await stage.ledger.write(harm)
    await stage.ledger.write(lambda session: session.exec(update(table).values(**whole)) and None)
    assert [each.id for each in await steps(stage, case)] == [step]


async def test_what_ended_does_not_grow_late(stage: Stage) -> None:
    case = await stage.case()
    step = await agreed(stage, case, by_day=stage.now.date())
    stage.later(days=2)
    assert [each.late for each in await steps(stage, case)] == [True]
    await says(stage, case, step, "stick")
    assert [each.late for each in await steps(stage, case)] == [False]
    assert stage.now - timedelta(days=2) < (await steps(stage, case))[0].last.at
