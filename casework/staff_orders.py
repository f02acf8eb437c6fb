"""Staff move a visit to a time of an agenda elsewhere: the visit stands until the new time is sure."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from casework.agenda_orders import News, ask_for
from casework.holds import Keeper, hold
from casework.notices import News as Notice
from casework.notices import give_notice
from casework.organisation import Organisation
from casework.slot_rules import slot_by_rule
from casework.visit_news import MOVED, tell
from casework.visits import change, of_person
from storage.tables import Appointment


def is_elsewhere(organisation: Organisation, slot_value: str) -> bool:
    """Whether an agenda elsewhere has the last word about this time."""
    return organisation.agenda is not None and slot_value.partition("-")[2] == organisation.agenda.coach


def order_move(
    session: Session, organisation: Organisation, visit: Appointment, slot_value: str, now: datetime
) -> bool:
    """Keep the new time here and ask for it there; false if it cannot be had. An older hold of theirs is let go."""
    slot = slot_by_rule(organisation, slot_value, now, visit.kind, visit.way)
    for other in of_person(session, visit.person_id):
        if other.state == "held":
            change(session, other, "let_go", "staff", now)
    keeper = Keeper(visit.person_id, visit.language, visit.kind, visit.way)
    kept = hold(session, organisation, slot, keeper, now) if slot else None
    if kept is not None:
        ask_for(session, kept, {"by": "staff", "moved_from": visit.id}, now)
    return kept is not None


def tell_who_ordered(
    session: Session, organisation: Organisation, news: News, hold: Appointment, now: datetime
) -> None:
    """The person hears of their new time; where there is none, nothing has changed for them, and staff look again."""
    if news.what == "had":
        tell(session, organisation, session.get_one(Appointment, news.visit), MOVED, now)
    else:
        key = f"agenda_refused|{hold.id}"
        give_notice(session, Notice(organisation.id, "agenda_refused", hold.id, key), now)
