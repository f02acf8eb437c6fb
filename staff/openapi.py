"""Describes the API in OpenAPI 3.1, from the very operations and models that check and write its messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from staff.api_call import Operation
from staff.api_models import Problem

SCHEMAS = "#/components/schemas/"
PROBLEMS = {
    400: "A parameter is wrong",
    401: "No token that holds",
    403: "The token lacks the scope",
    404: "Not here",
    409: "Its state does not allow it",
    412: "It was changed since it was read",
    413: "The body is too large",
    415: "The body is no JSON",
    422: "A field of the body is wrong, or the Idempotency-Key was used for another call",
    428: "If-Match is missing",
    503: "The database does not answer now",
}


def describe(operations: Iterable[Operation]) -> dict[str, Any]:
    """The description as plain data."""
    operations = tuple(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Opstap", "version": "1", "description": "The cases of one organisation."},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas(operations: Iterable[Operation]) -> dict[str, Any]:
    out: set[type[BaseModel]] = {Problem, *(operation.answer for operation in operations if operation.answer)}
    into = {operation.body for operation in operations if operation.body}
    named = [(model, "serialization") for model in _sorted(out)] + [(model, "validation") for model in _sorted(into)]
    _, schemas = models_json_schema(named, ref_template=f"{SCHEMAS}{{model}}")  # type: ignore[arg-type]
    found: dict[str, Any] = schemas["$defs"]
    return found


def _sorted(models: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    return sorted(models, key=lambda model: model.__name__)


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": f"Needs the scope `{operation.scope}`.",
        "parameters": list(_parameters(operation)),
        "responses": {**_answer(operation), **_problems(operation.wrongs)},
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": bool(operation.body.model_fields),
            "content": {"application/json": {"schema": {"$ref": f"{SCHEMAS}{operation.body.__name__}"}}},
        }
    return described


def _answer(operation: Operation) -> dict[str, Any]:
    if operation.answer is None:
        return {"204": {"description": "Done"}}
    headers = {"ETag": {"description": "For If-Match.", "schema": {"type": "string"}}}
    return {str(operation.status): _json("Done", operation.answer) | {"headers": headers}}


def _parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    if "{id}" in operation.path:
        yield {
            "name": "id",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
        }
    if operation.query is not None:
        yield from _query(operation.query)
    if operation.versioned:
        about = "The ETag of your last reading, or `*`."
        yield {"name": "If-Match", "in": "header", "required": True, "description": about, "schema": {"type": "string"}}
    if operation.method == "POST":
        about = "The same key gets the same answer for 24 hours."
        schema = {"type": "string", "pattern": "^[!-~]{1,200}$"}
        yield {"name": "Idempotency-Key", "in": "header", "description": about, "schema": schema}


def _query(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    schema = model.model_json_schema()
    for name, found in schema["properties"].items():
        about = found.pop("description", "")
        required = name in schema.get("required", ())
        yield {"name": name, "in": "query", "required": required, "description": about, "schema": found}


def _json(description: str, model: type[BaseModel], kind: str = "application/json") -> dict[str, Any]:
    schema = {"$ref": f"{SCHEMAS}{model.__name__}"}
    return {"description": description, "content": {kind: {"schema": schema}}}


def _problems(statuses: Iterable[int]) -> dict[str, Any]:
    return {str(status): _json(PROBLEMS[status], Problem, "application/problem+json") for status in statuses}
