"""Asks a person once, some weeks after small steps were agreed on, how it goes with them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.house import House
from bot.own_accord import permitted, talk_with, write
from bot.step_desk import cards, is_hidden
from casework.steps.step_asking import note_asked, to_ask_about
from flows.small_step_card import SmallStepsFound
from flows.small_steps import ask_of_own_accord
from storage.tables import Due
from storage.trays import finish_due


def ask(session: Session, house: House, due: Due, now: datetime) -> None:
    """Silence is left in peace: nothing is planned after it."""
    partner = permitted(session, house, due, now) if to_ask_about(session, due, now) else None
    steps = to_ask_about(session, due, now)
    if not steps:
        finish_due(session, due.id or 0, "skipped", "nothing to ask about any more")
    elif partner is not None and finish_due(session, due.id or 0, "done"):
        note_asked(session, steps, now)
        talk = talk_with(house, partner, now)
        ask_of_own_accord(talk, SmallStepsFound(cards(partner, steps), is_hidden(house, partner), asks=True))
        write(session, house, partner, talk, due.key)
