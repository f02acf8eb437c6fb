"""A coach who does not speak somebody's language hears in time that an interpreter was promised."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from casework.house.organisation import Organisation
from casework.telling.notices import News, give_notice
from storage.tables import Appointment


def needs_interpreter(organisation: Organisation, visit: Appointment) -> bool:
    """Whether the person was told that one comes: no coach there spoke their language, and that is this house's way."""
    coach, fallback = organisation.coaches[visit.coach], organisation.fallback
    same_coaches = [each for each in fallback if each in ("interpreter", "other_language")]
    return visit.language not in coach.languages and same_coaches[:1] == ["interpreter"]


def call_interpreter(session: Session, organisation: Organisation, visit: Appointment, now: datetime) -> bool:
    """A notice for the coach, once for each time that is agreed; whether one was given."""
    if not needs_interpreter(organisation, visit):
        return False
    key = f"interpreter|{visit.id}|{visit.version}"
    return give_notice(session, News(organisation.id, "interpreter", visit.id, key, visit.coach), now) is not None
