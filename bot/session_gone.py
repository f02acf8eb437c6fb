"""Tells somebody that a group session of theirs does not take place, and what else there is."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.house import House
from bot.own_accord import permitted, talk_with, write
from flows.session_letters import gone
from storage.tables import Due, Enrolment
from storage.trays import finish_due


def tell(session: Session, house: House, due: Due, now: datetime) -> None:
    """Once; no longer when they would have met, or when they have another place there by now."""
    place, meets = session.get(Enrolment, due.subject), datetime.fromisoformat(due.body["meets"])
    if place is None or place.version != due.version or meets <= now:
        finish_due(session, due.id or 0, "skipped", "no news any more")
        return
    partner = permitted(session, house, due, now)
    if partner and finish_due(session, due.id or 0, "done"):
        talk = talk_with(house, partner, now)
        gone(talk, meets)
        write(session, house, partner, talk, f"{due.kind}|{place.id}|{place.version}")
