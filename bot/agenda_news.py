"""What came of an order elsewhere, kept in its row until the person was told, whatever happens in between."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session

from bot.house import House
from bot.visit_facts import record, slot_value
from casework.agendas.agenda_orders import News
from casework.house.organisation import Organisation
from casework.visiting.slot_rules import slot_by_rule
from casework.visiting.visit_states import AGREED
from flows.heard import Accomplished, SlotGone
from storage.tables import Appointment, Due
from storage.trays import change_due

TELLS = "tells"
"""Under this name the news stand in the body of the row."""


def keep(session: Session, row: Due, news: News) -> None:
    """To be called in the transaction in which the news became true."""
    row.body = {**row.body, TELLS: asdict(news)}
    change_due(session, row.id or 0, body=row.body)


def forget(session: Session, row: Due) -> News:
    """They were told."""
    news = _kept(row)
    row.body = {name: value for name, value in row.body.items() if name != TELLS}
    change_due(session, row.id or 0, body=row.body)
    return news


def answer_to(
    session: Session, house: House, row: Due, organisation: Organisation, now: datetime
) -> Accomplished | SlotGone | None:
    """The news as the talk hears them; ``None`` of a visit that has changed since."""
    news, question = _kept(row), row.body["question"]
    visit = session.get_one(Appointment, news.visit)
    if news.what == "had":
        taken = {"state": "taken", "slot": slot_value(visit)}
        return Accomplished(row.body["step"], record(house, visit) | taken) if visit.state in AGREED else None
    if news.what == "taken":
        found = (slot_by_rule(organisation, value, now, visit.kind, visit.way) for value in news.others)
        return SlotGone(question, tuple(slot for slot in found if slot), more=True)
    return SlotGone(question, (), empty="unreachable")


def _kept(row: Due) -> News:
    kept = row.body[TELLS]
    return News(kept["what"], kept["visit"], tuple(kept["others"]))
