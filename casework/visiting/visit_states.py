"""What may become of a visit: which change, from which state, by whom and when, and what that frees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from storage.time_claim import HOLDS_TIME

State: TypeAlias = Literal["held", "booked", "confirmed", "moved", "cancelled", "expired", "attended", "no_show"]
Change: TypeAlias = Literal["take", "confirm", "move", "cancel", "let_go", "expire", "attend", "miss"]
Who: TypeAlias = Literal["person", "staff", "house"]
"""``house`` is what happens by itself: a deadline passes, or somebody has everything erased."""
Moment: TypeAlias = Literal["before it begins", "before it is over", "after it began", "after the deadline", "always"]

BEGINS_AS: tuple[State, ...] = ("held", "booked")
AGREED: tuple[State, ...] = ("booked", "confirmed")
LIVE: tuple[State, ...] = ("held", *AGREED)


class HasTimes(Protocol):
    """Of a visit, what decides: its state and its moments."""

    state: str
    starts_at: datetime
    ends_at: datetime
    hold_until: datetime | None


@dataclass(frozen=True, slots=True)
class Rule:
    """``to`` is the state that follows; a final one is left by no rule."""

    sources: tuple[State, ...]
    to: State
    by: frozenset[Who]
    when: Moment

    @property
    def ends(self) -> bool:
        """Whether nothing can become of the visit any more."""
        return self.to not in LIVE

    @property
    def frees(self) -> bool:
        """Whether the visit no longer holds the coach's time. Who came is still with the coach."""
        return self.to not in HOLDS_TIME

    @property
    def leaves_time_to_others(self) -> bool:
        """Whether somebody else may have the time: not where the visit took place, or should have."""
        return self.to in ("moved", "cancelled", "expired")


PERSON: frozenset[Who] = frozenset({"person"})
STAFF: frozenset[Who] = frozenset({"staff"})
HOUSE: frozenset[Who] = frozenset({"house"})

RULES: Mapping[Change, Rule] = {
    "take": Rule(("held",), "booked", PERSON | STAFF, "before it begins"),
    "confirm": Rule(("booked",), "confirmed", PERSON | STAFF, "before it is over"),
    "move": Rule(AGREED, "moved", PERSON | STAFF, "before it is over"),
    "cancel": Rule(AGREED, "cancelled", PERSON | STAFF | HOUSE, "before it is over"),
    "let_go": Rule(("held",), "cancelled", PERSON | STAFF | HOUSE, "always"),
    "expire": Rule(("held",), "expired", HOUSE, "after the deadline"),
    "attend": Rule(AGREED, "attended", STAFF, "after it began"),
    "miss": Rule(AGREED, "no_show", STAFF, "after it began"),
}

_IS_NOW: Mapping[Moment, Callable[[HasTimes, datetime], bool]] = {
    "before it begins": lambda visit, now: now < visit.starts_at,
    "before it is over": lambda visit, now: now < visit.ends_at,
    "after it began": lambda visit, now: visit.starts_at <= now,
    "after the deadline": lambda visit, now: visit.hold_until is not None and visit.hold_until <= now,
    "always": lambda visit, now: True,
}


def rule_for(change: Change, visit: HasTimes, by: Who, now: datetime) -> Rule | None:
    """The rule by which ``by`` may change ``visit`` so at this moment; ``None`` if they may not."""
    rule = RULES[change]
    may = by in rule.by and visit.state in rule.sources and _IS_NOW[rule.when](visit, now)
    return rule if may else None
