"""What may become of a case: a contract with two sides, each change with the states it leaves and who may make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlmodel import Session, col, select

from casework.door.rights import Right
from casework.telling.bells import ring_case
from storage.as_read import change_as_read
from storage.insert import insert_new
from storage.tables import Case, CaseStep

State: TypeAlias = Literal["offered", "accepted", "declined", "expired", "done", "revoked"]
Change: TypeAlias = Literal[
    "offer", "accept", "decline", "give", "pass_on", "expire", "note_outcome", "finish", "revoke"
]
HOUSE = "house"
"""Who does what happens by itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``right`` is what it takes; ``None`` for what happens by itself alone."""

    sources: tuple[State, ...]
    to: State
    right: Right | None


WAITING: tuple[State, ...] = ("offered", "declined", "expired")
"""Nobody has taken it on: whoever may take cases can."""
OPEN: tuple[State, ...] = (*WAITING, "accepted")
RULES: Mapping[Change, Rule] = {
    "accept": Rule(WAITING, "accepted", "take_cases"),
    "decline": Rule(("offered",), "declined", "take_cases"),
    "give": Rule(OPEN, "offered", "assign"),
    "pass_on": Rule(("offered", "declined"), "offered", None),
    "expire": Rule(("offered", "declined"), "expired", None),
    "note_outcome": Rule(("accepted",), "accepted", "take_cases"),
    "finish": Rule(("accepted",), "done", "take_cases"),
    "revoke": Rule(OPEN, "revoked", "assign"),
}
"""``done`` and ``revoked`` are final: no rule leaves them. An ``offer`` is how every case begins."""


def change(session: Session, case: Case, what: Change, version: int, now: datetime, **values: object) -> bool:
    """The case in its new state, if it is still as it was read and the rule allows that; false if not."""
    rule = RULES[what]
    if case.state not in rule.sources:
        return False
    allowed = col(Case.state).in_(rule.sources)
    return change_as_read(session, case, version, allowed, state=rule.to, updated_at=now, **values)


@dataclass(frozen=True, slots=True)
class Step:
    """``coach`` has the case from then on; of a ``decline`` it is who said no, with the ``reason``."""

    what: Change
    actor: str
    coach: str | None
    reason: str | None = None


def note(session: Session, case: Case, step: Step, now: datetime) -> None:
    """Keep what became of the offer."""
    whose = {"organisation": case.organisation, "case_id": case.id, "version": case.version, "at": now}
    ring_case(session, case)
    insert_new(session, CaseStep, **whose, change=step.what, coach=step.coach, actor=step.actor, reason=step.reason)


def steps(session: Session, case_id: str) -> list[CaseStep]:
    """What became of the case so far, the earliest first."""
    query = select(CaseStep).where(CaseStep.case_id == case_id)
    return list(session.exec(query.order_by(col(CaseStep.version))))
