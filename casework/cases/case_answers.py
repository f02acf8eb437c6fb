"""What becomes of an offered case: given back for others to take on, or done; each compared before it is set."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from sqlmodel import Session

from casework.cases.case_states import Step, change, note
from casework.cases.cases import Actor, find_case
from casework.cases.first_answer import begin_again
from casework.door.rights import may
from casework.hooks.webhook_events import tell_of_case
from casework.telling.notices import News, give_notice, settle
from storage import audit
from storage.tables import Case

Reason: TypeAlias = Literal["no_room", "other_language", "other_place", "not_for_us", "conflict"]
Answered: TypeAlias = Literal["done", "changed", "not_now", "missing"]
"""``changed``: somebody was quicker, look again; ``not_now``: its state does not allow it."""


def decline(session: Session, actor: Actor, seen: tuple[str, int], reason: Reason, now: datetime) -> Answered:
    """The coach it was offered to does not take it on: from now on anybody may, and another one is looked for.

    ``seen`` is the id and the version that were on the screen.
    """
    case = find_to_take(session, actor, seen[0])
    if case is None or case.state != "offered" or case.coach is None:
        return _why_not(case)
    coach = case.coach
    if not change(session, case, "decline", seen[1], now, coach=None):
        return "changed"
    note(session, case, Step("decline", actor.name, coach, reason), now)
    begin_again(session, case, now)
    settle(session, case.organisation, case.id, now)
    give_notice(session, News(case.organisation, "new_case", case.id, f"new_case|{case.id}|{seen[1] + 1}"), now)
    audit.record(session, case.organisation, actor.name, f"case.decline.{reason}", case.id, now)
    tell_of_case(session, case, "case.declined", now, {"declined": {"coach": coach, "reason": reason}})
    return "done"


def finish(
    session: Session, actor: Actor, seen: tuple[str, int], now: datetime, outcome: str | None = None
) -> Answered:
    """Nothing is left to do for it. A new wish of the person is a new case.

    Without an ``outcome`` (see ``casework.cases.case_outcomes``) the one that was noted before stays.
    """
    case = find_to_take(session, actor, seen[0])
    if case is None or case.state != "accepted":
        return _why_not(case)
    noted = outcome or case.outcome
    if not change(session, case, "finish", seen[1], now, outcome=noted):
        return "changed"
    note(session, case, Step("finish", actor.name, case.coach, noted), now)
    settle(session, case.organisation, case.id, now)
    audit.record(session, case.organisation, actor.name, "case.done", case.id, now)
    tell_of_case(session, case, "case.done", now)
    return "done"


def find_to_take(session: Session, actor: Actor, case_id: str) -> Case | None:
    """The case, if it is there for who may take it on."""
    case = find_case(session, actor.organisation, case_id)
    return case if case is not None and case.sealed and may(actor.holder, "take_cases", case) else None


def _why_not(case: Case | None) -> Answered:
    return "missing" if case is None else "not_now"
