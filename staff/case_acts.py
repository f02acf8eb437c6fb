"""What the buttons of a case do: accept, decline with a reason, close, give to a colleague, take out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, get_args

from aiohttp import web
from sqlmodel import Session

from casework.cases.case_answers import Reason, decline, finish
from casework.cases.case_giving import Withdrawn, give, revoke
from casework.cases.case_outcomes import Outcome, note_outcome
from casework.cases.cases import Actor, accept
from staff.door import SIGNED_IN, Route
from staff.forms import read_form, seen_version
from staff.office import OFFICE
from staff.pages import address, onward

ID = "{id:[0-9a-f]{1,32}}"
Word = TypeVar("Word")
Work = Callable[[Session], str]


async def accept_case(request: web.Request) -> web.Response:
    account, now, version = request[SIGNED_IN], request.config_dict[OFFICE].now(), await seen_version(request)
    return await _done(request, "", lambda session: accept(session, _id(request), account, version, now))


async def decline_case(request: web.Request) -> web.Response:
    actor, now, version = Actor.of(request[SIGNED_IN]), request.config_dict[OFFICE].now(), await seen_version(request)
    reason: Reason = await _word(request, get_args(Reason))
    seen = (_id(request), version)
    return await _done(request, "declined", lambda session: decline(session, actor, seen, reason, now))


async def finish_case(request: web.Request) -> web.Response:
    actor, now, version = Actor.of(request[SIGNED_IN]), request.config_dict[OFFICE].now(), await seen_version(request)
    seen, outcome = (_id(request), version), await _outcome(request)
    return await _done(request, "finished", lambda session: finish(session, actor, seen, now, outcome))


async def note_what_became(request: web.Request) -> web.Response:
    actor, now, version = Actor.of(request[SIGNED_IN]), request.config_dict[OFFICE].now(), await seen_version(request)
    seen, outcome = (_id(request), version), await _outcome(request)
    return await _done(request, "noted", lambda session: note_outcome(session, actor, seen, outcome, now))


async def give_case(request: web.Request) -> web.Response:
    office, account, version = request.config_dict[OFFICE], request[SIGNED_IN], await seen_version(request)
    organisation, now = office.organisations[account.organisation], office.now()
    seen = (_id(request), version, (await read_form(request)).get("coach", ""))
    return await _done(request, "given", lambda session: give(session, organisation, Actor.of(account), seen, now))


async def revoke_case(request: web.Request) -> web.Response:
    actor, now, version = Actor.of(request[SIGNED_IN]), request.config_dict[OFFICE].now(), await seen_version(request)
    reason: Withdrawn = await _word(request, get_args(Withdrawn))
    seen = (_id(request), version)
    return await _done(request, "revoked", lambda session: revoke(session, actor, seen, reason, now))


def _id(request: web.Request) -> str:
    return request.match_info["id"]


async def _outcome(request: web.Request) -> Outcome:
    return await _word(request, get_args(Outcome), "outcome")


async def _word(request: web.Request, words: tuple[Word, ...], field: str = "reason") -> Word:
    """A word of the list; a form without one is not ours."""
    sent = (await read_form(request)).get(field, "")
    found = next((word for word in words if word == sent), None)
    if found is None:
        raise web.HTTPBadRequest
    return found


async def _done(request: web.Request, done: str, work: Work) -> web.Response:
    """Back to the case, with what came of it."""
    outcome = await request.config_dict[OFFICE].ledger.write(work)
    if outcome == "missing":
        raise web.HTTPNotFound
    note = done if outcome == "done" else outcome
    raise onward(request, f"{address(request, 'case', id=_id(request))}?note={note}")


ROUTES = (
    Route("POST", f"/cases/{ID}/accept", "accept", accept_case, "take_cases"),
    Route("POST", f"/cases/{ID}/decline", "decline", decline_case, "take_cases"),
    Route("POST", f"/cases/{ID}/outcome", "outcome", note_what_became, "take_cases"),
    Route("POST", f"/cases/{ID}/finish", "finish", finish_case, "take_cases"),
    Route("POST", f"/cases/{ID}/give", "give", give_case, "assign"),
    Route("POST", f"/cases/{ID}/revoke", "revoke", revoke_case, "assign"),
)
