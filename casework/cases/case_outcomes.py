"""What became of the person of a case: a word from a short list, noted until the case closes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from sqlmodel import Session

from casework.cases.case_answers import Answered, find_to_take
from casework.cases.case_states import Step, change, note
from casework.cases.cases import Actor
from flows.messages import Phrase
from storage import audit

Outcome: TypeAlias = Literal["work", "own_business", "training", "elsewhere", "stopped", "out_of_reach", "unknown"]
OUTCOMES: Mapping[str, Phrase] = {
    "work": Phrase("Has work"),
    "own_business": Phrase("Has a business of their own"),
    "training": Phrase("Follows training"),
    "elsewhere": Phrase("Goes on with another service"),
    "stopped": Phrase("Stopped"),
    "out_of_reach": Phrase("Cannot be reached any more"),
    "unknown": Phrase("We do not know"),
}


def note_outcome(session: Session, actor: Actor, seen: tuple[str, int], outcome: Outcome, now: datetime) -> Answered:
    """As often as it changes, until the case is closed. ``seen`` is the id and the version that were on the screen."""
    case = find_to_take(session, actor, seen[0])
    if case is None:
        return "missing"
    if case.state != "accepted":
        return "not_now"
    if not change(session, case, "note_outcome", seen[1], now, outcome=outcome):
        return "changed"
    note(session, case, Step("note_outcome", actor.name, case.coach, outcome), now)
    audit.record(session, case.organisation, actor.name, "case.outcome", case.id, now)
    return "done"
