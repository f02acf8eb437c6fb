"""What a coach does about small steps while a story is told: agrees on one, rewords it, says how it goes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from sqlmodel import Session, col, select

from bot.stage import Actor
from bot.visit_happenings import coach, happens
from casework.cases.case_desk import CaseDesk
from casework.cases.cases import Actor as Reader
from casework.steps.small_steps import Step, Wanted, agree, open_steps, reword, steps_of, tell
from casework.steps.step_states import Change
from storage.step_tables import SmallStep
from storage.tables import Case

WRITES = timedelta(minutes=1)
"""So long it takes to write a step down."""


async def agreed(actor: Actor, text: str, until: str | None, by_coach: str | None) -> None:
    def work(session: Session) -> None:
        by_day = date.fromisoformat(until) if until else None
        house = actor.stage.house.organisations[actor.place.organisation]
        came = agree(_desk(session, actor), house, Wanted(text, "coach" if by_coach else "person", by_day))
        if not isinstance(came, SmallStep):
            raise ValueError(f"the coach cannot agree on this step: {came}")

    actor.stage.clock.move(WRITES)
    await happens(actor, work)


async def reworded(actor: Actor, text: str, other: str) -> None:
    def work(session: Session) -> None:
        desk = _desk(session, actor)
        step = _step(desk, actor, text)
        reword(desk, (step.id, step.version), Wanted(other, by_day=step.by_day))

    await happens(actor, work)


async def told(actor: Actor, text: str, what: str) -> None:
    def work(session: Session) -> None:
        desk = _desk(session, actor)
        step = _step(desk, actor, text)
        came = tell(desk, (step.id, step.version), cast(Change, what))
        if came != "done":
            raise ValueError(f"the coach cannot {what} this step: {came}")

    await happens(actor, work)


def _desk(session: Session, actor: Actor) -> CaseDesk:
    """That of the newest case of the person."""
    mine = select(Case).where(Case.person_id == actor.partner(session).person_id)
    case = session.exec(mine.order_by(col(Case.created_at).desc()).limit(1)).one()
    stage = actor.stage
    desk = open_steps(session, stage.house.vault, Reader.of(coach(actor)), case.id, stage.clock.now())
    if desk is None:
        raise ValueError("the steps of this case are not for the coach")
    return desk


def _step(desk: CaseDesk, actor: Actor, text: str) -> Step:
    return next(step for step in steps_of(desk, actor.stage.clock.now().date()) if step.text == text)
