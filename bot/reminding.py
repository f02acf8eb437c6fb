"""What falls due: reminders are looked at once more against their appointment, and then put out."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.house import House
from bot.people import reach
from bot.speak import speak_later
from casework.calendar import after_quiet_hours, in_quiet_hours
from casework.notices import News, give_notice
from casework.reminders import put_off, still_wanted
from flows.heard import VISIT, Tap
from flows.messages import Choice, Phrase, Saying
from flows.render import render
from flows.talk import Setting
from flows.translated import translation_mark
from storage.tables import Appointment, Due
from storage.trays import finish_due, retry_due

TEXTS = {
    "remind_day": Phrase(
        "Your appointment is {when}. You come to {place_name}, {address}. {directions} You see {coach}."
    ),
    "remind_hours": Phrase("Your appointment is today: {when}. You come to {place_name}, {address}. {directions}"),
}


def remind(session: Session, house: House, due: Due, now: datetime) -> None:
    """Say it in the language of that day, or note why not; either way the row is finished."""
    number = due.id or 0
    appointment = still_wanted(session, due, now)
    if appointment is None:
        finish_due(session, number, "skipped", "no longer wanted")
        return
    organisation = house.organisations[appointment.organisation]
    if in_quiet_hours(organisation, now):
        retry_due(session, number, after_quiet_hours(organisation, now))
        return
    partner = reach(session, house.vault, appointment.person_id)
    if partner is None or partner.quiet:
        _tell_coach(session, appointment, now)
        finish_due(session, number, "skipped", "wants no messages" if partner else "cannot be reached")
        return
    rest = partner.rests_until(now)
    if rest:
        _leave_in_peace(session, due, appointment, rest, now)
        return
    setting = house.scenes.setting(partner.place.organisation, partner.place.channel)
    bubble = render(reminder(due.kind, appointment, setting, partner.language), setting, partner.language)
    if finish_due(session, number, "done"):
        speak_later(session, house, partner, bubble, now)


def _leave_in_peace(session: Session, due: Due, appointment: Appointment, until: datetime, now: datetime) -> None:
    """After distress nothing is sent that evening: the reminder waits; the coach knows if that is too late."""
    if not put_off(session, due, appointment, until):
        _tell_coach(session, appointment, now)
        finish_due(session, due.id or 0, "skipped", "left in peace")


def reminder(kind: str, appointment: Appointment, setting: Setting, language: str) -> Saying:
    """When, where, how to get there, and three answers that work at once."""
    place = setting.places.get(appointment.place, {}).get(language, {})
    coach = setting.coaches.get(appointment.coach, "")
    text = Phrase(TEXTS[kind].source, {"when": appointment.starts_at, "coach": coach, **place})
    version = appointment.version
    return Saying(
        text,
        (
            Choice(Phrase("I come"), Tap(VISIT, f"come:{version}"), "👍"),
            Choice(Phrase("Another time"), Tap(VISIT, f"move:{version}"), "📅"),
            Choice(Phrase("I can't come"), Tap(VISIT, f"cancel:{version}"), "✖"),
        ),
        before=translation_mark(setting, language),
    )


def _tell_coach(session: Session, appointment: Appointment, now: datetime) -> None:
    key = f"unreachable|{appointment.id}|{appointment.version}"
    news = News(appointment.organisation, "unreachable", appointment.id, key, appointment.coach)
    give_notice(session, news, now)
