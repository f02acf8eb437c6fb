"""What falls due before a visit: reminders, looked at once more against it, and the look whether one was answered."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from sqlmodel import Session

from bot.house import House
from bot.own_accord import Never, NotNow, may_write, talk_with, write
from bot.people import Partner
from bot.visit_facts import facts
from casework.talk.unreachable import call_if_nowhere
from casework.telling.announcements import announce_about
from casework.telling.notices import News, give_notice
from casework.visiting.cut_off import has_wished, is_not_coming
from casework.visiting.reminders import message_key, put_off, still_wanted, waits_for_an_answer
from flows.visit_news import remind as say_reminder
from storage.tables import Appointment, Due
from storage.trays import finish_due


def remind(session: Session, house: House, due: Due, now: datetime) -> None:
    """Say it in the language of that day, let it wait, or note why not."""
    appointment = still_wanted(session, due, now)
    if appointment is None or is_not_coming(session, appointment):
        finish_due(session, due.id or 0, "skipped", "no longer wanted")
        return
    permission = may_write(session, house, due, now, reminds=True)
    match permission:
        case Partner():
            _say(session, house, due, permission, now)
        case NotNow(until, because):
            if not put_off(session, due, appointment, until):
                give_up(session, due, appointment, because, now)
        case Never(because):
            give_up(session, due, appointment, because, now)
        case _:
            assert_never(permission)


def _say(session: Session, house: House, due: Due, partner: Partner, now: datetime) -> None:
    """The person's row is locked by now: what they did a moment ago is seen."""
    appointment = still_wanted(session, due, now)
    if appointment is None:
        finish_due(session, due.id or 0, "skipped", "no longer wanted")
    elif finish_due(session, due.id or 0, "done"):
        talk = talk_with(house, partner, now)
        told = facts(house, appointment, talk)
        say_reminder(talk, due.kind, appointment.way, appointment.version, told)
        write(session, house, partner, talk, message_key(due.kind, appointment.id, appointment.version))


def give_up(session: Session, due: Due, appointment: Appointment, because: str, now: datetime) -> None:
    """The coach knows that nobody was reminded."""
    finish_due(session, due.id or 0, "skipped", because)
    key = f"unreachable|{appointment.id}|{appointment.version}"
    give_notice(session, News(appointment.organisation, "unreachable", appointment.id, key, appointment.coach), now)
    call_if_nowhere(session, appointment.person_id, now)


def look_for_an_answer(session: Session, house: House, due: Due, now: datetime) -> None:
    """Who was reminded and has not said that they come: the coach may call them in time."""
    visit = waits_for_an_answer(session, due, now)
    if visit is None or has_wished(session, visit):
        finish_due(session, due.id or 0, "skipped", "nothing to ask")
    elif finish_due(session, due.id or 0, "done"):
        key = f"unanswered|{visit.id}|{visit.version}"
        give_notice(session, News(visit.organisation, "unanswered", visit.id, key, visit.coach), now)
        announce_about(session, house.voice, visit.id, now)
