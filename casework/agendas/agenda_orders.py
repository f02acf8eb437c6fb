"""Orders to an appointment system elsewhere, as rows of the due tray: a time is asked for, a booking is given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from storage.tables import Appointment, Due
from storage.trays import DuePlan, plan

What: TypeAlias = Literal["had", "taken", "not_had", "silent"]


@dataclass(frozen=True, slots=True)
class News:
    """What came of an order: ``visit`` is theirs; or it was just ``taken`` and ``others`` (slot values) are free; or it
    is ``not_had``; or the system is ``silent``."""

    what: What
    visit: str
    others: tuple[str, ...] = ()


ASK = "ask_agenda"
"""Its subject is the hold, and afterwards the visit; ``body`` keeps what the system calls the time and the booking."""
LEAVE = "leave_agenda"

_ORDERS = select(col(Due.body)).where(col(Due.subject) == bindparam("visit"), col(Due.kind) == ASK)


def ask_for(session: Session, hold: Appointment, body: Mapping[str, str | None], now: datetime) -> None:
    """``body``: the step and the question of the talk, and the visit that this one would replace.

    The row is not of the person: also when they are erased, a booking that may stand there has to be given back.
    """
    key = f"{ASK}|{hold.id}"
    plan(session, DuePlan(key, ASK, hold.organisation, None, hold.id, hold.version, now, body))


def booking_of(session: Session, visit_id: str) -> str | None:
    """What the system calls the booking of this visit; ``None`` for a visit that is ours alone."""
    orders = session.connection().execute(_ORDERS, {"visit": visit_id}).scalars()
    return next((str(body["booking"]) for body in orders if body.get("booking")), None)


def leave_agenda(session: Session, visit: Appointment, now: datetime) -> None:
    """The visit no longer takes its time: the system is told, if it is booked there."""
    booking = booking_of(session, visit.id)
    if booking:
        give_back(session, visit, booking, now)


def give_back(session: Session, visit: Appointment, booking: str, now: datetime) -> None:
    """This booking is wanted by nobody (any more)."""
    key = f"{LEAVE}|{visit.id}|{booking}"
    body = {"booking": booking}
    plan(session, DuePlan(key, LEAVE, visit.organisation, None, visit.id, visit.version, now, body))
