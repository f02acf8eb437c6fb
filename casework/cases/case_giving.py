"""What a lead does with a case: give it to a colleague, take it out; each compared before it is set."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from sqlmodel import Session

from casework.cases.assigning import Candidate, candidates, loads
from casework.cases.case_answers import Answered
from casework.cases.case_states import Step, change, note, steps
from casework.cases.cases import Actor, find_case
from casework.cases.first_answer import House, begin, need_of
from casework.door.rights import may
from casework.hooks.webhook_events import tell_of_case
from casework.house.organisation import Organisation
from casework.telling.notices import News, give_notice, settle
from storage import audit
from storage.tables import Case

Withdrawn: TypeAlias = Literal["not_wanted", "double", "moved_away", "not_for_us"]


def give(
    session: Session, organisation: Organisation, actor: Actor, seen: tuple[str, int, str], now: datetime
) -> Answered:
    """Offer the case to a coach, whoever had it; ``seen`` is its id and version on the screen, and the coach."""
    case, coach = _find(session, actor, seen[0]), organisation.coaches.get(seen[2])
    if case is None or coach is None or not coach.bookable:
        return "missing"
    anew = {"coach": coach.id, "accepted_at": None, "accepted_by": None, "answer_by": None}
    if not change(session, case, "give", seen[1], now, **anew):
        return "changed" if case.version != seen[1] else "not_now"
    note(session, case, Step("give", actor.name, coach.id), now)
    settle(session, case.organisation, case.id, now)
    key = f"new_case|{case.id}|{seen[1] + 1}"
    give_notice(session, News(case.organisation, "new_case", case.id, key, coach.id), now)
    audit.record(session, case.organisation, actor.name, "case.give", case.id, now)
    begin(session, organisation, case.id, now)
    tell_of_case(session, case, "case.offered", now)
    return "done"


def revoke(session: Session, actor: Actor, seen: tuple[str, int], reason: Withdrawn, now: datetime) -> Answered:
    """Take the case out for good, such as one that came twice."""
    case = _find(session, actor, seen[0])
    if case is None:
        return "missing"
    if not change(session, case, "revoke", seen[1], now, answer_by=None):
        return "changed" if case.version != seen[1] else "not_now"
    note(session, case, Step("revoke", actor.name, case.coach, reason), now)
    settle(session, case.organisation, case.id, now)
    audit.record(session, case.organisation, actor.name, f"case.revoke.{reason}", case.id, now)
    return "done"


def choices(session: Session, house: House, case: Case, now: datetime) -> tuple[Candidate, ...]:
    """Every coach with what speaks for and against them, who fits best first."""
    said_no = frozenset(step.coach or "" for step in steps(session, case.id) if step.change == "decline")
    need = need_of(session, house.vault, case, said_no)
    return candidates(house.organisation, need, loads(session, case.organisation), house.day(now))


def _find(session: Session, actor: Actor, case_id: str) -> Case | None:
    case = find_case(session, actor.organisation, case_id)
    return case if case is not None and case.sealed and may(actor.holder, "assign", case) else None
