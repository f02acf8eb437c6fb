"""Until when people can move or cancel a visit by themselves; after that their wish is a message to the coach."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from casework.house.organisation import Organisation
from casework.telling.notices import News, give_notice
from storage.tables import Appointment, Notice

Late: TypeAlias = Literal["late_move", "late_cancel"]

_TOLD = select(col(Notice.id)).where(col(Notice.key).in_(bindparam("keys", expanding=True))).limit(1)


def is_too_late(organisation: Organisation, visit: Appointment, now: datetime) -> bool:
    """Whether it is nearer than the organisation's limit. Without a limit it can be moved until it is over."""
    hours = organisation.visit_of(visit.kind).cutoff_hours
    return bool(hours) and now > visit.starts_at - timedelta(hours=hours)


def tell_coach(session: Session, visit: Appointment, wish: Late, now: datetime) -> None:
    """Once for each wish about this visit. No word of the person stands in it."""
    give_notice(session, News(visit.organisation, wish, visit.id, _key(wish, visit), visit.coach), now)


def is_not_coming(session: Session, visit: Appointment) -> bool:
    """Whether the person has said so too late to cancel: then nobody reminds them of it."""
    return _told(session, _key("late_cancel", visit))


def has_wished(session: Session, visit: Appointment) -> bool:
    """Whether the coach was told of any wish about this visit: it is no longer unanswered."""
    return _told(session, _key("late_cancel", visit), _key("late_move", visit))


def _told(session: Session, *keys: str) -> bool:
    return session.connection().execute(_TOLD, {"keys": keys}).first() is not None


def _key(wish: Late, visit: Appointment) -> str:
    return f"{wish}|{visit.id}|{visit.version}"
