"""What may become of a small step: the rules, by change, and the changes that keep to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from sqlmodel import Session, col, select

from storage.as_read import change_as_read
from storage.insert import insert_new
from storage.step_tables import SmallStep, SmallStepChange

State: TypeAlias = Literal["open", "done", "stuck", "dropped"]
"""``stuck``: it did not work out; ``dropped``: nobody wants it any more."""
Change: TypeAlias = Literal["agree", "reword", "go_on", "finish", "stick", "drop", "resume"]
STATES: tuple[State, ...] = get_args(State)
CHANGES: tuple[Change, ...] = get_args(Change)
AGREED: Change = "agree"
"""How every step begins: a coach writes down what they and the person agreed on."""


@dataclass(frozen=True, slots=True)
class Rule:
    """From where to where; what is ``staff_only`` a person does not say in their chat."""

    sources: tuple[State, ...]
    to: State
    staff_only: bool = False


RULES: Mapping[Change, Rule] = {
    "reword": Rule(("open",), "open", staff_only=True),
    "go_on": Rule(("open",), "open"),
    "finish": Rule(("open", "stuck"), "done"),
    "stick": Rule(("open",), "stuck"),
    "drop": Rule(("open", "stuck"), "dropped"),
    "resume": Rule(("done", "stuck", "dropped"), "open"),
}
"""``go_on``: somebody is busy with it. No state is final: who tapped too soon, or tries once more, takes the step up
again (``resume``)."""
SAID: tuple[Change, ...] = tuple(what for what, rule in RULES.items() if not rule.staff_only)
"""How it goes, as the person or a coach says it."""


def possible(state: str) -> tuple[Change, ...]:
    """What can be said of it now, in the order of ``RULES``."""
    return tuple(what for what in SAID if state in RULES[what].sources)


def change(session: Session, step: SmallStep, what: Change, version: int, now: datetime, **values: object) -> bool:
    """The step in its new state, if it is still as it was read and the rule allows that; false if not."""
    rule = RULES[what]
    ended = None if rule.to == "open" else now
    allowed = col(SmallStep.state).in_(rule.sources)
    if not change_as_read(session, step, version, allowed, state=rule.to, ended_at=ended, **values):
        return False
    session.refresh(step)
    return True


def note(session: Session, step: SmallStep, what: Change, actor: str, now: datetime) -> None:
    """Keep what became of it, and who said so."""
    whose = {"step_id": step.id, "person_id": step.person_id, "version": step.version}
    insert_new(session, SmallStepChange, **whose, change=what, actor=actor, at=now)


def changes(session: Session, step_ids: Collection[str]) -> Sequence[SmallStepChange]:
    """What became of these steps so far, the earliest first."""
    query = select(SmallStepChange).where(col(SmallStepChange.step_id).in_(step_ids))
    return session.exec(query.order_by(col(SmallStepChange.version))).all() if step_ids else ()
