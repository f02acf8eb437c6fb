"""Group sessions by the API: listed, who comes, people signed up and off, and who was there."""

from __future__ import annotations

from sqlmodel import Session, col, select

from casework.sessions.attendance import Register, participants
from casework.sessions.enrolments import Room, line_length
from casework.sessions.group_sessions import ends_at, is_open, starts_at
from casework.sessions.session_file import GroupSession
from staff.api_call import Call, Operation, Reply, missing, refused, settled
from staff.api_cases import case_of
from staff.api_models import (
    EnrolIn,
    EnrolmentList,
    EnrolmentOut,
    Nothing,
    PresenceIn,
    SessionList,
    SessionOut,
    SessionOutcomeIn,
)
from storage.tables import Enrolment


def show_sessions(session: Session, call: Call) -> Reply:
    house = call.organisation
    groups = sorted(house.sessions.values(), key=lambda group: (starts_at(house, group), group.id))
    return Reply(SessionList(sessions=[_group(session, call, group) for group in groups]))


def _group(session: Session, call: Call, group: GroupSession) -> SessionOut:
    house, room = call.organisation, _room(session, call, group)
    here = Enrolment.organisation == house.id, Enrolment.session == group.id
    taken = session.exec(select(Enrolment.seat).where(*here, col(Enrolment.seat).is_not(None))).all()
    return SessionOut(
        id=group.id,
        title=group.title.get(house.languages[0]) or next(iter(group.title.values())),
        starts_at=starts_at(house, group),
        ends_at=ends_at(house, group),
        seats=group.seats,
        free=max(0, group.seats - len(taken)),
        waiting=line_length(room),
    )


def show_enrolments(session: Session, call: Call) -> Reply:
    group = _find_group(call, call.id)
    found = participants(session, call.caller.system, group, call.now)
    return Reply(
        EnrolmentList(
            enrolments=[
                EnrolmentOut.model_validate(each.place).model_copy(
                    update={"case": each.case, "position": each.position}
                )
                for each in found
            ]
        )
    )


def enrol(session: Session, call: Call) -> Reply:
    """Behind the others on the waiting list when it is full. The person is told."""
    group = _find_group(call, call.id)
    body: EnrolIn = call.body
    case = case_of(session, call, body.case)
    if not is_open(call.organisation, group, call.now):
        refused("Nobody can sign up for it any more.", "Choose another session.")
    place = _register(session, call, group).add(case.person_id)
    if place is None:
        missing("person")
    return _shown(place)


def note_presence(session: Session, call: Call) -> Reply:
    place = _find(session, call)
    register = _register(session, call, _find_group(call, place.session))
    settled(register.mark(place.id, _version(call, place), attended=call.body.attended), "enrolment")
    return _again(session, call)


def note_session_outcome(session: Session, call: Call) -> Reply:
    """It may change as often as more is known; nothing comes of it for who was not there."""
    place, body = _find(session, call), call.body
    if call.version not in (None, place.version):
        settled("changed", "enrolment")
    register = _register(session, call, _find_group(call, place.session))
    if register.outcome(place.id, body.outcome) != "done":
        refused("The person was not there.", "Note that they came, if they did.")
    return _again(session, call)


def sign_off(session: Session, call: Call) -> Reply:
    """The person is told, and the next in line gets the seat."""
    place = _find(session, call)
    settled(
        _register(session, call, _find_group(call, place.session)).remove(place.id, _version(call, place)), "enrolment"
    )
    return _again(session, call)


def _version(call: Call, place: Enrolment) -> int:
    return place.version if call.version is None else call.version


def _again(session: Session, call: Call) -> Reply:
    session.expire_all()
    return _shown(_find(session, call))


def _shown(place: Enrolment) -> Reply:
    return Reply(EnrolmentOut.model_validate(place), f'"{place.version}-{place.state}"')


def _find(session: Session, call: Call) -> Enrolment:
    mine = Enrolment.id == call.id, Enrolment.organisation == call.organisation.id
    place = session.exec(select(Enrolment).where(*mine)).first()
    if place is None or place.session not in call.organisation.sessions:
        missing("enrolment")
    return place


def _find_group(call: Call, id: str) -> GroupSession:
    group = call.organisation.sessions.get(id)
    if group is None:
        missing("session")
    return group


def _room(session: Session, call: Call, group: GroupSession) -> Room:
    return Room(session, call.organisation, group, call.now)


def _register(session: Session, call: Call, group: GroupSession) -> Register:
    return Register(_room(session, call, group), call.caller.system)


OPERATIONS = (
    Operation("listSessions", "GET", "/sessions", "The group sessions", "sessions:read", show_sessions, SessionList),
    Operation(
        "listEnrolments",
        "GET",
        "/sessions/{id}/enrolments",
        "Who has a seat, and who waits",
        "sessions:read",
        show_enrolments,
        EnrolmentList,
    ),
    Operation(
        "enrol",
        "POST",
        "/sessions/{id}/enrolments",
        "The person of a case is signed up",
        "sessions:write",
        enrol,
        EnrolmentOut,
        body=EnrolIn,
        status=201,
    ),
    Operation(
        "notePresence",
        "POST",
        "/enrolments/{id}/presence",
        "Whether the person was there",
        "sessions:write",
        note_presence,
        EnrolmentOut,
        body=PresenceIn,
        versioned=True,
    ),
    Operation(
        "noteSessionOutcome",
        "POST",
        "/enrolments/{id}/outcome",
        "What came of the session for the person",
        "sessions:write",
        note_session_outcome,
        EnrolmentOut,
        body=SessionOutcomeIn,
        versioned=True,
    ),
    Operation(
        "signOff",
        "POST",
        "/enrolments/{id}/sign_off",
        "The person does not come",
        "sessions:write",
        sign_off,
        EnrolmentOut,
        body=Nothing,
        versioned=True,
    ),
)
