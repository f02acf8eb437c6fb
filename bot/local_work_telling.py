"""What falls due about chores and cheques: tasks and notices for the coach of a case, and cheques that nobody used."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from bot.house import House
from casework.cases.house_tasks import Chore, leave_task
from casework.local_work.cheques import OVER, Register, end
from casework.local_work.following import MONTH_DONE, Follow, look
from casework.telling.announcements import announce_about
from flows.messages import Phrase
from storage.tables import Due, Person
from storage.trays import finish_due

ASK = Phrase("Chores, {months} months on: ask how it goes and what comes next")
ENDS = Phrase("Chores end on {day}: plan what comes after")
"""Titles of the tasks that are left then."""
HOUSE = "house"
KINDS = frozenset({MONTH_DONE, OVER})


def carry_out(session: Session, house: House, due: Due, now: datetime) -> None:
    if due.kind == MONTH_DONE:
        look_at_month(session, house, due, now)
    else:
        end_unused(session, house, due, now)


def look_at_month(session: Session, house: House, due: Due, now: datetime) -> None:
    organisation = house.organisations[due.organisation]
    follow = look(session, organisation, due, now)
    if not finish_due(session, due.id or 0, "done" if follow else "skipped") or follow is None:
        return
    if follow.asks_after is not None:
        title = _said(house, due.organisation, ASK, months=str(follow.asks_after))
        _leave(session, house, follow, Chore(f"{due.key}|ask", title, follow.case.coach), now)
    if follow.last_day is not None:
        title = _said(house, due.organisation, ENDS, day=_day(follow.last_day))
        _leave(session, house, follow, Chore(f"{due.key}|ends", title, follow.case.coach), now)


def end_unused(session: Session, house: House, due: Due, now: datetime) -> None:
    """Nobody used it in time: its money is there for somebody else."""
    register = Register(session, house.organisations[due.organisation], HOUSE, now)
    ended = end(register, due.subject or "", due.version, "expired") == "expired"
    finish_due(session, due.id or 0, "done" if ended else "skipped")


def _said(house: House, organisation: str, title: Phrase, **values: str) -> str:
    """In the first language of the house, as what a coach writes for colleagues."""
    language = house.organisations[organisation].languages[0]
    return house.wording.translate(title.source, language).format(**values)


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _leave(session: Session, house: House, follow: Follow, chore: Chore, now: datetime) -> None:
    case = follow.case
    key = house.vault.open_key(session.get_one(Person, case.person_id).wrapped_key)
    if leave_task(session, key, case, chore, now):
        announce_about(session, house.voice, case.id, now)
