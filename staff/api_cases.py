"""Cases by the API: listed, read, accepted for a coach, declined, done, with what became of the person."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from casework.cases.case_answers import decline, finish
from casework.cases.case_outcomes import note_outcome
from casework.cases.cases import CaseFile, Listed, Page, accept, find_case, list_cases, read_case
from casework.cases.contact import channels, contact
from casework.door.accounts import Account
from casework.door.rights import may
from staff.api_call import Call, Operation, Reply, Wrong, missing, refused, settled
from staff.api_models import (
    AcceptIn,
    AppointmentOut,
    CaseLine,
    CaseList,
    CaseOut,
    CaseQuery,
    ChannelOut,
    ConsentOut,
    ContactOut,
    DeclineIn,
    DoneIn,
    OutcomeIn,
    PersonOut,
)
from staff.cursor import cursor_after, read_cursor
from storage import audit
from storage.tables import Case, Consent, Person, Staff

SCOPE_OF_TIER = {"A": "answers:read", "B": "barriers:read"}
"""Answers of tier C are given to no system."""


def show_cases(session: Session, call: Call) -> Reply:
    query: CaseQuery = call.query
    page = Page(
        query.limit + 1,
        after(query.cursor),
        query.state,
        coach=query.coach,
        language=query.language,
        place=query.place,
        since=query.since,
        kind=query.kind,
    )
    listed = list_cases(session, call.caller.actor, page, call.now)
    more = cursor_after(listed[query.limit - 1].case) if len(listed) > query.limit else None
    return Reply(CaseList(cases=[_line(call, line) for line in listed[: query.limit]], next=more))


def after(cursor: str | None) -> tuple[datetime, str] | None:
    try:
        return read_cursor(cursor) if cursor else None
    except ValueError:
        raise Wrong(400, "Check these: cursor", "Send `next` of the answer before as it came.", ("cursor",)) from None


def show_case(session: Session, call: Call) -> Reply:
    found = read_case(session, call.office.vault, call.caller.actor, call.id, call.now)
    if found is None:
        missing("case")
    return Reply(case_out(call, found), _etag(found))


def accept_case(session: Session, call: Call) -> Reply:
    """The account is that of the coach; the audit has the system beside it."""
    body: AcceptIn = call.body
    case = _seen(session, call)
    coach = in_the_name_of(session, call, body.coach)
    if coach is None or not may(coach, "take_cases", case):
        raise Wrong(422, "No coach of this name takes cases on.", "Send a coach's id.", ("coach",))
    settled(accept(session, case.id, coach, _version(call, case), call.now), "case")
    audit.record(session, call.organisation.id, call.caller.system.actor, "case.accept_for", case.id, call.now)
    return as_it_is(session, call)


def in_the_name_of(session: Session, call: Call, coach: str) -> Account | None:
    """The open account of this coach, for what only somebody of the staff can do."""
    mine = Staff.organisation == call.organisation.id, Staff.coach == coach, col(Staff.active)
    staff = session.exec(select(Staff).where(*mine)).first()
    return Account.of(staff) if staff else None


def decline_case(session: Session, call: Call) -> Reply:
    case = _seen(session, call)
    seen = case.id, _version(call, case)
    settled(decline(session, call.caller.actor, seen, call.body.reason, call.now), "case")
    return as_it_is(session, call)


def finish_case(session: Session, call: Call) -> Reply:
    case = _seen(session, call)
    seen = case.id, _version(call, case)
    settled(finish(session, call.caller.actor, seen, call.now, call.body.outcome), "case")
    return as_it_is(session, call)


def note_case_outcome(session: Session, call: Call) -> Reply:
    case = _seen(session, call)
    seen = case.id, _version(call, case)
    settled(note_outcome(session, call.caller.actor, seen, call.body.outcome, call.now), "case")
    return as_it_is(session, call)


def show_person(session: Session, call: Call) -> Reply:
    case = _seen(session, call)
    person = session.get_one(Person, case.person_id)
    ways = channels(session, person.id)
    given = session.exec(select(Consent).where(Consent.person_id == person.id).order_by(col(Consent.at))).all()
    audit.record(session, call.organisation.id, call.caller.system.actor, "case.person", case.id, call.now)
    return Reply(
        PersonOut(
            language=person.language,
            quiet=person.quiet,
            channels=[way.channel for way in ways if way.state == "open"],
            ways=[ChannelOut.model_validate(way) for way in ways],
            contact=_contact(session, call, case),
            consents=[ConsentOut.model_validate(last) for last in {row.scope: row for row in given}.values()],
        )
    )


def _contact(session: Session, call: Call, case: Case) -> ContactOut | None:
    if "people:read" not in call.caller.scopes:
        return None
    found = read_case(session, call.office.vault, call.caller.actor, case.id, call.now)
    if found is None:
        return None
    flow = call.office.briefing.flows.get(found.flow)
    return ContactOut.model_validate(contact(flow, found.dossier, call.caller.system, case))


def _seen(session: Session, call: Call) -> Case:
    return case_of(session, call, call.id)


def seen_case(session: Session, call: Call) -> tuple[Case, int]:
    """The case of the address, and the version that was read."""
    case = _seen(session, call)
    return case, _version(call, case)


def case_of(session: Session, call: Call, id: str) -> Case:
    case = find_case(session, call.organisation.id, id)
    if case is None or not case.sealed or not may(call.caller.system, "see_cases", case):
        missing("case")
    return case


def _version(call: Call, case: Case) -> int:
    return case.version if call.version is None else call.version


def as_it_is(session: Session, call: Call) -> Reply:
    """The case after a change."""
    session.expire_all()
    case = find_case(session, call.organisation.id, call.id)
    if case is None:
        refused("The case is gone.", "Read the list.")
    line = CaseLine.model_validate(case)
    return Reply(line, f'"{case.version}"')


def _line(call: Call, listed: Listed) -> CaseLine:
    line = CaseLine.model_validate(listed.case)
    return line.model_copy(update={"appointment": _appointment(call, listed)})


def _appointment(call: Call, found: Listed | CaseFile) -> AppointmentOut | None:
    shown = found.appointment is not None and "appointments:read" in call.caller.scopes
    return AppointmentOut.model_validate(found.appointment) if shown else None


def case_out(call: Call, file: CaseFile) -> CaseOut:
    """The case with the answers that the token's scopes let it see."""
    tiers, newest = call.office.briefing.tiers(file.flow), file.dossier.newest
    told = {question for question, tier in tiers.items() if SCOPE_OF_TIER.get(tier) in call.caller.scopes}
    return CaseOut(
        **CaseLine.model_validate(file.case).model_dump(exclude={"appointment"}),
        appointment=_appointment(call, file),
        flow=file.flow,
        answers={
            question: list(value) if isinstance(value, tuple) else value
            for question, value in newest.answers.items()
            if question in told
        },
        skipped=[question for question in newest.skipped if question in told],
    )


def _etag(file: CaseFile) -> str:
    visit = f"-{file.appointment.id}-{file.appointment.version}-{file.appointment.state}" if file.appointment else ""
    return f'"{file.case.version}{visit}"'


OPERATIONS = (
    Operation(
        "listCases", "GET", "/cases", "The cases, the newest first", "cases:read", show_cases, CaseList, CaseQuery
    ),
    Operation("readCase", "GET", "/cases/{id}", "One case with its answers", "cases:read", show_case, CaseOut),
    Operation(
        "readPerson",
        "GET",
        "/cases/{id}/person",
        "How the person of a case is reached, and what they agreed to",
        "cases:read",
        show_person,
        PersonOut,
    ),
    Operation(
        "acceptCase",
        "POST",
        "/cases/{id}/accept",
        "A coach takes the case on",
        "cases:write",
        accept_case,
        CaseLine,
        body=AcceptIn,
        versioned=True,
    ),
    Operation(
        "declineCase",
        "POST",
        "/cases/{id}/decline",
        "The coach it was offered to does not take it on",
        "cases:write",
        decline_case,
        CaseLine,
        body=DeclineIn,
        versioned=True,
    ),
    Operation(
        "finishCase",
        "POST",
        "/cases/{id}/done",
        "Nothing is left to do for the case",
        "cases:write",
        finish_case,
        CaseLine,
        body=DoneIn,
        versioned=True,
    ),
    Operation(
        "noteOutcome",
        "POST",
        "/cases/{id}/outcome",
        "What became of the person, while the case is open",
        "cases:write",
        note_case_outcome,
        CaseLine,
        body=OutcomeIn,
        versioned=True,
    ),
)
