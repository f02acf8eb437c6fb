"""A session with a company is over: whoever was there is asked, when they may be written to, whether it may call."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.house import House
from bot.own_accord import permitted, talk_with, write
from casework.employers.calls import begin, company_to_ask_about
from casework.employers.register import name_of
from flows.company_calls import ask_of_own_accord
from flows.company_card import CompanyCard
from storage.tables import Due
from storage.trays import finish_due


def ask(session: Session, house: House, due: Due, now: datetime) -> None:
    """One transaction with what is put out: a question is kept exactly when it was asked."""
    organisation = house.organisations[due.organisation]
    company = company_to_ask_about(session, house.vault, organisation, due, now)
    if company is None:
        finish_due(session, due.id or 0, "skipped", "there is nothing to ask")
        return
    partner = permitted(session, house, due, now)
    if partner is None:
        return
    question = begin(session, company, due, now)
    if question is None:
        finish_due(session, due.id or 0, "skipped", "it was asked before")
    elif finish_due(session, due.id or 0, "done"):
        talk = talk_with(house, partner, now)
        ask_of_own_accord(talk, CompanyCard(question.id, name_of(house.vault, company)))
        write(session, house, partner, talk, due.key)
