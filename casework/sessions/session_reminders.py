"""What falls due around a group session: reminders, offers to be told and offers that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from casework.hours.notation import Span
from casework.house.organisation import Organisation, Reminder
from casework.sessions.group_sessions import meets_at
from casework.sessions.seat_states import ENROLLED
from casework.sessions.session_file import GroupSession
from casework.visiting.reminders import USEFUL, due_time
from storage.columns import new_id
from storage.tables import Due, Enrolment
from storage.trays import DuePlan, change_due, plan

DAY, HOURS = "remind_session_day", "remind_session_hours"
"""Rows that remind: on the day before, and two hours before people meet."""
OFFER, ENDS = "seat_offer", "seat_ends"
"""Rows that tell an offer, and that end it."""
NEWS = "seat_news"
"""The row that tells somebody what became of their seat without them."""
FREE = "seat_free"
"""The row that passes on the seats of a session, which is its subject."""
GONE = "session_gone"
"""The row that tells somebody that the session is off: it is no longer in the file."""
KINDS = (DAY, HOURS, OFFER, ENDS, NEWS, FREE, GONE)

REMINDERS = {DAY: Reminder("remind_day", Span(days=1)), HOURS: Reminder("remind_hours", Span(hours=2))}


def plan_reminders(
    session: Session, organisation: Organisation, group: GroupSession, place: Enrolment, now: datetime
) -> None:
    """Put the reminders of this version of somebody's seat into the due tray; those already past are left out."""
    for kind, due_at in reminder_times(organisation, group, now):
        useful = {"useful_until": (due_at + useful_for(kind)).isoformat()}
        plan(session, _row(place, kind, due_at, useful | {"meets": meets_at(organisation, group).isoformat()}))


def reminder_times(organisation: Organisation, group: GroupSession, now: datetime) -> Iterator[tuple[str, datetime]]:
    for kind, reminder in REMINDERS.items():
        due_at = due_time(organisation, reminder, meets_at(organisation, group), now)
        if due_at is not None:
            yield kind, due_at


def useful_for(kind: str) -> timedelta:
    """How late the reminder may come."""
    return USEFUL[REMINDERS[kind].kind]


def plan_offer(session: Session, place: Enrolment, told: datetime) -> None:
    """The offer is told at ``told`` and ends when its hold does."""
    plan(session, _row(place, OFFER, told))
    plan(session, _row(place, ENDS, place.hold_until or told))


def plan_news(session: Session, place: Enrolment, now: datetime) -> None:
    """Tell the person, as soon as they may be written to."""
    plan(session, _row(place, NEWS, now))


def plan_passing_on(session: Session, organisation: str, group: str, now: datetime) -> None:
    """Let the seats of this session be passed on, in a transaction of its own."""
    key = f"{FREE}|{organisation}|{group}|{now.isoformat()}|{new_id()}"
    plan(session, DuePlan(key, FREE, organisation, None, group, 0, now))


def _row(place: Enrolment, kind: str, due_at: datetime, body: dict[str, str] | None = None) -> DuePlan:
    key = f"{kind}|{place.id}|{place.version}|{due_at.isoformat()}"
    return DuePlan(key, kind, place.organisation, place.person_id, place.id, place.version, due_at, body or {})


def put_off(session: Session, due: Due, until: datetime, meets: datetime) -> bool:
    """Let the reminder fall due at ``until`` instead; false if people have met by then."""
    body = {**due.body, "useful_until": meets.isoformat()}
    return until < meets and change_due(session, due.id or 0, due_at=until, body=body, lease_until=None)


def unwanted_because(
    due: Due, organisation: Organisation, group: GroupSession, place: Enrolment, now: datetime
) -> str | None:
    """Why this reminder must not be sent any more; ``None`` if it must."""
    meets = meets_at(organisation, group)
    if place.version != due.version or place.state != ENROLLED:
        return "the seat was given up"
    if due.body["meets"] != meets.isoformat():
        return "the session was moved"
    if meets <= now:
        return "the session has begun"
    if now > datetime.fromisoformat(due.body["useful_until"]):
        return "too late to be useful"
    return None
