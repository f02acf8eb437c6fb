"""What may become of a referral: the rules, by change, and the changes that keep to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from sqlmodel import Session, col, select

from storage.as_read import change_as_read
from storage.insert import insert_new
from storage.tables import Referral, ReferralStep

State: TypeAlias = Literal["proposed", "agreed", "sent", "accepted", "started", "done", "declined", "withdrawn"]
Change: TypeAlias = Literal[
    "propose", "ask", "agree", "refuse", "send", "accept", "turn_down", "begin", "finish", "withdraw"
]
Reason: TypeAlias = Literal[
    "not_wanted", "other_way", "too_far", "full", "not_for_them", "no_answer", "moved_away", "mistake"
]
STATES: tuple[State, ...] = get_args(State)
CHANGES: tuple[Change, ...] = get_args(Change)
REASONS: tuple[Reason, ...] = get_args(Reason)
PROPOSED: Change = "propose"
"""How every referral begins: the person is told of it, and nobody else is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """From where to where; ``reasons`` are those that must be given with it."""

    sources: tuple[State, ...]
    to: State
    reasons: tuple[Reason, ...] = ()


WITH_PARTNER: tuple[State, ...] = ("sent", "accepted", "started")
"""The partner knows of the person."""
OPEN: tuple[State, ...] = ("proposed", "agreed", *WITH_PARTNER)
RULES: Mapping[Change, Rule] = {
    "ask": Rule(("proposed",), "proposed"),
    "agree": Rule(("proposed",), "agreed"),
    "refuse": Rule(("proposed",), "declined", ("not_wanted", "other_way", "too_far")),
    "send": Rule(("agreed",), "sent"),
    "accept": Rule(("sent",), "accepted"),
    "turn_down": Rule(("sent", "accepted"), "declined", ("full", "not_for_them", "no_answer")),
    "begin": Rule(("sent", "accepted"), "started"),
    "finish": Rule(("started",), "done"),
    "withdraw": Rule(OPEN, "withdrawn", ("not_wanted", "moved_away", "other_way", "mistake")),
}
"""``ask`` puts the question in the person's chat. ``done``, ``declined`` and ``withdrawn`` are final: no rule leaves
them."""


def possible(state: str) -> tuple[Change, ...]:
    """What can be done now, in the order of ``RULES``."""
    return tuple(what for what, rule in RULES.items() if state in rule.sources)


def keeps_to(what: Change, state: str, reason: str | None) -> bool:
    """Whether the rules allow it, with the reason that it asks for, or without one."""
    rule = RULES.get(what)
    if rule is None or state not in rule.sources:
        return False
    return reason in rule.reasons if rule.reasons else reason is None


def change(session: Session, referral: Referral, what: Change, version: int, now: datetime, **values: object) -> bool:
    """The referral in its new state, if it is still as it was read; false if not."""
    rule = RULES[what]
    allowed = col(Referral.state).in_(rule.sources)
    if not change_as_read(session, referral, version, allowed, state=rule.to, updated_at=now, **values):
        return False
    session.refresh(referral)
    return True


def note(session: Session, referral: Referral, what: Change, actor: str, now: datetime) -> None:
    """Keep what became of it."""
    whose = {"organisation": referral.organisation, "referral_id": referral.id, "version": referral.version}
    insert_new(session, ReferralStep, **whose, change=what, actor=actor, reason=referral.reason, at=now)


def steps(session: Session, referral_id: str) -> list[ReferralStep]:
    """What became of it so far, the earliest first."""
    query = select(ReferralStep).where(ReferralStep.referral_id == referral_id)
    return list(session.exec(query.order_by(col(ReferralStep.version))))
