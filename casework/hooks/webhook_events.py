"""Notes for the systems elsewhere what happens with a case, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table, bindparam, func, select, update
from sqlmodel import Session, col

from casework.cases.case_states import OPEN
from casework.hooks.webhooks import Kind, look_at
from casework.visiting.visit_states import Change
from storage.columns import new_id
from storage.insert import insert_new
from storage.tables import Appointment, Case, Webhook, WebhookEvent

WEBHOOK: Table = Webhook.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
EVENT: Table = WebhookEvent.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

FEW = 3
PROBE_AFTER = timedelta(minutes=10)
"""When a receiver that is down is asked again after something new: perhaps it is back."""

_RECEIVERS = select(WEBHOOK.c.id, WEBHOOK.c.kinds, WEBHOOK.c.failures).where(
    WEBHOOK.c.organisation == bindparam("organisation")
)
_HOLD_CASE = select(col(Case.id)).where(col(Case.id) == bindparam("case")).with_for_update()
_LAST = select(func.max(EVENT.c.seq)).where(
    EVENT.c.webhook_id == bindparam("webhook"), EVENT.c.case_id == bindparam("case")
)
_OPEN_CASE = (
    select(col(Case.id))
    .where(col(Case.person_id) == bindparam("person"), col(Case.state).in_(OPEN))
    .order_by(col(Case.created_at).desc())
    .limit(1)
)


def tell_of_case(
    session: Session, case: Case, kind: Kind, now: datetime, facts: Mapping[str, Any] = MappingProxyType({})
) -> None:
    receivers = _receivers(session, case.organisation, kind)
    if receivers:
        session.flush()
        _note(session, receivers, (case.organisation, case.id, kind), facts, now)


def tell_of_visit(session: Session, visit: Appointment, kind: Kind, now: datetime) -> None:
    """As an event of the person's open case. Before there is one nobody is told: it comes with its visit."""
    receivers = _receivers(session, visit.organisation, kind)
    case = session.connection().execute(_OPEN_CASE, {"person": visit.person_id}).scalar() if receivers else None
    if case:
        _note(session, receivers, (visit.organisation, case, kind), {"appointment": _visit(visit)}, now)


def tell_of_change(session: Session, visit: Appointment, change: Change, now: datetime) -> None:
    """A visit that is moved is told of as the new one."""
    match change:
        case "take":
            tell_of_visit(session, visit, "appointment.moved" if visit.moved_from else "appointment.booked", now)
        case "cancel":
            tell_of_visit(session, visit, "appointment.cancelled", now)
        case "attend":
            tell_of_visit(session, visit, "appointment.attended", now)
        case "miss":
            tell_of_visit(session, visit, "appointment.no_show", now)
        case "confirm" | "move" | "let_go" | "expire":
            pass


def _receivers(session: Session, organisation: str, kind: Kind) -> Mapping[str, bool]:
    """By id, whether it can be reached as far as is known: one event alone that it cannot take says little."""
    found = session.connection().execute(_RECEIVERS, {"organisation": organisation})
    return {row.id: row.failures < FEW for row in found if kind in row.kinds}


def _note(
    session: Session,
    receivers: Mapping[str, bool],
    about: tuple[str, str, Kind],
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """The case is held until the commit, so that its numbers have neither gaps nor twins."""
    organisation, case, kind = about
    run = session.connection().execute
    run(_HOLD_CASE, {"case": case})
    for webhook in receivers:
        insert_new(
            session,
            WebhookEvent,
            id=new_id(),
            organisation=organisation,
            webhook_id=webhook,
            case_id=case,
            seq=1 + (run(_LAST, {"webhook": webhook, "case": case}).scalar() or 0),
            kind=kind,
            facts=dict(facts),
            at=now,
            not_before=now,
        )
    look_at(session, tuple(id for id, reached in receivers.items() if reached), now)
    look_at(session, tuple(id for id, reached in receivers.items() if not reached), now + PROBE_AFTER)


def _visit(visit: Appointment) -> dict[str, Any]:
    return {
        "id": visit.id,
        "uid": visit.uid,
        "starts_at": visit.starts_at.isoformat(),
        "ends_at": visit.ends_at.isoformat(),
        "zone": visit.zone,
        "coach": visit.coach,
        "place": visit.place,
        "way": visit.way,
        "moved_from": visit.moved_from,
    }


def forget_facts(session: Session, person_id: str) -> None:
    """Of somebody who is erased: that something happened stays, and no more."""
    theirs = select(col(Case.id)).where(col(Case.person_id) == person_id)
    session.connection().execute(update(EVENT).where(EVENT.c.case_id.in_(theirs)).values(facts={}, reference=None))
