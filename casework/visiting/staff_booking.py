"""Staff make a visit for somebody: at a free time of a coach, here or in an agenda elsewhere; the person is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlmodel import Session

from casework.door.rights import Member
from casework.house.organisation import Organisation
from casework.visiting.booking import Booked, BookRequest, Taken, book
from casework.visiting.staff_orders import is_elsewhere, order_visit
from casework.visiting.staff_times import without_notice
from casework.visiting.visit_news import MADE, Told, tell
from casework.visiting.visits import current
from storage import audit
from storage.tables import Appointment, Case, Person


@dataclass(frozen=True, slots=True)
class Order:
    """A visit for the person of a case. Without ``kind`` and ``way`` the usual ones; ``why`` names a sentence that the
    person gets (``flows.visit_reasons``)."""

    slot_value: str
    kind: str | None = None
    way: str | None = None
    why: str = ""


Made: TypeAlias = Appointment | Taken | Literal["has_visit", "asked"]
"""``has_visit``: the person has one ahead of them, which can be moved. ``asked``: an agenda elsewhere has the last
word, and the person hears of it once it is sure."""


def make_visit(
    session: Session, organisation: Organisation, account: Member, case: Case, order: Order, now: datetime
) -> Made:
    """With the coach whom ``slot_value`` names and nobody else, also within the notice that people have to keep."""
    if current(session, case.person_id, now) is not None:
        return "has_visit"
    house = without_notice(organisation)
    language = session.get_one(Person, case.person_id).language
    request = BookRequest(case.person_id, order.slot_value, language, None, order.kind, order.way, "staff")
    if is_elsewhere(organisation, order.slot_value):
        kept = order_visit(session, house, request, now, why=order.why, by=account.actor)
        if kept is None:
            return Taken()
        audit.record(session, account.organisation, account.actor, "visit.book", kept.id, now)
        return "asked"
    came_of = book(session, house, request, now)
    if not isinstance(came_of, Booked):
        return Taken()
    visit = came_of.appointment
    audit.record(session, account.organisation, account.actor, "visit.book", visit.id, now)
    tell(session, organisation, visit, Told(MADE, order.why, account.actor), now)
    return visit
