"""Answers of the API when something is wrong: ``application/problem+json``, nothing of the input in it."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from staff.api_models import Problem
from storage.ledger import DatabaseAway


@web.middleware
async def with_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except DatabaseAway:
        response = problem(503, "The database does not answer now. Try again in a minute.")
        response.headers["Retry-After"] = "60"
    except web.HTTPClientError as error:
        given = error.text if type(error) in EXPLAINED else None
        response = problem(error.status, given)
        if "WWW-Authenticate" in error.headers:
            response.headers["WWW-Authenticate"] = error.headers["WWW-Authenticate"]
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


EXPLAINED = (web.HTTPBadRequest, web.HTTPUnauthorized, web.HTTPNotFound)


def problem(status: int, detail: str | None) -> web.Response:
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return web.Response(text=body.model_dump_json(), status=status, content_type="application/problem+json")
