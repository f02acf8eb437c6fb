"""Describes the API in OpenAPI 3.1, from the very models that check and write its messages."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from staff.api_models import CaseList, CaseOut, CaseQuery, Problem

SCHEMAS = "#/components/schemas/"


def describe() -> dict[str, Any]:
    """The description as plain data."""
    models: tuple[type[BaseModel], ...] = (CaseList, CaseOut, Problem)
    _, schemas = models_json_schema([(model, "serialization") for model in models], ref_template=f"{SCHEMAS}{{model}}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Opstap", "version": "1", "description": "The cases of one organisation."},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": {"/cases": {"get": _list()}, "/cases/{id}": {"get": _read()}},
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _list() -> dict[str, Any]:
    return {
        "operationId": "listCases",
        "summary": "The cases, the newest first",
        "parameters": _query_parameters(CaseQuery),
        "responses": {"200": _json("One stretch of the list", CaseList), **_problems(400, 401, 503)},
    }


def _read() -> dict[str, Any]:
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "operationId": "readCase",
        "summary": "One case with its answers",
        "description": "Answers of a special category (health) are not given out here.",
        "parameters": [id],
        "responses": {"200": _json("The case", CaseOut), **_problems(401, 404, 503)},
    }


def _query_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = model.model_json_schema()["properties"]
    return [
        {"name": name, "in": "query", "description": schema.pop("description"), "schema": schema}
        for name, schema in fields.items()
    ]


def _json(description: str, model: type[BaseModel], kind: str = "application/json") -> dict[str, Any]:
    schema = {"$ref": f"{SCHEMAS}{model.__name__}"}
    return {"description": description, "content": {kind: {"schema": schema}}}


def _problems(*statuses: int) -> dict[str, Any]:
    texts = {
        400: "A parameter is wrong",
        401: "No token that holds",
        404: "No such case",
        503: "The database does not answer now",
    }
    return {str(status): _json(texts[status], Problem, "application/problem+json") for status in statuses}
