"""What falls due about group sessions: reminders, seats to offer, offers that end, and news of somebody's seat."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot import session_gone
from bot.house import House
from bot.own_accord import Never, NotNow, may_write, permitted, talk_with, write
from bot.people import Partner
from casework.sessions.enrolments import Room, end_offer, expire, find, hold_longer, pass_on
from casework.sessions.group_sessions import answer_by, is_ahead, meets_at
from casework.sessions.seat_states import OFFERED
from casework.sessions.session_cards import card
from casework.sessions.session_reminders import (
    DAY,
    ENDS,
    FREE,
    GONE,
    HOURS,
    NEWS,
    OFFER,
    plan_news,
    put_off,
    unwanted_because,
)
from casework.telling.notices import News, give_notice
from flows import session_letters
from storage.tables import Due, Enrolment
from storage.trays import finish_due, retry_due


def carry_out(session: Session, house: House, due: Due, now: datetime) -> None:
    """Do what the row says, let it wait, or note why not. It is about a place, or about a session (``seat_free``)."""
    if due.kind == GONE:
        session_gone.tell(session, house, due, now)
        return
    place = session.get(Enrolment, due.subject) if due.kind != FREE else None
    room = _room(session, house, due, place.session if place else due.subject, now)
    if room is None:
        finish_due(session, due.id or 0, "skipped", "the session is no longer in the file")
        if place is not None and due.kind == ENDS:
            end_offer(session, place, now)
    elif due.kind == FREE:
        pass_on(room)
        finish_due(session, due.id or 0, "done")
    elif place is None or place.version != due.version:
        finish_due(session, due.id or 0, "skipped", "the seat was given up")
    else:
        _about_a_place(room, house, due, place)


def _room(session: Session, house: House, due: Due, group: str | None, now: datetime) -> Room | None:
    organisation = house.organisations[due.organisation]
    found = organisation.sessions.get(group or "")
    return Room(session, organisation, found, now) if found else None


def _about_a_place(room: Room, house: House, due: Due, place: Enrolment) -> None:
    if due.kind in (OFFER, NEWS) and not is_ahead(room.organisation, room.group, room.now):
        finish_due(room.session, due.id or 0, "skipped", "the session is over")
        return
    match due.kind:
        case "remind_session_day" | "remind_session_hours":
            _remind(room, house, due, place)
        case "seat_offer":
            _offer(room, house, due, place)
        case "seat_ends":
            _end(room, due, place)
        case _:
            _tell(room, house, due)


def _remind(room: Room, house: House, due: Due, place: Enrolment) -> None:
    unwanted = unwanted_because(due, room.organisation, room.group, place, room.now)
    if unwanted:
        finish_due(room.session, due.id or 0, "skipped", unwanted)
        return
    permission = may_write(room.session, house, due, room.now, reminds=True)
    match permission:
        case Partner():
            _say(room, house, due, permission)
        case NotNow(until, because):
            if not put_off(room.session, due, until, meets_at(room.organisation, room.group)):
                _give_up(room, due, place, because)
        case Never(because):
            _give_up(room, due, place, because)


def _offer(room: Room, house: House, due: Due, place: Enrolment) -> None:
    """Who cannot be written to in time would only keep others waiting: the seat goes on."""
    permission = may_write(room.session, house, due, room.now)
    match permission:
        case Partner():
            until = answer_by(room.organisation, room.group, room.now)
            if place.hold_until is None or until > place.hold_until:
                hold_longer(room, place, until)
            _say(room, house, due, permission)
        case NotNow(until) if place.hold_until and until < place.hold_until:
            retry_due(room.session, due.id or 0, until)
        case NotNow(_, because) | Never(because):
            finish_due(room.session, due.id or 0, "skipped", because)
            expire(room, place)


def _end(room: Room, due: Due, place: Enrolment) -> None:
    if place.state == OFFERED and place.hold_until and place.hold_until > room.now:
        retry_due(room.session, due.id or 0, place.hold_until)
    elif finish_due(room.session, due.id or 0, "done") and (ended := expire(room, place)):
        plan_news(room.session, ended, room.now)


def _tell(room: Room, house: House, due: Due) -> None:
    partner = permitted(room.session, house, due, room.now)
    if partner:
        _say(room, house, due, partner)


LETTERS = {
    DAY: session_letters.remind,
    HOURS: session_letters.remind,
    OFFER: session_letters.offer,
    NEWS: session_letters.tell,
}


def _say(room: Room, house: House, due: Due, partner: Partner) -> None:
    """The person's row is locked by now: what they did a moment ago is seen."""
    place = find(room, partner.person_id)
    if place is None or place.version != due.version:
        finish_due(room.session, due.id or 0, "skipped", "the seat was given up")
    elif finish_due(room.session, due.id or 0, "done"):
        talk = talk_with(house, partner, room.now)
        LETTERS[due.kind](talk, card(room, place, talk.language))
        write(room.session, house, partner, talk, f"{due.kind}|{place.id}|{place.version}")


def _give_up(room: Room, due: Due, place: Enrolment, because: str) -> None:
    """Staff know that somebody was not reminded."""
    finish_due(room.session, due.id or 0, "skipped", because)
    news = News(place.organisation, "unreachable", place.id, f"unreachable|{place.id}|{place.version}")
    give_notice(room.session, news, room.now)
