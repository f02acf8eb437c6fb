"""What falls due about an offered case: its waiting goes on, and the person hears what happens next."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.house import House
from bot.own_accord import permitted, talk_with, write
from casework.cases import first_answer
from casework.cases.case_states import WAITING
from casework.telling.announcements import announce_about
from flows.case_news import tell as say_it
from storage.tables import Case, Due
from storage.trays import DuePlan, finish_due, plan

NEWS = "case_news"


def climb(session: Session, house: House, due: Due, now: datetime) -> None:
    """Remind, pass on or tell the lead; what the person should hear of it waits for a time that is not quiet."""
    organisation = house.organisations[due.organisation]
    if not finish_due(session, due.id or 0, "done"):
        return
    told = first_answer.climb(session, first_answer.House(organisation, house.vault), due, now)
    announce_about(session, house.voice, due.subject or "", now)
    if told in ("passed_on", "late"):
        key = f"{NEWS}|{due.key}"
        plan(session, DuePlan(key, NEWS, due.organisation, due.person_id, due.subject, 0, now, {"told": told}))


def tell(session: Session, house: House, due: Due, now: datetime) -> None:
    """Once, and no longer when somebody has taken the case on meanwhile."""
    case = session.get(Case, due.subject)
    if case is None or case.state not in WAITING:
        finish_due(session, due.id or 0, "skipped", "no news any more")
        return
    partner = permitted(session, house, due, now)
    if partner and finish_due(session, due.id or 0, "done"):
        talk = talk_with(house, partner, now)
        say_it(talk, due.body["told"], talk.setting.coaches.get(case.coach or "", ""))
        write(session, house, partner, talk, due.key)
