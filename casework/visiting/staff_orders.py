"""Staff make or move a visit at a time of an agenda elsewhere: it is kept here until that agenda is sure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from casework.agendas.agenda_orders import News, ask_for
from casework.house.organisation import Organisation
from casework.telling.notices import News as Notice
from casework.telling.notices import give_notice
from casework.visiting.booking import BookRequest
from casework.visiting.holds import Keeper, hold
from casework.visiting.slot_rules import slot_by_rule
from casework.visiting.visit_news import MADE, MOVED, Told, tell
from casework.visiting.visits import change, of_person
from storage.tables import Appointment


def is_elsewhere(organisation: Organisation, slot_value: str) -> bool:
    """Whether an agenda elsewhere has the last word about this time."""
    return organisation.agenda is not None and slot_value.partition("-")[2] == organisation.agenda.coach


def order_move(
    session: Session, organisation: Organisation, visit: Appointment, slot_value: str, now: datetime, *, by: str
) -> bool:
    """Keep the new time here and ask for it there; false if it cannot be had. An older hold of theirs is let go.

    ``by`` is who wants it, as the audit names them.
    """
    request = BookRequest(visit.person_id, slot_value, visit.language, visit.id, visit.kind, visit.way, "staff")
    return order_visit(session, organisation, request, now, by=by) is not None


def order_visit(
    session: Session, organisation: Organisation, request: BookRequest, now: datetime, *, by: str, why: str = ""
) -> Appointment | None:
    """The time, kept here while it is asked for there; ``None`` if it cannot be had. ``why`` is said with it."""
    slot = slot_by_rule(organisation, request.slot_value, now, request.kind, request.way)
    for other in of_person(session, request.person_id):
        if other.state == "held":
            change(session, other, "let_go", "staff", now)
    keeper = Keeper(request.person_id, request.language, request.kind, request.way)
    kept = hold(session, organisation, slot, keeper, now) if slot else None
    if kept is not None:
        ask_for(session, kept, {"by": "staff", "who": by, "moved_from": request.moved_from, "why": why}, now)
    return kept


def tell_who_ordered(
    session: Session, organisation: Organisation, news: News, order: Mapping[str, str | None], now: datetime
) -> None:
    """The person hears of their time; where there is none, nothing has changed for them, and staff look again.

    ``order`` is what was kept with the asking.
    """
    if news.what == "had":
        visit = session.get_one(Appointment, news.visit)
        kind = MOVED if order.get("moved_from") else MADE
        told = Told(kind, order.get("why") or "", order.get("who") or "")
        tell(session, organisation, visit, told, now)
    else:
        key = f"agenda_refused|{news.visit}"
        give_notice(session, Notice(organisation.id, "agenda_refused", news.visit, key), now)
