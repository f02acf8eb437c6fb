"""Suggestions put aside and brought back by the API: not suggested again until what they rest on changes."""

from __future__ import annotations

from sqlmodel import Session

from casework.cases.cases import CaseFile, read_case
from casework.offers.suggestions import Adviser, Desk, Why, bring_back, set_aside
from staff.api_beside import BARRIERS
from staff.api_call import Call, Operation, Reply, Wrong, missing
from staff.api_models import Id, In


class OfferOfCase(In):
    """Which offer."""

    offer: Id


class AsideIn(OfferOfCase):
    """Which offer is not for this person, and why."""

    reason: Why


def put_aside(session: Session, call: Call) -> Reply:
    """It is not suggested again until what it rests on changes."""
    desk, file = _desk(session, call)
    if not set_aside(desk, file, (call.body.offer, call.body.reason)):
        missing("offer")
    return Reply(None)


def take_back(session: Session, call: Call) -> Reply:
    desk, file = _desk(session, call)
    bring_back(desk, file, call.body.offer)
    return Reply(None)


def _desk(session: Session, call: Call) -> tuple[Desk, CaseFile]:
    if BARRIERS not in call.caller.scopes:
        detail = "Suggestions tell what makes working hard."
        raise Wrong(403, detail, "Ask for a token that also has barriers:read.", ("Authorization",))
    office, actor = call.office, call.caller.actor
    file = read_case(session, office.vault, actor, call.id, call.now) or missing("case")
    return Desk(session, Adviser(office.vault, office.briefing, call.organisation), actor, call.now), file


OPERATIONS = (
    Operation(
        "setAside",
        "POST",
        "/cases/{id}/suggestions/set_aside",
        "An offer is not for this person",
        "referrals:write",
        put_aside,
        None,
        body=AsideIn,
    ),
    Operation(
        "bringBack",
        "POST",
        "/cases/{id}/suggestions/bring_back",
        "An offer may be suggested again",
        "referrals:write",
        take_back,
        None,
        body=OfferOfCase,
    ),
)
