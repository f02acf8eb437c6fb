"""Small steps of people who have a case at the office that tests use."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from casework.cases.cases import Actor
from casework.steps.person_steps import find_mine, say
from casework.steps.small_steps import Step, Wanted, agree, open_steps, steps_of
from casework.steps.step_states import Change
from storage.step_tables import SmallStep
from storage.tables import Case
from tests.staff_stage import HERE, ORGANISATIONS, Stage

HOUSE = ORGANISATIONS[HERE]
CRECHE = "Ik bel de crèche"
DIPLOMA = "Ik breng mijn diploma mee"


async def desk(stage: Stage, case: str, work: Any) -> Any:
    """What ``work`` comes to at the desk of a coach of this case."""
    greet = await stage.account("greet")

    def run(session: Session) -> Any:
        found = open_steps(session, stage.vault, Actor.of(greet), case, stage.now)
        assert found is not None
        return work(found)

    return await stage.ledger.write(run)


async def agreed(stage: Stage, case: str, text: str = CRECHE, **more: Any) -> str:
    found = await desk(stage, case, lambda at: agree(at, HOUSE, Wanted(text, **more)))
    assert isinstance(found, SmallStep), found
    return found.id


async def steps(stage: Stage, case: str) -> list[Step]:
    found: list[Step] = await desk(stage, case, lambda at: steps_of(at, stage.now.date()))
    return found


async def person_of(stage: Stage, case: str) -> str:
    return await stage.ledger.read(lambda session: session.get_one(Case, case).person_id)


async def says(stage: Stage, case: str, step: str, what: Change, version: int = 1) -> bool:
    person = await person_of(stage, case)

    def work(session: Session) -> bool:
        mine = find_mine(session, person, step)
        return mine is not None and say(session, mine, version, what, stage.now)

    return await stage.ledger.write(work)
