"""Reminders of a visit: when they are due, planned with the visit, and looked at again when they fall due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from casework.hours.calendar import (
    DAY,
    after_quiet_hours,
    before_quiet_hours,
    is_rest_day,
    moment_or_next,
)
from casework.hours.notation import Span
from casework.house.organisation import Organisation, Reminder
from casework.visiting.visit_states import AGREED
from storage.tables import Appointment, Due, Outgoing
from storage.trays import DuePlan, change_due, plan

USEFUL = {"remind_day": timedelta(hours=12), "remind_hours": timedelta(hours=1)}
"""How late a reminder may come where the file says nothing else: after that it says nothing that still helps."""
KINDS = tuple(USEFUL)
UNANSWERED = "unanswered"
"""The row that asks, once there is still time to call, whether the person has answered a reminder."""
TIME_TO_CALL = timedelta(hours=4)
NOON = time(12)

Planned: TypeAlias = tuple[str, datetime, datetime]
"""What kind of row, when it is due, and until when it is of use."""

_NOT_ON_ITS_WAY = ("created", "temporary-failure")
_TAKE_BACK = (
    update(Outgoing)
    .where(
        col(Outgoing.key).in_(bindparam("keys", expanding=True)),
        col(Outgoing.state).in_(_NOT_ON_ITS_WAY),
    )
    .values(state="cancelled", reason="the visit was changed", lease_until=None)
)
_WAS_REMINDED = (
    select(col(Due.id))
    .where(
        col(Due.subject) == bindparam("visit"),
        col(Due.version) == bindparam("version"),
        col(Due.kind).in_(KINDS),
        col(Due.state) == "done",
    )
    .limit(1)
)


def plan_reminders(session: Session, organisation: Organisation, appointment: Appointment, now: datetime) -> None:
    """Puts the reminders of this version of the visit in the due tray; those already past are left out."""
    for kind, due_at, useful_until in reminder_plan(organisation, appointment, now):
        plan(session, _due_plan(appointment, kind, due_at, useful_until))


def reminder_plan(organisation: Organisation, appointment: Appointment, now: datetime) -> Iterator[Planned]:
    """Each reminder, and the look at whether one was answered: only where somebody was reminded before that."""
    start, first = appointment.starts_at, None
    for reminder in organisation.reminders_of(appointment.kind):
        due_at = due_time(organisation, reminder, start, now)
        if due_at is not None:
            first = min(first or due_at, due_at)
            yield reminder.kind, due_at, due_at + _useful(reminder)
    asks_at = time_to_call(organisation, start)
    if first is not None and first < asks_at:
        yield UNANSWERED, asks_at, start


def _useful(reminder: Reminder) -> timedelta:
    return reminder.useful.as_timedelta() if reminder.useful else USEFUL[reminder.kind]


def _due_plan(appointment: Appointment, kind: str, due_at: datetime, useful_until: datetime) -> DuePlan:
    return DuePlan(
        key=f"{kind}|{appointment.id}|{appointment.version}|{due_at.isoformat()}",
        kind=kind,
        organisation=appointment.organisation,
        person_id=appointment.person_id,
        subject=appointment.id,
        version=appointment.version,
        due_at=due_at,
        body={"useful_until": useful_until.isoformat()},
    )


def time_to_call(organisation: Organisation, start: datetime) -> datetime:
    """When a coach learns that a reminder stands unanswered: by day, or else on the evening before."""
    at = (start - TIME_TO_CALL).astimezone(UTC)
    in_the_morning = after_quiet_hours(organisation, at)
    return in_the_morning if in_the_morning < start else before_quiet_hours(organisation, at)


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


def unwanted_because(due: Due, appointment: Appointment, now: datetime) -> str | None:
    """Why this reminder must not be sent any more; ``None`` if it must."""
    if appointment.version != due.version or appointment.state not in AGREED:
        return "the visit was changed"
    if appointment.starts_at <= now:
        return "the visit is past"
    if now > datetime.fromisoformat(due.body["useful_until"]):
        return "too late to be useful"
    return None


def waits_for_an_answer(session: Session, due: Due, now: datetime) -> Appointment | None:
    """The visit that somebody was reminded of without saying that they come; ``None`` if all is well."""
    visit = still_wanted(session, due, now)
    if visit is None or visit.state != "booked":
        return None
    asked = {"visit": visit.id, "version": visit.version}
    return visit if session.connection().execute(_WAS_REMINDED, asked).first() else None


def put_off(session: Session, due: Due, appointment: Appointment, until: datetime) -> bool:
    """Let the reminder fall due at ``until`` instead, however late that is; false if the visit has begun by then."""
    if until >= appointment.starts_at:
        return False
    body = {**due.body, "useful_until": appointment.starts_at.isoformat()}
    return change_due(session, due.id or 0, due_at=until, body=body, lease_until=None)


def message_key(kind: str, visit: str, version: int) -> str:
    """The key of the message that this reminder becomes: it is put out once."""
    return f"{kind}|{visit}|{version}"


def take_back_reminders(session: Session, visit: str, version: int) -> None:
    """Those that are put out and not yet on their way must not arrive for a visit that is no more."""
    keys = [f"{message_key(kind, visit, version)}{spoken}" for kind in KINDS for spoken in ("", "|voice")]
    session.connection().execute(_TAKE_BACK, {"keys": keys})
