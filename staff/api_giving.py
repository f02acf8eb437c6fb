"""Cases given to a coach and taken out by the API, and who would fit best."""

from __future__ import annotations

from pydantic import Field
from sqlmodel import Session

from casework.cases.assigning import Candidate
from casework.cases.case_giving import Withdrawn, choices, give, revoke
from casework.cases.first_answer import House
from staff.api_call import Call, Operation, Reply, Wrong, settled
from staff.api_cases import as_it_is, seen_case
from staff.api_models import CaseLine, In, Out, Word
from storage import audit


class CandidateOut(Out):
    """A coach with what speaks for and against giving them the case; `load` of `most` cases."""

    coach: str
    name: str
    fits: bool = Field(description="The house gives it to them by itself.")
    speaks: bool
    works_there: bool
    knows: list[str] | None = Field(
        description="What the person told that is their expertise; only with `barriers:read`."
    )
    load: int
    most: int | None
    full: bool
    away: bool
    said_no: bool


class CandidateList(Out):
    """Every coach, who fits best first."""

    candidates: list[CandidateOut]


class GiveIn(In):
    """To whom the case is offered, whoever had it."""

    coach: Word = Field(description="The coach's id in the organisation's file.")


class RevokeIn(In):
    """Why the case is taken out."""

    reason: Withdrawn


def show_candidates(session: Session, call: Call) -> Reply:
    case, _ = seen_case(session, call)
    house = House(call.organisation, call.office.vault)
    audit.record(session, call.organisation.id, call.caller.system.actor, "case.candidates", case.id, call.now)
    private = "barriers:read" in call.caller.scopes
    found = choices(session, house, case, call.now)
    return Reply(CandidateList(candidates=[_candidate(each, private=private) for each in found]))


def _candidate(found: Candidate, *, private: bool) -> CandidateOut:
    return CandidateOut(
        coach=found.coach.id,
        name=found.coach.name,
        fits=found.fits,
        speaks=found.speaks,
        works_there=found.works_there,
        knows=list(found.knows) if private else None,
        load=found.load,
        most=found.most,
        full=found.full,
        away=found.away,
        said_no=found.said_no,
    )


def give_case(session: Session, call: Call) -> Reply:
    """The coach hears of it; who had it before has it no more."""
    case, version = seen_case(session, call)
    coach = call.organisation.coaches.get(call.body.coach)
    if coach is None or not coach.bookable:
        raise Wrong(422, "No coach of this name takes cases on.", "Send a coach's id.", ("coach",))
    seen = case.id, version, coach.id
    settled(give(session, call.organisation, call.caller.actor, seen, call.now), "case")
    return as_it_is(session, call)


def revoke_case(session: Session, call: Call) -> Reply:
    """For good, as one that came twice."""
    case, version = seen_case(session, call)
    settled(revoke(session, call.caller.actor, (case.id, version), call.body.reason, call.now), "case")
    return as_it_is(session, call)


OPERATIONS = (
    Operation(
        "listCandidates",
        "GET",
        "/cases/{id}/candidates",
        "Whom the case can be given to, who fits best first",
        "cases:read",
        show_candidates,
        CandidateList,
    ),
    Operation(
        "giveCase",
        "POST",
        "/cases/{id}/give",
        "The case is offered to this coach",
        "cases:assign",
        give_case,
        CaseLine,
        body=GiveIn,
        versioned=True,
    ),
    Operation(
        "revokeCase",
        "POST",
        "/cases/{id}/revoke",
        "The case is taken out",
        "cases:assign",
        revoke_case,
        CaseLine,
        body=RevokeIn,
        versioned=True,
    ),
)
