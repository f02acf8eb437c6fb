"""Visits by the API: listed, booked at a free time, moved, cancelled, and whether the person came."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from casework.hours.outside_hours import keep
from casework.visiting.booking import Taken, Wanted, find
from casework.visiting.holds import held_for
from casework.visiting.moving_times import times_for
from casework.visiting.staff_booking import Order, make_visit
from casework.visiting.staff_times import without_notice
from casework.visiting.staff_visits import Answer, Seen, attend, cancel_visit, miss, move_visit
from flows.heard import Slot
from staff.api_call import Call, Operation, Reply, Work, missing, refused, settled
from staff.api_cases import after, case_of
from staff.api_models import (
    AppointmentList,
    AppointmentOut,
    AppointmentQuery,
    BookIn,
    CancelIn,
    In,
    MoveIn,
    MovesQuery,
    Nothing,
    SlotList,
    SlotOut,
    SlotQuery,
)
from staff.cursor import cursor_at
from storage import audit
from storage.tables import Appointment

MOST_SLOTS = 50
TAKEN = "This time cannot be had."
OTHERS = "Ask for the free times and take another one."


def show_appointments(session: Session, call: Call) -> Reply:
    wanted: AppointmentQuery = call.query
    query = select(Appointment).where(
        Appointment.organisation == call.organisation.id,
        col(Appointment.state) != "held",
        col(Appointment.starts_at) >= (wanted.since or call.now),
    )
    if wanted.until is not None:
        query = query.where(col(Appointment.starts_at) < wanted.until)
    if wanted.coach is not None:
        query = query.where(Appointment.coach == wanted.coach)
    place = after(wanted.cursor)
    if place is not None:
        query = query.where(tuple_(col(Appointment.starts_at), col(Appointment.id)) > place)
    in_order = query.order_by(col(Appointment.starts_at), col(Appointment.id)).limit(wanted.limit + 1)
    found = session.exec(in_order).all()
    shown = found[: wanted.limit]
    audit.record(session, call.organisation.id, call.caller.system.actor, "visit.list", "all", call.now)
    more = cursor_at(shown[-1].starts_at, shown[-1].id) if len(found) > wanted.limit else None
    return Reply(AppointmentList(appointments=[AppointmentOut.model_validate(each) for each in shown], next=more))


def show_appointment(session: Session, call: Call) -> Reply:
    return _shown(_find(session, call))


def show_slots(session: Session, call: Call) -> Reply:
    query: SlotQuery = call.query
    house = call.organisation if query.notice else without_notice(call.organisation)
    if query.kind not in (None, *house.visits) or query.language not in house.languages:
        return Reply(SlotList(slots=[]))
    wanted = Wanted(
        query.language, place=query.place, kind=query.kind, way=query.way, limit=MOST_SLOTS, a_day=MOST_SLOTS
    )
    slots, _ = find(session, house, wanted, call.now)
    return _slots(slot for slot in slots if query.coach in (None, slot.coach))


def show_moves(session: Session, call: Call) -> Reply:
    """Also times that are too soon for people to choose themselves; its own time is none of them."""
    query: MovesQuery = call.query
    first = query.day or call.today
    visit = _find(session, call)
    found = times_for(session, call.organisation, call.caller.system, visit.id, (first, query.days, call.now))
    slots = found[1] if found else []
    return _slots(slot for slot in slots if (slot.start, slot.place) != (visit.starts_at, visit.place))


def _slots(found: Iterable[Slot]) -> Reply:
    slots = [
        SlotOut(slot=slot.value, starts_at=slot.start, minutes=slot.minutes, coach=slot.coach, place=slot.place)
        for slot in found
    ]
    return Reply(SlotList(slots=slots))


def book_appointment(session: Session, call: Call) -> Reply:
    """Who has a visit ahead of them keeps it: moving is another call. The person is told. Where an agenda elsewhere has
    the last word it is ``held`` until then, and the event ``appointment.booked`` tells of the visit."""
    body: BookIn = call.body
    case = case_of(session, call, body.case)
    if body.kind not in (None, *call.organisation.visits):
        refused("There is no such kind of visit.", "Leave it out for the usual one.")
    order = Order(body.slot, body.kind, body.way, body.why or "")
    made = make_visit(session, call.organisation, call.caller.system, case, order, call.now)
    if made == "has_visit":
        refused("The person has a visit ahead of them.", "Move that one.")
    visit = held_for(session, case.person_id) if made == "asked" else made
    if not isinstance(visit, Appointment):
        refused(TAKEN, OTHERS)
    return _shown(visit, created=made != "asked")


def move_appointment(session: Session, call: Call) -> Reply:
    """Answers with the visit at its new time, which has a new id; the person is told. Where an agenda elsewhere has the
    last word, with the visit as it stands until then."""
    seen = _seen(session, call)
    visit = session.get_one(Appointment, seen.id)
    if visit.version != seen.version:
        settled("changed", "visit")
    came_of = move_visit(session, call.organisation, call.caller.system, seen.id, call.body.slot, call.now)
    if isinstance(came_of, Taken):
        refused(TAKEN, OTHERS)
    if isinstance(came_of, Appointment):
        return _shown(came_of)
    settled(came_of, "visit")
    return _shown(visit)


def cancel_appointment(session: Session, call: Call) -> Reply:
    """The person is told."""
    body: CancelIn = call.body
    seen, system = _seen(session, call), call.caller.system
    return _changed(session, call, cancel_visit(session, call.organisation, system, seen, call.now, why=body.why or ""))


def note_attended(session: Session, call: Call) -> Reply:
    return _changed(session, call, attend(session, call.caller.system, _seen(session, call), call.now))


def note_no_show(session: Session, call: Call) -> Reply:
    """The person gets one kind message, with an offer of another time."""
    return _changed(session, call, miss(session, call.organisation, call.caller.system, _seen(session, call), call.now))


def keep_appointment(session: Session, call: Call) -> Reply:
    return _changed(session, call, keep(session, call.caller.system, _seen(session, call), call.now))


def _seen(session: Session, call: Call) -> Seen:
    visit = _find(session, call)
    return Seen(visit.id, visit.version if call.version is None else call.version)


def _changed(session: Session, call: Call, came_of: Answer) -> Reply:
    settled(came_of, "visit")
    session.expire_all()
    return show_appointment(session, call)


def _find(session: Session, call: Call) -> Appointment:
    mine = Appointment.id == call.id, Appointment.organisation == call.organisation.id
    visit = session.exec(select(Appointment).where(*mine, col(Appointment.state) != "held")).first()
    if visit is None:
        missing("visit")
    return visit


def _shown(visit: Appointment, *, created: bool = False) -> Reply:
    location = f"/api/v1/appointments/{visit.id}" if created else ""
    return Reply(AppointmentOut.model_validate(visit), f'"{visit.version}-{visit.state}"', location)


def _change(id: str, path: str, summary: str, work: Work, body: type[In] = Nothing) -> Operation:
    return Operation(
        id,
        "POST",
        f"/appointments/{{id}}/{path}",
        summary,
        "appointments:write",
        work,
        AppointmentOut,
        body=body,
        versioned=True,
    )


OPERATIONS = (
    Operation(
        "listAppointments",
        "GET",
        "/appointments",
        "The visits, the soonest first",
        "appointments:read",
        show_appointments,
        AppointmentList,
        AppointmentQuery,
    ),
    Operation(
        "readAppointment",
        "GET",
        "/appointments/{id}",
        "One visit",
        "appointments:read",
        show_appointment,
        AppointmentOut,
    ),
    Operation("listSlots", "GET", "/slots", "Free times", "appointments:read", show_slots, SlotList, SlotQuery),
    Operation(
        "listMoves",
        "GET",
        "/appointments/{id}/slots",
        "Times of its coach to which a visit can be moved",
        "appointments:read",
        show_moves,
        SlotList,
        MovesQuery,
    ),
    Operation(
        "bookAppointment",
        "POST",
        "/appointments",
        "A visit for the person of a case",
        "appointments:write",
        book_appointment,
        AppointmentOut,
        body=BookIn,
        status=201,
        problems=(404,),
    ),
    _change("moveAppointment", "move", "The visit at another time", move_appointment, MoveIn),
    _change("cancelAppointment", "cancel", "It cannot take place", cancel_appointment, CancelIn),
    _change("noteAttended", "attended", "The person came", note_attended),
    _change("noteNoShow", "no_show", "The person did not come", note_no_show),
    _change("keepAppointment", "keep", "It takes place although the hours do not allow it", keep_appointment),
)
