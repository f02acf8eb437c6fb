"""The small steps of a person as they see them in their chat, and what they say of one: never more than how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Exists, exists, or_
from sqlmodel import Session, col, select

from casework.cases.case_states import OPEN
from casework.steps import step_states
from casework.steps.step_states import SAID, Change
from casework.telling.bells import ring_case
from casework.telling.notices import News, give_notice
from flows.script import SCREEN
from storage import audit
from storage.step_tables import SmallStep
from storage.tables import Case

PERSON = "person"
IS_NEW = timedelta(days=14)
"""For so long who comes to our own page is shown there what they were asked about elsewhere."""


def has_steps(person_id: ColumnElement[Any]) -> Exists:
    """For a query: whether there is a step that who has this id is shown."""
    goes_on = or_(*(col(Case.state) == state for state in OPEN))
    theirs = col(SmallStep.person_id) == person_id, col(SmallStep.state) != "dropped"
    return exists().where(*theirs, col(Case.id) == col(SmallStep.case_id), goes_on)


def of_person(session: Session, person_id: str) -> Sequence[SmallStep]:
    """Those that they agreed on and that nobody dropped, while somebody works on their case: open ones, and the newest
    of the others, as many as a screen shows; the oldest first."""
    theirs = SmallStep.person_id == person_id, SmallStep.state != "dropped"
    query = select(SmallStep).join(Case, col(Case.id) == col(SmallStep.case_id))
    first = col(SmallStep.ended_at).is_not(None), col(SmallStep.at).desc(), col(SmallStep.id)
    shown = query.where(*theirs, col(Case.state).in_(OPEN)).order_by(*first).limit(SCREEN)
    return sorted(session.exec(shown), key=lambda step: (step.at, step.id))


def asked_lately(session: Session, person_id: str, now: datetime) -> bool:
    """Whether they were asked a short while ago how it goes with a step that is still open."""
    steps = of_person(session, person_id)
    return any(step.state == "open" and step.asked_at is not None and now - step.asked_at < IS_NEW for step in steps)


def find_mine(session: Session, person_id: str, step_id: str) -> SmallStep | None:
    """A step that they do themselves; what their coach does only the coach can say."""
    query = select(SmallStep).join(Case, col(Case.id) == col(SmallStep.case_id))
    mine = SmallStep.id == step_id, SmallStep.person_id == person_id, SmallStep.who == PERSON
    return session.exec(query.where(*mine, col(Case.state).in_(OPEN))).first()


def say(session: Session, step: SmallStep, version: int, what: Change, now: datetime) -> bool:
    """Keep what the person says of it; their coach hears that something was said, and reads it in the dossier.

    False if the step stands otherwise by now."""
    if what not in SAID or not step_states.change(session, step, what, version, now):
        return False
    step_states.note(session, step, what, PERSON, now)
    audit.record(session, step.organisation, PERSON, f"step.{what}", step.id, now)
    case = session.get_one(Case, step.case_id)
    ring_case(session, case)
    if what != "resume":
        _tell_coach(session, case, now)
    return True


def _tell_coach(session: Session, case: Case, now: datetime) -> None:
    """Once a day, however much is said."""
    key = f"step_told|{case.id}|{now.date().isoformat()}"
    give_notice(session, News(case.organisation, "step_told", case.id, key, case.coach), now)
