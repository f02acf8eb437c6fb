"""What staff do with a visit: who came and who did not, cancelled, moved; each with its line in the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlmodel import Session, select

from casework.door.rights import Member
from casework.house.organisation import Organisation
from casework.visiting.booking import Booked, BookRequest, Taken, book
from casework.visiting.freed import time_freed
from casework.visiting.staff_orders import is_elsewhere, order_move
from casework.visiting.staff_times import without_notice
from casework.visiting.visit_news import MISSED, MOVED, OFF, Told, tell
from casework.visiting.visit_states import Change, rule_for
from casework.visiting.visits import change
from flows.visit_reasons import WITHOUT_COACH
from storage import audit
from storage.tables import Appointment

Answer: TypeAlias = Literal["done", "changed", "not_now", "missing"]
"""``changed``: somebody was quicker, look again; ``not_now``: it has not begun yet, is over, or was given up."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as it stood on the screen of who changes it."""

    id: str
    version: int


def attend(session: Session, account: Member, seen: Seen, now: datetime) -> Answer:
    """The person came."""
    return _change(session, account, "attend", seen, now)


def miss(session: Session, organisation: Organisation, account: Member, seen: Seen, now: datetime) -> Answer:
    """The person did not come: they get one kind message, with an offer of another time."""
    answer = _change(session, account, "miss", seen, now)
    if answer == "done":
        tell(session, organisation, session.get_one(Appointment, seen.id), Told(MISSED), now)
    return answer


def cancel_visit(
    session: Session, organisation: Organisation, account: Member, seen: Seen, now: datetime, *, why: str = ""
) -> Answer:
    """It is called off: the person is told and offered another time, and who waits is offered the time; unless it is
    said that the coach cannot be there (``flows.visit_reasons``)."""
    answer = cancel_without_coach(session, organisation, account, seen, now, why=why)
    if answer == "done" and why not in WITHOUT_COACH:
        time_freed(session, session.get_one(Appointment, seen.id), now)
    return answer


def cancel_without_coach(
    session: Session, organisation: Organisation, account: Member, seen: Seen, now: datetime, *, why: str = ""
) -> Answer:
    """The coach cannot be there: the person is told as well, and the time is offered to nobody."""
    answer = _change(session, account, "cancel", seen, now)
    if answer == "done":
        tell(session, organisation, session.get_one(Appointment, seen.id), Told(OFF, why), now)
    return answer


def move_visit(
    session: Session, organisation: Organisation, account: Member, visit_id: str, slot_value: str, now: datetime
) -> Appointment | Taken | Answer | Literal["asked"]:
    """The visit at its new time, of which the person is told; or that it is taken. Where an agenda elsewhere has the
    last word (``asked``), the visit stands until the new time is sure, and the person hears of it then. Staff need not
    keep the notice that people have to.

    ``slot_value`` names the new time, as free times are named wherever they are offered.
    """
    visit = find_visit(session, account, visit_id)
    if visit is None:
        return "missing"
    if rule_for("move", visit, "staff", now) is None:
        return "not_now"
    house = without_notice(organisation)
    if is_elsewhere(organisation, slot_value):
        if not order_move(session, house, visit, slot_value, now, by=account.actor):
            return Taken()
        audit.record(session, account.organisation, account.actor, "visit.move", visit.id, now)
        return "asked"
    request = BookRequest(visit.person_id, slot_value, visit.language, visit.id, visit.kind, visit.way, "staff")
    came_of = book(session, house, request, now)
    if not isinstance(came_of, Booked):
        return came_of if isinstance(came_of, Taken) else "not_now"
    moved = came_of.appointment
    if moved.id != visit.id:
        audit.record(session, account.organisation, account.actor, "visit.move", visit.id, now)
        time_freed(session, visit, now)
        tell(session, organisation, moved, Told(MOVED, by=account.actor), now)
    return moved


def find_visit(session: Session, account: Member, visit_id: str) -> Appointment | None:
    """A visit of their own organisation."""
    mine = select(Appointment).where(Appointment.id == visit_id, Appointment.organisation == account.organisation)
    return session.exec(mine).first()


def _change(session: Session, account: Member, what: Change, seen: Seen, now: datetime) -> Answer:
    visit = find_visit(session, account, seen.id)
    if visit is None:
        return "missing"
    if visit.version != seen.version:
        return "changed"
    if rule_for(what, visit, "staff", now) is None:
        return "not_now"
    if not change(session, visit, what, "staff", now):
        return "changed"
    audit.record(session, account.organisation, account.actor, f"visit.{what}", visit.id, now)
    return "done"
