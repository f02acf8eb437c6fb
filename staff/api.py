"""The REST API for other systems, mounted at ``/api/v1/``: list an organisation's cases, read one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from aiohttp import web
from pydantic import ValidationError
from sqlmodel import Session

from casework.api_tokens import api_token
from casework.cases import Actor, CaseFile, Listed, Page, list_cases, read_case
from casework.rights import System
from casework.summary import Briefing
from staff.api_models import AppointmentOut, CaseLine, CaseList, CaseOut, CaseQuery
from staff.cursor import cursor_after, read_cursor
from staff.office import OFFICE, Office
from staff.openapi import describe
from staff.problems import with_problems

T = TypeVar("T")
WITHHELD = "C"


def api_app(office: Office) -> web.Application:
    """The API. Mount it with ``app.add_subapp("/api/v1/", api_app(office))``."""
    app = web.Application(middlewares=(with_problems,))
    app[OFFICE] = office
    app.router.add_get("/openapi.json", show_description)
    app.router.add_get("/cases", show_cases)
    app.router.add_get("/cases/{id:[0-9a-f]{1,32}}", show_case)
    return app


async def show_description(request: web.Request) -> web.Response:
    return web.json_response(describe())


async def show_cases(request: web.Request) -> web.Response:
    query, after = _asked(request)
    now = request.config_dict[OFFICE].now()
    stretch = Page(query.limit + 1, after, query.state)
    listed = await _as_caller(request, lambda session, actor: list_cases(session, actor, stretch, now))
    shown = listed[: query.limit]
    more = cursor_after(shown[-1].case) if len(listed) > query.limit else None
    return _json(CaseList(cases=[_line(line) for line in shown], next=more))


def _asked(request: web.Request) -> tuple[CaseQuery, tuple[datetime, str] | None]:
    try:
        query = CaseQuery.model_validate(dict(request.query))
        return query, read_cursor(query.cursor) if query.cursor else None
    except ValidationError as error:
        wrong = sorted({str(problem["loc"][0]) for problem in error.errors(include_input=False)})
        raise web.HTTPBadRequest(text=f"Check these parameters: {', '.join(wrong)[:200]}") from None
    except ValueError:
        raise web.HTTPBadRequest(text="Check these parameters: cursor") from None


async def show_case(request: web.Request) -> web.Response:
    office, id = request.config_dict[OFFICE], request.match_info["id"]
    now = office.now()

    def work(session: Session, actor: Actor) -> CaseFile | None:
        return read_case(session, office.vault, actor, id, now)

    found = await _as_caller(request, work)
    if found is None:
        raise web.HTTPNotFound(text="There is no such case.")
    return _json(_case(found, office.briefing))


async def _as_caller(request: web.Request, work: Callable[[Session, Actor], T]) -> T:
    """Run ``work`` for the organisation whose token is sent, in the transaction that checks the token."""
    office = request.config_dict[OFFICE]
    now, token = office.now(), _bearer(request)

    def checked(session: Session) -> T:
        caller = api_token(session, token, now) if token else None
        if caller is None or caller.organisation not in office.organisations:
            raise web.HTTPUnauthorized(
                text="Send a token that holds: Authorization: Bearer <token>",
                headers={"WWW-Authenticate": "Bearer"},
            )
        id = caller.token_hash[:16]
        return work(session, Actor(caller.organisation, f"api:{id}", System(id, caller.organisation)))

    return await office.ledger.write(checked)


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _line(listed: Listed) -> CaseLine:
    line = CaseLine.model_validate(listed.case)
    return line.model_copy(update={"appointment": _appointment(listed)})


def _appointment(found: Listed | CaseFile) -> AppointmentOut | None:
    return AppointmentOut.model_validate(found.appointment) if found.appointment else None


def _case(file: CaseFile, briefing: Briefing) -> CaseOut:
    tiers, newest = briefing.tiers(file.flow), file.dossier.newest
    told = {question for question, tier in tiers.items() if tier != WITHHELD}
    return CaseOut(
        **CaseLine.model_validate(file.case).model_dump(exclude={"appointment"}),
        appointment=_appointment(file),
        flow=file.flow,
        answers={
            question: list(value) if isinstance(value, tuple) else value
            for question, value in newest.answers.items()
            if question in told
        },
        skipped=[question for question in newest.skipped if question in told],
    )


def _json(model: CaseList | CaseOut) -> web.Response:
    return web.Response(text=model.model_dump_json(), content_type="application/json")
