"""Reminders of a visit: when they are due, planned with the visit, and looked at again when they fall due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session

from casework.calendar import (
    DAY,
    after_quiet_hours,
    before_quiet_hours,
    is_rest_day,
    moment_or_next,
)
from casework.notation import Span
from casework.organisation import Organisation, Reminder
from storage.tables import Appointment, Due
from storage.trays import DuePlan, change_due, plan

USEFUL = {"remind_day": timedelta(hours=12), "remind_hours": timedelta(hours=1)}
KINDS = tuple(USEFUL)
TO_COME = ("booked", "confirmed")
NOON = time(12)


def plan_reminders(session: Session, organisation: Organisation, appointment: Appointment, now: datetime) -> None:
    """Puts the reminders of this version of the visit in the due tray; those already past are left out."""
    for reminder in organisation.reminders:
        due_at = due_time(organisation, reminder, appointment.starts_at, now)
        if due_at is not None:
            plan(session, _due_plan(appointment, reminder, due_at))


def _due_plan(appointment: Appointment, reminder: Reminder, due_at: datetime) -> DuePlan:
    return DuePlan(
        key=f"{reminder.kind}|{appointment.id}|{appointment.version}|{due_at.isoformat()}",
        kind=reminder.kind,
        organisation=appointment.organisation,
        person_id=appointment.person_id,
        subject=appointment.id,
        version=appointment.version,
        due_at=due_at,
        body={"useful_until": (due_at + USEFUL[reminder.kind]).isoformat()},
    )


def due_time(organisation: Organisation, reminder: Reminder, start: datetime, now: datetime) -> datetime | None:
    """When to remind of a visit at ``start`` (UTC); ``None`` if that moment is past."""
    asked = _before(organisation, start, reminder.before)
    if asked <= now:
        return None
    if reminder.before.days:
        due_at = _on_a_calm_day(organisation, _by_day(organisation, asked), start)
    else:
        due_at = before_quiet_hours(organisation, asked)
    return due_at if now < due_at < start else None


def _before(organisation: Organisation, start: datetime, span: Span) -> datetime:
    """Days are counted on the calendar, at the same wall time; hours by the clock."""
    local = start.astimezone(organisation.tz).replace(tzinfo=None) - timedelta(days=span.days)
    day = moment_or_next(local, organisation.tz) if span.days else start.astimezone(UTC)
    return day - timedelta(hours=span.hours)


def _by_day(organisation: Organisation, at: datetime) -> datetime:
    """Out of the quiet hours, but still on the same date."""
    later = after_quiet_hours(organisation, at)
    return later if _date(organisation, later) == _date(organisation, at) else before_quiet_hours(organisation, at)


def _on_a_calm_day(organisation: Organisation, at: datetime, start: datetime) -> datetime:
    """Sundays and holidays are left in peace, unless the visit is the next morning: the day before it is then."""
    day = _date(organisation, at)
    visit = start.astimezone(organisation.tz)
    if visit.date() == day + DAY and visit.time() < NOON:
        return at
    while is_rest_day(day):
        day -= DAY
    clock = at.astimezone(organisation.tz).time()
    return moment_or_next(datetime.combine(day, clock), organisation.tz)


def _date(organisation: Organisation, at: datetime) -> date:
    return at.astimezone(organisation.tz).date()


def still_wanted(session: Session, due: Due, now: datetime) -> Appointment | None:
    """The visit to remind of, if it is still the one that was agreed and the reminder is not too late."""
    appointment = session.get(Appointment, due.subject)
    if appointment is None or unwanted_because(due, appointment, now):
        return None
    return appointment


def put_off(session: Session, due: Due, appointment: Appointment, until: datetime) -> bool:
    """Let the reminder fall due at ``until`` instead, however late that is; false if the visit has begun by then."""
    if until >= appointment.starts_at:
        return False
    body = {**due.body, "useful_until": appointment.starts_at.isoformat()}
    return change_due(session, due.id or 0, due_at=until, body=body, lease_until=None)


def unwanted_because(due: Due, appointment: Appointment, now: datetime) -> str | None:
    """Why this reminder must not be sent any more; ``None`` if it must."""
    if appointment.version != due.version or appointment.state not in TO_COME:
        return "the visit was changed"
    if appointment.starts_at <= now:
        return "the visit is past"
    if now > datetime.fromisoformat(due.body["useful_until"]):
        return "too late to be useful"
    return None
