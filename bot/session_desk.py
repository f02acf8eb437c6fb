"""Carries out what a person wants with group sessions, within the turn's own transaction."""

from __future__ import annotations

from bot.call import Call
from bot.people import Partner
from casework.sessions.enrolments import Room, accept, decline, find, join, leave, say_coming, wish_interview
from casework.sessions.group_sessions import is_ahead, is_open
from casework.sessions.seat_states import ABSENT, ATTENDED, ENROLLED, OFFERED
from casework.sessions.session_cards import Shelf, card
from flows.effects import AnswerSession, FindSessions
from flows.session_card import SessionAnswered, SessionsFound
from storage.tables import Enrolment


def answer_about_sessions(
    call: Call, partner: Partner, effect: FindSessions | AnswerSession
) -> SessionsFound | SessionAnswered:
    return _find(call, partner, effect) if isinstance(effect, FindSessions) else _answer(call, partner, effect)


def _find(call: Call, partner: Partner, effect: FindSessions) -> SessionsFound:
    shelf = Shelf(call.session, call.organisation, partner.person_id, effect.language, call.now)
    if effect.mine:
        return SessionsFound(shelf.mine(), effect.mine, effect.visit)
    shown, more = shelf.coming(effect.known, effect.page)
    return SessionsFound(shown, next_page=effect.page + 1 if more else None)


def _answer(call: Call, partner: Partner, effect: AnswerSession) -> SessionAnswered:
    """How the session is for this person after what they wanted; an old button changes nothing."""
    group = call.organisation.sessions.get(effect.session)
    if group is None or not is_ahead(call.organisation, group, call.now):
        return SessionAnswered("gone", None)
    room = Room(call.session, call.organisation, group, call.now)
    came = _came(room, partner.person_id, effect)
    return SessionAnswered(came, card(room, find(room, partner.person_id), effect.language))


def _came(room: Room, person_id: str, effect: AnswerSession) -> str:
    place = find(room, person_id)
    match effect.wish:
        case "show":
            return "shown"
        case "join" | "wait":
            return _join(room, person_id, effect, place)
        case _ if place is None or place.version != effect.version:
            return "changed"
        case _:
            return _with_place(room, place, effect.wish)


def _join(room: Room, person_id: str, effect: AnswerSession, place: Enrolment | None) -> str:
    """Asking twice is asking once. Who has no seat can ask for one until that ends."""
    if place is not None and place.state in (ENROLLED, ATTENDED, ABSENT):
        return "shown"
    if not is_open(room.organisation, room.group, room.now):
        return "closed"
    joined = join(room, person_id, effect.language, line=effect.wish == "wait")
    return joined.state if joined else "full"


def _with_place(room: Room, place: Enrolment, wish: str) -> str:
    match wish:
        case "yes":
            done, came = accept(room, place) is not None, "enrolled"
        case "no":
            done, came = decline(room, place) is not None, "declined"
        case "leave":
            done, came = leave(room, place) is not None, "declined" if place.state == OFFERED else "left"
        case "come":
            done, came = say_coming(room, place), "coming"
        case _:
            done, came = wish_interview(room, place, wished=wish == "talk"), wish
    return came if done else "changed"
