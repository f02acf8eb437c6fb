"""A group session that does not take place while people are on its list: they are let go, and told once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from casework.house.organisation import Organisation
from casework.sessions.seat_states import CANCELLED, INVOLVED
from casework.sessions.session_reminders import DAY, GONE, HOURS
from casework.telling.notices import News, give_notice
from storage.seat_claim import change_enrolment
from storage.tables import Due, Enrolment
from storage.trays import DuePlan, plan


def call_off(
    session: Session, organisation: Organisation, group: str, now: datetime, meets: datetime | None = None
) -> int:
    """How many people will be told. Nobody is told of a session that is over, or of which nobody knows any more when
    it was: the file of last year may go. ``meets`` is when they would have met, where that is still known."""
    here = Enrolment.organisation == organisation.id, Enrolment.session == group
    places = session.exec(select(Enrolment).where(*here, col(Enrolment.state).in_(INVOLVED))).all()
    meets = meets or _meets(session, places)
    if meets is None or meets <= now:
        return 0
    told = sum(_let_go(session, place, meets, now) for place in places)
    if told:
        key = f"{GONE}|{organisation.id}|{group}|{meets.isoformat()}"
        give_notice(session, News(organisation.id, GONE, group, key), now)
    return told


def _meets(session: Session, places: Sequence[Enrolment]) -> datetime | None:
    """When people would have met: their reminders still know."""
    mine = col(Due.subject).in_([place.id for place in places]), col(Due.kind).in_((DAY, HOURS))
    bodies = session.exec(select(Due.body).where(*mine)).all()
    return max((datetime.fromisoformat(body["meets"]) for body in bodies), default=None)


def _let_go(session: Session, place: Enrolment, meets: datetime, now: datetime) -> bool:
    version = place.version + 1
    off = {"state": CANCELLED, "seat": None, "hold_until": None, "version": version, "changed_at": now}
    if not change_enrolment(session, place.id, place.version, place.state, **off):
        return False
    body = {"meets": meets.isoformat()}
    key = f"{GONE}|{place.id}|{version}"
    return plan(session, DuePlan(key, GONE, place.organisation, place.person_id, place.id, version, now, body))
