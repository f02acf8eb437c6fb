"""Answers of the API when something is wrong: ``application/problem+json``, nothing of the input in it."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from staff.api_call import Wrong
from staff.api_models import Problem
from storage.ledger import DatabaseAway

AWAY = Wrong(503, "The database does not answer now.", "Try again in a minute.")


@web.middleware
async def with_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except DatabaseAway:
        response = problem(AWAY)
        response.headers["Retry-After"] = "60"
    except Wrong as wrong:
        response = problem(wrong)
    except web.HTTPMethodNotAllowed as error:
        response = problem(Wrong(405, "This address does not know that method.", "/openapi.json tells which it knows."))
        response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
    except web.HTTPClientError as error:
        response = problem(Wrong(error.status, HTTPStatus(error.status).phrase))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def problem(wrong: Wrong) -> web.Response:
    body = Problem(
        title=HTTPStatus(wrong.status).phrase,
        status=wrong.status,
        detail=wrong.detail,
        place=list(wrong.place),
        remedy=wrong.remedy,
    )
    kind = "application/problem+json"
    response = web.Response(text=body.model_dump_json(), status=wrong.status, content_type=kind)
    if wrong.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
