"""The times to which staff can move a visit: those of its coach on some days, its own among them."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from casework.door.rights import Member
from casework.house.organisation import Organisation
from casework.visiting.staff_times import Look, Wish, bounds, days_from, free_with, taken_by
from casework.visiting.staff_visits import find_visit
from flows.heard import Slot
from storage.tables import Appointment


def times_for(
    session: Session, organisation: Organisation, account: Member, id: str, asked: tuple[date, int, datetime]
) -> tuple[Appointment, list[Slot]] | None:
    """``asked`` are the first day, how many days, and the moment it is now; ``None`` for a visit that is not there."""
    visit, (first, count, now) = find_visit(session, account, id), asked
    if visit is None:
        return None
    days = days_from(first, count)
    taken = taken_by(session, organisation, visit.coach, *bounds(organisation, first, days[-1]))
    wish = Wish(visit.kind, visit.way, visit.id)
    return visit, free_with(organisation, visit.coach, wish, days, Look(taken, now))
