"""Visits that the hours no longer allow, after somebody changed them: listed until they are dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from casework.door.rights import Member
from casework.hours.calendar import Stretch, working
from casework.house.organisation import Organisation
from casework.visiting.slot_rules import AWAY
from casework.visiting.staff_visits import Answer, Seen, find_visit
from casework.visiting.visit_states import AGREED
from storage import audit
from storage.insert import insert_new
from storage.tables import Appointment, KeptVisit

SHOWN = 200


def outside(session: Session, organisation: Organisation, now: datetime, coach: str | None = None) -> list[Appointment]:
    """Those ahead that begin or end outside the hours, the soonest first; what somebody said to keep is left out."""
    kept = select(KeptVisit.appointment_id)
    query = select(Appointment).where(
        Appointment.organisation == organisation.id,
        col(Appointment.state).in_(AGREED),
        col(Appointment.starts_at) > now,
        col(Appointment.id).not_in(kept),
    )
    if coach is not None:
        query = query.where(Appointment.coach == coach)
    ahead = session.exec(query.order_by(col(Appointment.starts_at), col(Appointment.id))).all()
    return _outside(organisation, ahead)[:SHOWN]


def _outside(organisation: Organisation, visits: Sequence[Appointment]) -> list[Appointment]:
    hours: dict[tuple[str, date, bool], Sequence[Stretch]] = {}
    found = []
    for visit in visits:
        away = visit.way in AWAY
        day = visit.starts_at.astimezone(organisation.tz).date()
        key = visit.coach, day, away
        if key not in hours:
            coach = organisation.coaches.get(visit.coach)
            hours[key] = working(organisation, coach, day, away=away) if coach else ()
        if not any(_covers(stretch, visit, away) for stretch in hours[key]):
            found.append(visit)
    return found


def _covers(stretch: Stretch, visit: Appointment, away: bool) -> bool:
    there = away or stretch.place == visit.place
    return there and stretch.start <= visit.starts_at and visit.ends_at <= stretch.end


def keep(session: Session, account: Member, seen: Seen, now: datetime) -> Answer:
    """The visit takes place all the same, and is listed no more."""
    visit = find_visit(session, account, seen.id)
    if visit is None:
        return "missing"
    if visit.version != seen.version:
        return "changed"
    if visit.state not in AGREED or visit.ends_at <= now:
        return "not_now"
    if insert_new(session, KeptVisit, appointment_id=visit.id, kept_at=now, kept_by=account.actor):
        audit.record(session, account.organisation, account.actor, "visit.keep", visit.id, now)
    return "done"
