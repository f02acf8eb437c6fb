"""The alert for somebody in distress: for whom it is, and that it is not told again and again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from casework.house.organisation import Organisation
from casework.telling.notices import News, give_notice
from storage.tables import Notice

URGENT = "urgent"
SAME_ALARM = timedelta(minutes=30)
"""What is said within this time after an alert is the same alarm."""


def give_urgent_notices(session: Session, organisation: Organisation, conversation: str, now: datetime) -> bool:
    """Put the alert where staff look; false if this conversation has alerted them a moment ago."""
    if _told_just_now(session, conversation, now):
        return False
    for coach in on_duty(organisation, now):
        key = f"{URGENT}|{conversation}|{coach or '*'}|{now.isoformat()}"
        give_notice(session, News(organisation.id, URGENT, conversation, key, coach), now)
    return True


def on_duty(organisation: Organisation, now: datetime) -> tuple[str | None, ...]:
    """The coaches on duty who are not on leave; ``(None,)``, which means everybody, if there is no such coach."""
    day = now.astimezone(organisation.tz).date()
    coaches = (organisation.coaches[name] for name in organisation.on_duty)
    there = (coach.id for coach in coaches if not any(day in days for days in coach.leave))
    return tuple(there) or (None,)


def _told_just_now(session: Session, conversation: str, now: datetime) -> bool:
    recent = select(Notice.id).where(
        Notice.kind == URGENT, Notice.subject == conversation, col(Notice.created_at) > now - SAME_ALARM
    )
    return session.exec(recent).first() is not None
