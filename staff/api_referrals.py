"""Referrals by the API: listed, read, proposed, and what became of them."""

from __future__ import annotations

from sqlmodel import Session

from casework.cases.cases import read_case
from casework.cases.need_to_know import visible
from casework.cases.summary import Line
from casework.offers.referral_states import possible
from casework.offers.referrals import (
    SPOKEN,
    Answer,
    Move,
    Packet,
    Proposal,
    find_referral,
    list_referrals,
    move,
    open_referral,
    propose,
)
from staff.api_call import Call, Operation, Reply, missing, refused, settled
from staff.api_cases import SCOPE_OF_TIER, after
from staff.api_offer_models import (
    LineOut,
    MoveReferralIn,
    ProposeIn,
    ReferralLine,
    ReferralList,
    ReferralOut,
    ReferralQuery,
)
from staff.cursor import cursor_at
from storage import audit
from storage.tables import Referral


def show_referrals(session: Session, call: Call) -> Reply:
    wanted: ReferralQuery = call.query
    place = after(wanted.cursor)
    found = list_referrals(session, call.caller.actor, (wanted.case, wanted.state), place, wanted.limit + 1)
    shown = found[: wanted.limit]
    audit.record(session, call.organisation.id, call.caller.system.actor, "referral.list", "all", call.now)
    more = cursor_at(shown[-1].created_at, shown[-1].id) if len(found) > wanted.limit else None
    return Reply(ReferralList(referrals=[ReferralLine.model_validate(row) for row in shown], next=more))


def show_referral(session: Session, call: Call) -> Reply:
    return _shown(session, call, call.id)


def propose_referral(session: Session, call: Call) -> Reply:
    """The person is asked first (by word of mouth, or with `ask` in their chat): nothing goes to a partner."""
    body: ProposeIn = call.body
    told = _lines(session, call, body.case, body.questions)
    packet = Packet.of(told, " ".join(body.sentence.split()))
    proposal = Proposal(body.case, body.offer, packet, None, body.look_again)
    came_of = propose(session, call.office.vault, call.caller.actor, proposal, call.now)
    if not isinstance(came_of, Referral):
        _settle(came_of)
        missing("case or offer")
    return _shown(session, call, came_of.id, created=True)


def move_referral(session: Session, call: Call) -> Reply:
    body: MoveReferralIn = call.body
    referral = find_referral(session, call.caller.actor, call.id)
    if referral is None:
        missing("referral")
    seen = referral.id, referral.version if call.version is None else call.version
    how = SPOKEN if body.spoken else None
    step = Move(body.change, body.reason, how, body.aware, body.look_again)
    _settle(move(session, call.caller.actor, seen, step, call.now))
    return _shown(session, call, call.id)


def _lines(session: Session, call: Call, case: str, questions: list[str]) -> list[Line]:
    """The answers that the token may read itself, of those that are asked for."""
    file = read_case(session, call.office.vault, call.caller.actor, case, call.now)
    if file is None:
        missing("case")
    sections = call.office.briefing.sections(file.flow, file.dossier, call.organisation.languages[0])
    told = [line for section in visible(call.caller.system, file.case, sections) for line in section.lines]
    open_to = {tier for tier, scope in SCOPE_OF_TIER.items() if scope in call.caller.scopes}
    return [line for line in told if line.question in questions and line.tier in open_to and line.value]


def _settle(came_of: Answer) -> None:
    match came_of:
        case "twice":
            refused("The person is referred there already.", "Read the referrals of the case.")
        case "confirm":
            refused("Its name says something about who goes there.", "Ask whether they know, and send `aware`.")
        case "no_consent":
            refused("Nobody says that the person agreed.", "Ask the person, and send `spoken`.")
        case "no_messages" | "unreachable":
            refused("No message can be written to the person now.", "Ask by word of mouth, and send `spoken`.")
        case "asked":
            refused("The person was asked already, and has a week to answer.", "Wait for the event, or ask yourself.")
        case _:
            settled(came_of, "referral")


def _shown(session: Session, call: Call, id: str, *, created: bool = False) -> Reply:
    found = open_referral(session, call.office.vault, call.caller.actor, id, call.now)
    if found is None:
        missing("referral")
    referral = found.referral
    body = ReferralOut(
        referral=ReferralLine.model_validate(referral),
        lines=[LineOut(label=label, value=value) for label, value in found.packet.lines],
        sentence=found.packet.sentence,
        possible=list(possible(referral.state)),
    )
    return Reply(body, f'"{referral.version}-{referral.state}"', f"/api/v1/referrals/{id}" if created else "")


OPERATIONS = (
    Operation(
        "listReferrals",
        "GET",
        "/referrals",
        "The referrals, the newest first",
        "referrals:read",
        show_referrals,
        ReferralList,
        ReferralQuery,
    ),
    Operation("readReferral", "GET", "/referrals/{id}", "One referral", "referrals:read", show_referral, ReferralOut),
    Operation(
        "proposeReferral",
        "POST",
        "/referrals",
        "Propose an offer to the person of a case",
        "referrals:write",
        propose_referral,
        ReferralOut,
        body=ProposeIn,
        status=201,
        problems=(404,),
    ),
    Operation(
        "changeReferral",
        "POST",
        "/referrals/{id}/change",
        "What became of a referral",
        "referrals:write",
        move_referral,
        ReferralOut,
        body=MoveReferralIn,
        versioned=True,
    ),
)
