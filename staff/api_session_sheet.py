"""The list of a group session by the API: who comes, who came in unannounced, the next in line, and calling it off."""

from __future__ import annotations

from sqlmodel import Session

from casework.sessions.attendance import Register, participants
from casework.sessions.enrolments import Room
from casework.sessions.session_desk import call_session_off, event, seat_next, unknown_walk_in, walk_in
from casework.sessions.session_file import GroupSession
from casework.telling.announcements import announce_about
from staff.api_call import Call, Operation, Reply, missing, refused
from staff.api_cases import case_of
from staff.api_hours_models import SheetLine, SheetOut, WalkInIn
from staff.api_models import Nothing

AGAIN = "Read the list again."


def show_sheet(session: Session, call: Call) -> Reply:
    """Also of one that is called off."""
    group = _group(call)
    organisation = call.office.organisations.read(session, call.organisation.id)
    room = Room(session, organisation, group, call.now)
    now, place = event(room, off=group.id not in organisation.sessions), organisation.places.get(group.place or "")
    found = participants(session, call.caller.system, group, call.now)
    return Reply(
        SheetOut(
            id=group.id,
            starts_at=now.starts_at,
            ends_at=now.ends_at,
            meets_at=now.meets_at,
            place=group.place,
            address=place.address if place else group.address,
            seats=group.seats,
            free=now.free,
            called_off=now.off,
            lines=[
                SheetLine.model_validate(each.place).model_copy(update={"case": each.case, "position": each.position})
                for each in found
            ],
        )
    )


def note_walk_in(session: Session, call: Call) -> Reply:
    """They get a free seat and were there; nobody is told anything."""
    body: WalkInIn = call.body
    register = _register(session, call)
    if body.case is None:
        came_of = unknown_walk_in(register, call.office.vault)
    else:
        came_of = walk_in(register, case_of(session, call, body.case).person_id)
    return _settled(session, call, came_of)


def give_next(session: Session, call: Call) -> Reply:
    """They are told."""
    return _settled(session, call, seat_next(_register(session, call)))


def _settled(session: Session, call: Call, came_of: str) -> Reply:
    match came_of:
        case "missing":
            missing("person")
        case "full":
            refused("No seat is free.", AGAIN)
        case "nobody":
            refused("Nobody waits.", AGAIN)
        case "too_early":
            refused("It is too early for that.", "Wait until people meet.")
    return show_sheet(session, call)


def call_off(session: Session, call: Call) -> Reply:
    """For good. Everybody on the list is told."""
    group = _group(call)
    if call_session_off(session, call.office.organisations, call.caller.system, group, call.now) != "done":
        refused("It has begun, or is called off already.", AGAIN)
    if call.office.voice is not None:
        announce_about(session, call.office.voice, group.id, call.now)
    return show_sheet(session, call)


def _group(call: Call) -> GroupSession:
    group = call.office.organisations.every_session(call.organisation.id).get(call.id)
    if group is None:
        missing("session")
    return group


def _register(session: Session, call: Call) -> Register:
    organisation = call.office.organisations.read(session, call.organisation.id)
    group = organisation.sessions.get(call.id)
    if group is None:
        missing("session")
    return Register(Room(session, organisation, group, call.now), call.caller.system)


OPERATIONS = (
    Operation(
        "readSheet",
        "GET",
        "/sessions/{id}/sheet",
        "The attendance sheet of a session",
        "sessions:read",
        show_sheet,
        SheetOut,
    ),
    Operation(
        "noteWalkIn",
        "POST",
        "/sessions/{id}/walk_ins",
        "Somebody came who was not on the list",
        "sessions:write",
        note_walk_in,
        SheetOut,
        body=WalkInIn,
    ),
    Operation(
        "seatNext",
        "POST",
        "/sessions/{id}/next",
        "The first in line gets a free seat",
        "sessions:write",
        give_next,
        SheetOut,
        body=Nothing,
    ),
    Operation(
        "callSessionOff",
        "POST",
        "/sessions/{id}/cancel",
        "The session does not take place",
        "sessions:write",
        call_off,
        SheetOut,
        body=Nothing,
        renews=True,
    ),
)
