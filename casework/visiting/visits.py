"""The visits as rows: looked up, and changed by the table of states; every change compares before it sets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from casework.agendas.agenda_orders import leave_agenda
from casework.hooks.webhook_events import tell_of_change
from casework.visiting.freed import time_freed
from casework.visiting.reminders import take_back_reminders
from casework.visiting.visit_states import AGREED, Change, Rule, Who, rule_for
from casework.visiting.visit_steps import note_change
from storage.tables import Appointment
from storage.time_claim import release_time

# Put together once: on the way of every booking, building them costs more than running them.
OF_PERSON = (
    select_rows(Appointment)
    .where(col(Appointment.person_id) == bindparam("person_id"))
    .order_by(col(Appointment.starts_at))
    .execution_options(populate_existing=True)
)


def current(session: Session, person_id: str, now: datetime) -> Appointment | None:
    """The visit this person has ahead of them, or is having."""
    return next((visit for visit in of_person(session, person_id) if is_ahead(visit, now)), None)


def is_ahead(visit: Appointment, now: datetime) -> bool:
    """Agreed, and not over."""
    return visit.state in AGREED and visit.ends_at > now


def of_person(session: Session, person_id: str) -> list[Appointment]:
    """Every visit the person ever agreed on or was offered, whatever became of it."""
    return list(session.exec(OF_PERSON, params={"person_id": person_id}))


def next_version(visits: Iterable[Appointment]) -> int:
    """Higher than of any visit this person had, so that no old button fits a newer visit."""
    return 1 + max((visit.version for visit in visits), default=0)


def cancel(session: Session, appointment_id: str, now: datetime, by: Who = "person") -> bool:
    """Gives the time free; False if the visit was given up before, or is past."""
    visit = session.get(Appointment, appointment_id)
    return visit is not None and change(session, visit, "cancel", by, now)


def confirm(session: Session, appointment_id: str, version: int, now: datetime) -> bool:
    """The person will come; True also when they said so before. The version stays: nothing was agreed anew."""
    visit = session.get(Appointment, appointment_id)
    if visit is None or visit.version != version or not is_ahead(visit, now):
        return False
    return visit.state == "confirmed" or change(session, visit, "confirm", "person", now)


def change(session: Session, visit: Appointment, what: Change, by: Who, now: datetime) -> bool:
    """Change ``visit`` by the table of states, with all that follows for its time and its reminders.

    False when the table does not allow it now, or when somebody changed the visit since it was read. Whether a time
    that staff give up is offered to others they say themselves: the coach may be ill.
    """
    rule, version = rule_for(what, visit, by, now), visit.version
    if rule is None or not _compare_and_set(session, visit.id, version, rule):
        return False
    note_change(session, visit, what, by, now)
    if rule.ends:
        leave_agenda(session, visit, now)
        take_back_reminders(session, visit.id, version)
    if rule.frees:
        release_time(session, visit)
    if rule.leaves_time_to_others and by != "staff":
        time_freed(session, visit, now)
    tell_of_change(session, visit, what, now)
    return True


def _compare_and_set(session: Session, id: str, version: int, rule: Rule) -> bool:
    """What is final gets a new version: no button that was shown before fits it. What was held and is agreed now has no
    deadline any more."""
    same = col(Appointment.id) == id, col(Appointment.version) == version, col(Appointment.state).in_(rule.sources)
    changed: dict[str, object] = {"state": rule.to, "version": version + 1 if rule.ends else version}
    if rule.to == "booked":
        changed["hold_until"] = None
    return session.exec(update(Appointment).where(*same).values(**changed)).rowcount == 1
