"""The one question how it goes with small steps: when it falls due, and about which steps it is then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlmodel import Session, col, select

from casework.cases.case_states import OPEN
from casework.hours.calendar import moment_or_next
from casework.house.organisation import Organisation
from storage.step_tables import SmallStep
from storage.tables import Case, Due
from storage.trays import DuePlan, plan

ASK = "ask_small_steps"
MORNING = time(10)
TOGETHER = timedelta(days=7)
"""What would be asked about within a week goes along, so that nobody is asked twice."""


def asks_at(organisation: Organisation, now: datetime) -> datetime:
    """When the question about a step that is agreed on now falls due (UTC)."""
    day = now.astimezone(organisation.tz).date() + timedelta(weeks=organisation.small_steps.weeks)
    return moment_or_next(datetime.combine(day, MORNING), organisation.tz).astimezone(UTC)


def plan_question(session: Session, step: SmallStep) -> None:
    """Once for a step, whatever is changed in it later."""
    whose = step.organisation, step.person_id, step.id
    plan(session, DuePlan(f"{ASK}|{step.id}", ASK, *whose, step.version, step.asks_at))


def to_ask_about(session: Session, due: Due, now: datetime) -> Sequence[SmallStep]:
    """The steps that the person is asked about now, the oldest first; none where theirs is done, was asked about with
    another one, or where nobody works on the case any more."""
    query = (
        select(SmallStep)
        .join(Case, col(Case.id) == col(SmallStep.case_id))
        .where(
            SmallStep.person_id == due.person_id,
            SmallStep.who == "person",
            SmallStep.state == "open",
            col(SmallStep.asked_at).is_(None),
            SmallStep.asks_at <= now + TOGETHER,
            col(Case.state).in_(OPEN),
        )
        .order_by(col(SmallStep.at), col(SmallStep.id))
        .execution_options(populate_existing=True)
    )
    found = session.exec(query).all()
    return found if any(step.id == due.subject for step in found) else ()


def note_asked(session: Session, steps: Sequence[SmallStep], now: datetime) -> None:
    """Nobody is asked about these again."""
    for step in steps:
        step.asked_at = now
        session.add(step)
