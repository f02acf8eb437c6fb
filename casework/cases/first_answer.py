"""Sees that an offered case is answered in time: the coach is reminded, a substitute gets it, the lead is told.

Counted in office hours, by rows of the due tray; only where the organisation's file has ``answer_hours``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from sqlmodel import Session

from casework.cases.assigning import Need, best, loads, stand_in
from casework.cases.case_kinds import FOR_COACHES
from casework.cases.case_states import HOUSE, Step, change, note, steps
from casework.cases.dossier import Dossier
from casework.hours.calendar import office_hours_later
from casework.house.organisation import Organisation
from casework.telling.notices import News, give_notice, settle
from storage.tables import Case, Due, Person
from storage.trays import DuePlan, plan
from storage.vault import Vault

WAITS = "case_waits"
"""The kind of the rows; ``body`` has the offer they belong to, and the rung."""
BEGINS = frozenset({"offer", "give", "decline"})
"""Changes after which the waiting begins anew: rows of an earlier one have nothing to do any more."""
REMIND, PASS_ON, TELL_LEAD = 1, 2, 3
Told: TypeAlias = Literal["passed_on", "late"]
"""What the person hears of it."""


@dataclass(frozen=True, slots=True)
class House:
    """What it takes to choose another coach."""

    organisation: Organisation
    vault: Vault

    def day(self, now: datetime) -> date:
        return now.astimezone(self.organisation.tz).date()


def begin(session: Session, organisation: Organisation, case_id: str, now: datetime) -> None:
    """The offer waits from now on; one that waits already waits on. Of who is on leave it is passed on at once."""
    case = session.get_one(Case, case_id)
    if organisation.answer_hours is None or case.kind not in FOR_COACHES:
        return
    if case.state != "offered" or case.answer_by is not None:
        return
    case.answer_by = office_hours_later(organisation, now, organisation.answer_hours)
    day = now.astimezone(organisation.tz).date()
    coach = organisation.coaches.get(case.coach or "")
    away = coach is not None and any(day in days for days in coach.leave)
    session.add(case)
    _plan(session, case, PASS_ON if away else REMIND, now if away else case.answer_by)


def begin_again(session: Session, case: Case, now: datetime) -> None:
    """After a no: somebody else is looked for at once, if the waiting of this case is counted."""
    if case.answer_by is not None:
        _plan(session, case, PASS_ON, now)


def climb(session: Session, house: House, due: Due, now: datetime) -> Told | Literal["over"] | None:
    """Do what this rung asks, and plan the next. ``over``: the case was answered, or is offered anew."""
    case = session.get(Case, due.subject)
    hours = house.organisation.answer_hours
    if case is None or hours is None or case.state not in ("offered", "declined"):
        return "over"
    if _offer(session, case.id) != due.body["offer"]:
        return "over"
    match due.body["rung"]:
        case 1:
            _remind(session, house.organisation, case, now)
            return None
        case 2:
            told = _pass_on(session, house, case, now)
            _plan(session, case, TELL_LEAD, office_hours_later(house.organisation, now, hours))
            return told
        case _:
            return _tell_lead(session, house.organisation, case, now)


def _remind(session: Session, organisation: Organisation, case: Case, now: datetime) -> None:
    _news(session, case, WAITS, case.coach, now)
    _plan(session, case, PASS_ON, office_hours_later(organisation, now, (organisation.answer_hours or 0) / 2))


def _pass_on(session: Session, house: House, case: Case, now: datetime) -> Told | None:
    other = _other(session, house, case, now)
    if other is None or not change(session, case, "pass_on", case.version, now, coach=other):
        return None
    note(session, case, Step("pass_on", HOUSE, other), now)
    settle(session, case.organisation, case.id, now)
    _news(session, case, "new_case", other, now)
    return "passed_on"


def _other(session: Session, house: House, case: Case, now: datetime) -> str | None:
    """The substitute whom the file names, or who fits best: never who had it and did not take it."""
    past = [step.coach for step in steps(session, case.id) if step.coach]
    had, last = {*past, case.coach or ""}, case.coach or (past[-1] if past else None)
    carried, day = loads(session, case.organisation), house.day(now)
    named = stand_in(house.organisation, last, day)
    if named is not None and named.id not in had:
        return named.id
    found = best(house.organisation, need_of(session, house.vault, case, frozenset(had)), carried, day)
    return found.id if found else None


def need_of(session: Session, vault: Vault, case: Case, had: frozenset[str] = frozenset()) -> Need:
    """What the case asks of a coach, from what the person told."""
    key = vault.open_key(session.get_one(Person, case.person_id).wrapped_key)
    answers = Dossier.from_bytes(key.open(case.sealed, f"case|{case.id}")).newest.answers.values()
    words = {word for value in answers for word in (value if isinstance(value, tuple) else (value,))}
    return Need(case.language, case.place, frozenset(word for word in words if isinstance(word, str)), had)


def _tell_lead(session: Session, organisation: Organisation, case: Case, now: datetime) -> Told | None:
    if not change(session, case, "expire", case.version, now):
        return None
    note(session, case, Step("expire", HOUSE, case.coach), now)
    for lead in _leads(organisation):
        _news(session, case, "case_late", lead, now)
    return "late"


def _leads(organisation: Organisation) -> Iterator[str | None]:
    """The leads of the house; with none, everybody."""
    leads: list[str | None] = [coach.id for coach in organisation.coaches.values() if "team_lead" in coach.roles]
    yield from leads or [None]


def _news(session: Session, case: Case, kind: str, coach: str | None, now: datetime) -> None:
    key = f"{kind}|{case.id}|{case.version}|{coach or '*'}"
    give_notice(session, News(case.organisation, kind, case.id, key, coach), now)


def _offer(session: Session, case_id: str) -> str | None:
    begun = [step.id for step in steps(session, case_id) if step.change in BEGINS]
    return begun[-1] if begun else None


def _plan(session: Session, case: Case, rung: int, due_at: datetime) -> None:
    session.flush()
    offer = _offer(session, case.id)
    key = f"{WAITS}|{case.id}|{offer}|{rung}"
    body = {"offer": offer, "rung": rung}
    plan(session, DuePlan(key, WAITS, case.organisation, case.person_id, case.id, 0, due_at, body))
