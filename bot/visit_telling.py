"""What falls due about a visit besides reminders: a hold that ends, a free time to offer, news of what staff did."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, assert_never

from sqlmodel import Session

from bot.house import House
from bot.notebook import read_log
from bot.own_accord import Never, NotNow, may_write, talk_with, write
from bot.people import Partner
from bot.reminding import give_up
from bot.visit_facts import facts, record, slot_value
from casework.hours.calendar import out_of_quiet
from casework.visiting.holds import Keeper, end_hold, held_for, hold
from casework.visiting.visit_news import MADE, MISSED, MOVED
from casework.visiting.visits import current, is_ahead
from casework.visiting.waiting_times import InLine, is_to_be_had, line
from flows import visit_news
from flows.log import THE_STAFF
from flows.memory import remember
from flows.talk import Talk
from storage.tables import Appointment, Due
from storage.trays import finish_due, retry_due


def end(session: Session, due: Due, now: datetime) -> None:
    """Nobody answered in time: the time is free, and whoever waited for it has had their turn."""
    if not end_hold(session, due, now):
        finish_due(session, due.id or 0, "skipped", "no longer held")
        return
    finish_due(session, due.id or 0, "done")
    if row := due.body.get("place_in_line"):
        finish_due(session, row, "skipped", "did not answer an offer")


def offer_freed(session: Session, house: House, due: Due, now: datetime) -> None:
    """Keep the time that became free for the first in line who can be written to now, and say so.

    In the quiet hours nobody could answer: the time is looked at again in the morning, and free until then.
    """
    organisation, freed = house.organisations[due.organisation], session.get(Appointment, due.subject)
    later = out_of_quiet(organisation, now)
    if freed is None or not is_to_be_had(organisation, freed, later):
        finish_due(session, due.id or 0, "skipped", "not to be had any more")
    elif later > now:
        retry_due(session, due.id or 0, later)
    else:
        offers = (_offer(session, house, waits, now) for waits in line(session, organisation, freed, now))
        came_of = next((offer for offer in offers if offer != "passed over"), "nobody waits for it")
        finish_due(session, due.id or 0, "done" if came_of == "kept" else "skipped", came_of)


def _offer(session: Session, house: House, waits: InLine, now: datetime) -> Literal["kept", "taken", "passed over"]:
    """Whoever cannot be written to now keeps their place; whoever has a visit needs none."""
    partner = may_write(session, house, waits, now)
    if not isinstance(partner, Partner) or held_for(session, partner.person_id):
        return "passed over"
    if current(session, partner.person_id, now):
        finish_due(session, waits.row, "done")
        return "passed over"
    wish = waits.wish
    keeper = Keeper(partner.person_id, partner.language, wish.kind, wish.way, waits.row)
    kept = hold(session, house.organisations[waits.organisation], waits.slot, keeper, now)
    if kept is None or kept.hold_until is None:
        return "taken"
    talk = talk_with(house, partner, now)
    visit_news.offer_time(talk, kept.version, facts(house, kept, talk) | {"until": kept.hold_until})
    write(session, house, partner, talk, f"offer|{kept.id}")
    return "kept"


def tell(session: Session, house: House, due: Due, now: datetime) -> None:
    """What staff did with the visit: once, and no longer where it is not news any more."""
    visit = session.get(Appointment, due.subject)
    if visit is None or not _is_news(session, due, visit, now):
        finish_due(session, due.id or 0, "skipped", "no news any more")
        return
    permission = may_write(session, house, due, now)
    match permission:
        case Partner():
            _say(session, house, due, visit, _talk(session, house, due, permission, now), permission)
        case NotNow(until):
            retry_due(session, due.id or 0, until)
        case Never(because) if due.kind == MISSED:
            finish_due(session, due.id or 0, "skipped", because)
        case Never(because):
            give_up(session, due, visit, because, now)
        case _:
            assert_never(permission)


def _talk(session: Session, house: House, due: Due, partner: Partner, now: datetime) -> Talk:
    """With all that was said before: what staff did changes where the conversation stands, and is noted as theirs."""
    talk = talk_with(house, partner, now)
    talk.by = due.body.get("by", THE_STAFF)
    remember(read_log(session, partner.key, partner.conversation_id), talk.memory)
    return talk


def _is_news(session: Session, due: Due, visit: Appointment, now: datetime) -> bool:
    if due.kind in (MOVED, MADE):
        return visit.version == due.version and is_ahead(visit, now)
    return current(session, visit.person_id, now) is None


def _say(session: Session, house: House, due: Due, visit: Appointment, talk: Talk, partner: Partner) -> None:
    do = talk.setting.flow.order("book_appointment")
    if do is None or not finish_due(session, due.id or 0, "done"):
        return
    told = facts(house, visit, talk) | {"why": due.body.get("why", "")}
    match due.kind:
        case "visit_missed":
            visit_news.missed(talk, do)
        case "visit_off":
            visit_news.called_off(talk, do, told)
        case "visit_made":
            made = record(house, visit) | {"kind": visit.kind}
            visit_news.made(talk, do, slot_value(visit), made, told)
        case _:
            visit_news.moved(talk, do, slot_value(visit), record(house, visit), told)
    write(session, house, partner, talk, f"{due.kind}|{visit.id}")
