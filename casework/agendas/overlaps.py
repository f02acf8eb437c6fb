"""A calendar elsewhere has something at the time of a visit that was agreed already: its coach is told, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from casework.telling.notices import News, give_notice
from casework.visiting.visit_states import AGREED
from storage.tables import Appointment, OutsideBusy, OutsideCalendar

OVERLAP = "overlap"

_OVERLAPPED = (
    select(col(Appointment.id), col(Appointment.version))
    .join(
        OutsideBusy,
        (col(OutsideBusy.organisation) == col(Appointment.organisation))
        & (col(OutsideBusy.coach) == col(Appointment.coach))
        & (col(OutsideBusy.starts_at) < col(Appointment.ends_at))
        & (col(OutsideBusy.ends_at) > col(Appointment.starts_at)),
    )
    .where(
        col(OutsideBusy.calendar_id) == bindparam("calendar"),
        col(Appointment.state).in_(AGREED),
        col(Appointment.starts_at) > bindparam("now"),
    )
    .distinct()
    .order_by(col(Appointment.id))
)


def tell_overlaps(session: Session, calendar: OutsideCalendar, now: datetime) -> list[str]:
    """The visits of which a notice is new; they stay as they are. At the desk of an agenda elsewhere our own
    visits are what is not free."""
    if calendar.kind == "port":
        return []
    found = session.connection().execute(_OVERLAPPED, {"calendar": calendar.id, "now": now}).all()
    return [visit for visit, version in found if _is_new(session, calendar, visit, version, now)]


def _is_new(session: Session, calendar: OutsideCalendar, visit: str, version: int, now: datetime) -> bool:
    news = News(calendar.organisation, OVERLAP, visit, f"{OVERLAP}|{visit}|{version}", calendar.coach)
    return give_notice(session, news, now) is not None
