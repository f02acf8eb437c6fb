"""The REST API for other systems, mounted at ``/api/v1/``: each call is checked, carried out once, and answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from casework.door.api_calls import Given, Keyed, OtherCall, given_before, keep
from casework.door.api_tokens import api_token
from casework.door.rights import System
from staff import (
    api_appointments,
    api_beside,
    api_campaigns,
    api_cases,
    api_catalogue,
    api_cheques,
    api_companies,
    api_export,
    api_figures,
    api_giving,
    api_hours,
    api_house_hours,
    api_local_work,
    api_offers,
    api_past,
    api_referrals,
    api_reports,
    api_session_sheet,
    api_sessions,
    api_set_aside,
    api_steps,
    api_talk,
    api_tasks_of_coach,
    api_webhooks,
)
from staff.api_call import Call, Caller, Operation, Reply, Wrong
from staff.office import OFFICE, Office
from staff.openapi import describe
from staff.problems import with_problems

OPERATIONS: tuple[Operation, ...] = (
    *api_cases.OPERATIONS,
    *api_giving.OPERATIONS,
    *api_past.OPERATIONS,
    *api_beside.OPERATIONS,
    *api_tasks_of_coach.OPERATIONS,
    *api_talk.OPERATIONS,
    *api_export.OPERATIONS,
    *api_appointments.OPERATIONS,
    *api_hours.OPERATIONS,
    *api_house_hours.OPERATIONS,
    *api_sessions.OPERATIONS,
    *api_session_sheet.OPERATIONS,
    *api_offers.OPERATIONS,
    *api_catalogue.OPERATIONS,
    *api_set_aside.OPERATIONS,
    *api_referrals.OPERATIONS,
    *api_steps.OPERATIONS,
    *api_local_work.OPERATIONS,
    *api_cheques.OPERATIONS,
    *api_reports.OPERATIONS,
    *api_companies.OPERATIONS,
    *api_figures.OPERATIONS,
    *api_campaigns.OPERATIONS,
    *api_webhooks.OPERATIONS,
)
ID = "{id:[A-Za-z0-9_-]{1,64}}"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
ETAG = re.compile(r'(?:W/)?"(\d{1,9})(?:-[\w-]*)?"')


def api_app(office: Office) -> web.Application:
    """The API. Mount it with ``app.add_subapp("/api/v1/", api_app(office))``."""
    app = web.Application(middlewares=(with_problems,))
    app[OFFICE] = office
    app.router.add_get("/openapi.json", show_description)
    for operation in OPERATIONS:
        path = operation.path.replace("{id}", ID)
        app.router.add_route(operation.method, path, partial(answer, operation))
    return app


async def show_description(request: web.Request) -> web.Response:
    return web.Response(body=description(), content_type="application/json")


@cache
def description() -> bytes:
    """Made once: anybody may ask for it, and it is long."""
    return orjson.dumps(describe(OPERATIONS))


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as it came, read but not yet looked at."""

    token: str = field(repr=False)
    id: str
    query: Mapping[str, str]
    content: bytes = field(repr=False)
    content_type: str
    if_match: str | None
    key: str | None


async def answer(operation: Operation, request: web.Request) -> web.Response:
    office, heard = request.config_dict[OFFICE], await _heard(request, operation.largest)
    if operation.address is not None:
        call = await office.ledger.write(partial(_checked, operation, office, heard))
        await _look(office, operation.address(call.body))
    given = await office.ledger.write(partial(_carried_out, operation, office, heard))
    if operation.renews:
        await office.organisations.renew(office.ledger)
    if given.headers.get("ETag") and request.headers.get("If-None-Match") == given.headers["ETag"]:
        return web.Response(status=304, headers={"ETag": given.headers["ETag"]})
    kind = "application/json" if given.body else None
    return web.Response(status=given.status, headers=given.headers, text=given.body or None, content_type=kind)


async def _heard(request: web.Request, largest: int) -> Heard:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    content = bytearray()
    async for chunk in request.content.iter_any():
        content += chunk
        if len(content) > largest:
            raise Wrong(413, "The body is too large.", f"Send at most {largest} bytes.")
    return Heard(
        token.strip() if scheme.lower() == "bearer" else "",
        request.match_info.get("id", ""),
        dict(request.query),
        bytes(content),
        request.content_type,
        request.headers.get("If-Match"),
        request.headers.get("Idempotency-Key"),
    )


async def _look(office: Office, address: str) -> None:
    problem = await office.refuses(address)
    if problem is not None:
        raise Wrong(422, f"Nothing can be sent there: {problem}.", "Name a public https address.", ("address",))


def _carried_out(operation: Operation, office: Office, heard: Heard, session: Session) -> Given:
    """In the transaction that checks the token."""
    call = _checked(operation, office, heard, session)
    keyed = _keyed(operation, call, heard)
    if keyed is None:
        return _given(operation, operation.work(session, call))
    try:
        before = given_before(session, office.vault, keyed, call.now)
    except OtherCall:
        detail = "This Idempotency-Key was used for another call."
        raise Wrong(422, detail, "Take a new key for each call.", ("Idempotency-Key",)) from None
    if before is not None:
        return before
    given = _given(operation, operation.work(session, call))
    keep(session, office.vault, keyed, given)
    return given


def _given(operation: Operation, reply: Reply) -> Given:
    body = "" if reply.body is None else reply.body.model_dump_json()
    named = {"ETag": reply.etag, "Location": reply.location}
    status = operation.status if reply.body is not None else 204
    return Given(status, {name: value for name, value in named.items() if value}, body)


def _checked(operation: Operation, office: Office, heard: Heard, session: Session) -> Call:
    caller = _caller(operation, office, heard, session)
    return Call(
        caller,
        office,
        heard.id,
        _read(operation.query, heard.query, 400),
        _read_body(operation, heard),
        _version(operation, heard),
        office.now(),
    )


def _caller(operation: Operation, office: Office, heard: Heard, session: Session) -> Caller:
    row = api_token(session, heard.token, office.now()) if heard.token else None
    if row is None or row.organisation not in office.organisations:
        raise Wrong(401, "Send a token that holds.", "Authorization: Bearer <token>")
    if operation.scope not in row.scopes:
        raise Wrong(403, f"This token has no scope {operation.scope}.", "Ask for a token with that scope.")
    system = System(row.token_hash[:16], row.organisation)
    return Caller(system, office.organisations[row.organisation], frozenset(row.scopes))


def _read_body(operation: Operation, heard: Heard) -> Any:
    if operation.body is None:
        return None
    if not heard.content and not operation.body.model_fields:
        return operation.body()
    if heard.content_type != "application/json":
        raise Wrong(415, "The body is no JSON.", "Content-Type: application/json")
    try:
        found = orjson.loads(heard.content)
    except orjson.JSONDecodeError:
        raise Wrong(400, "The body cannot be read as JSON.", "Look at its syntax.", ("body",)) from None
    return _read(operation.body, found, 422)


def _read(model: type[BaseModel] | None, found: Any, status: int) -> Any:
    """In what is wrong the fields are named, and what stood in them is not."""
    if model is None:
        return None
    try:
        return model.model_validate_json(orjson.dumps(found)) if status == 422 else model.model_validate(found)
    except ValidationError as error:
        known = model.model_fields
        places = {str(part["loc"][0]) if part["loc"] else "body" for part in error.errors(include_input=False)}
        named = tuple(sorted(place if place in known else "?" for place in places))
        unknown = sorted(place for place in places if place not in known)
        wrong = ", ".join(sorted(name[:40] for name in places if name in known or name.isidentifier()))
        remedy = "openapi.json tells what is known." if unknown else "openapi.json tells what each may be."
        raise Wrong(status, f"Check these: {wrong}"[:200], remedy, named) from None


def _version(operation: Operation, heard: Heard) -> int | None:
    if not operation.versioned or (heard.if_match or "").strip() == "*":
        return None
    if heard.if_match is None:
        raise Wrong(428, "Say which state you have read.", "If-Match: the ETag of your last reading", ("If-Match",))
    found = ETAG.fullmatch(heard.if_match.strip())
    if found is None:
        raise Wrong(412, "This is no ETag of ours.", "Send the ETag of your last reading as it came.", ("If-Match",))
    return int(found[1])


def _keyed(operation: Operation, call: Call, heard: Heard) -> Keyed | None:
    if heard.key is None or operation.method != "POST":
        return None
    if not KEY.fullmatch(heard.key):
        raise Wrong(400, "This is no key.", "1 to 200 visible characters", ("Idempotency-Key",))
    content = b"\n".join((operation.id.encode(), heard.id.encode(), (heard.if_match or "").encode(), heard.content))
    return Keyed(call.caller.system.id, call.organisation.id, heard.key, content)
