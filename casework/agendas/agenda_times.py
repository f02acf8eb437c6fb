"""The free times of an appointment system elsewhere, kept the other way round: as when its desk cannot be had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select
from sqlmodel import Session, col

from casework.agendas.agenda_port import FreeTime
from casework.agendas.outside_times import Source, add_calendar, fetch_again
from casework.house.organisation import Organisation, Visit
from casework.visiting.diary import Interval
from casework.visiting.slot_rules import held
from storage.coach_marks import mark_coach
from storage.columns import new_id
from storage.tables import Appointment, OutsideBusy, OutsideCalendar
from storage.vault import Vault

PORT: Literal["port"] = "port"
FRESH = timedelta(minutes=1)
"""What was heard so long ago is good enough for who looks at free times."""
LONG = timedelta(days=20 * 365)


def open_agenda(session: Session, vault: Vault, organisation: Organisation, now: datetime) -> None:
    """The desk gets a calendar of its own. Until the system was heard for the first time, no time of it is free."""
    agenda = organisation.agenda
    if agenda is None or port_calendar(session, organisation):
        return
    id = add_calendar(session, vault, (organisation.id, agenda.coach), Source(PORT, ""), now)
    session.flush()
    always = {"starts_at": now - LONG, "ends_at": now + LONG}
    session.add(OutsideBusy(id=new_id(), calendar_id=id, organisation=organisation.id, coach=agenda.coach, **always))
    mark_coach(session, organisation.id, agenda.coach)


def port_calendar(session: Session, organisation: Organisation) -> OutsideCalendar | None:
    """``None`` also for who has no system elsewhere, which costs nothing to know."""
    if organisation.agenda is None:
        return None
    mine = col(OutsideCalendar.organisation) == organisation.id, col(OutsideCalendar.kind) == PORT
    id = session.connection().execute(select(col(OutsideCalendar.id)).where(*mine)).scalar()
    return session.get(OutsideCalendar, id) if id else None


def look_again(session: Session, organisation: Organisation, now: datetime) -> None:
    """Somebody looks at free times: what was heard is refreshed at once, unless it is fresh."""
    calendar = port_calendar(session, organisation)
    if calendar and (calendar.fetched_at is None or now - calendar.fetched_at > FRESH):
        fetch_again(session, calendar.id, now)


def is_silent(session: Session, organisation: Organisation) -> bool:
    """Whether the system does not answer now: nobody knows then whether a time is free."""
    calendar = port_calendar(session, organisation)
    return calendar is not None and (calendar.failing_since is not None or calendar.fetched_at is None)


def give_way(session: Session, visit: Appointment) -> None:
    """The system has just given us this time: what was heard of it before no longer stands in the way."""
    over = (
        col(OutsideBusy.organisation) == visit.organisation,
        col(OutsideBusy.coach) == visit.coach,
        col(OutsideBusy.starts_at) < visit.busy_until,
        col(OutsideBusy.ends_at) > visit.busy_from,
    )
    session.connection().execute(delete(OutsideBusy).where(*over))
    mark_coach(session, visit.organisation, visit.coach)


def busy_around(times: Iterable[FreeTime], visit: Visit, start: datetime, end: datetime) -> list[Interval]:
    """All of the time between two moments that no free time covers, buffers included (UTC, in order)."""
    free = sorted(held(visit, time.start.astimezone(start.tzinfo)) for time in times)
    return list(_gaps(free, start, end))


def _gaps(free: Sequence[Interval], start: datetime, end: datetime) -> Iterable[Interval]:
    at = start
    for begin, until in free:
        if at < min(begin, end):
            yield at, min(begin, end)
        at = max(at, until)
    if at < end:
        yield at, end
