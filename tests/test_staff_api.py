"""The REST API over HTTP: whose token it is decides what is seen, and health answers never are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from aiohttp.test_utils import TestClient
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from sqlmodel import select

from casework.door.api_tokens import api_tokens, new_api_token, public_id, revoke_api_token
from storage.ledger import DatabaseAway, Ledger
from storage.tables import Audit, Case
from tests.databases import BOTH
from tests.staff_stage import ELSEWHERE, HERE, Stage


@pytest.fixture
async def stage(one_ledger: Ledger) -> Stage:
    stage = Stage(one_ledger)
    await stage.staff()
    return stage


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[TestClient[Any, Any]]:
    async with stage.serve() as opened:
        yield (await opened()).client


async def key(stage: Stage, organisation: str = HERE) -> dict[str, str]:
    token = await stage.ledger.write(lambda s: new_api_token(s, organisation, "export", stage.now))
    return {"Authorization": f"Bearer {token}"}


@BOTH
async def test_a_case_is_read_without_its_health_answers(stage: Stage, client: TestClient[Any, Any]) -> None:
    person, _ = await stage.person()
    case = await stage.case()
    answer = await client.get(f"/api/v1/cases/{case}", headers=await key(stage))
    body = await answer.json()
    assert answer.status == 200
    assert body["answers"] == {"first_name": "Samira", "barriers": ["childcare", "money"]}
    assert (body["id"], body["state"], body["flow"], body["appointment"]) == (case, "offered", "intake", None)
    assert "sealed" not in body
    assert "person_id" not in body
    assert person not in str(body)


@BOTH
async def test_the_list_goes_on_with_its_cursor_until_there_is_none(stage: Stage, client: TestClient[Any, Any]) -> None:
    made = {await stage.case() for _ in range(5)}
    headers, seen, cursor = await key(stage), [], ""
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        body = await (await client.get("/api/v1/cases", params=query, headers=headers)).json()
        seen += [case["id"] for case in body["cases"]]
        cursor = body["next"]
        if cursor is None:
            break
    assert len(seen) == len(made)
    assert set(seen) == made


async def test_the_list_is_asked_for_one_state(stage: Stage, client: TestClient[Any, Any]) -> None:
    await stage.case()
    headers = await key(stage)
    offered = await (await client.get("/api/v1/cases?state=offered", headers=headers)).json()
    accepted = await (await client.get("/api/v1/cases?state=accepted", headers=headers)).json()
    assert (len(offered["cases"]), len(accepted["cases"])) == (1, 0)


async def test_an_appointment_comes_with_its_case(stage: Stage, client: TestClient[Any, Any]) -> None:
    case = await stage.case()
    person = await stage.ledger.read(lambda session: session.get_one(Case, case).person_id)
    visit = await stage.visit(person, "greet")
    body = await (await client.get(f"/api/v1/cases/{case}", headers=await key(stage))).json()
    assert body["appointment"]["id"] == visit
    assert body["appointment"]["starts_at"].endswith("Z")


@pytest.mark.parametrize("path", ["/api/v1/cases", "/api/v1/cases/0000"])
@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}])
async def test_without_a_token_that_holds_nothing_is_told(
    client: TestClient[Any, Any], path: str, sent: dict[str, str]
) -> None:
    answer = await client.get(path, headers=sent)
    assert (answer.status, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_revoked_token_reads_nothing(stage: Stage, client: TestClient[Any, Any]) -> None:
    headers = await key(stage)
    assert (await client.get("/api/v1/cases", headers=headers)).status == 200
    (token,) = await stage.ledger.read(lambda s: api_tokens(s, HERE))
    await stage.ledger.write(lambda s: revoke_api_token(s, HERE, public_id(token), stage.now))
    assert (await client.get("/api/v1/cases", headers=headers)).status == 401


async def test_a_case_of_another_organisation_looks_like_none(stage: Stage, client: TestClient[Any, Any]) -> None:
    foreign, headers = await stage.case(organisation=ELSEWHERE), await key(stage)
    theirs = await client.get(f"/api/v1/cases/{foreign}", headers=headers)
    none = await client.get("/api/v1/cases/0000", headers=headers)
    assert (theirs.status, await theirs.text()) == (none.status, await none.text())
    assert none.status == 404
    assert (await (await client.get("/api/v1/cases", headers=headers)).json())["cases"] == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "state=secret", "cursor=%00", "cursor=MjAyNw", "organisation=genk"],
)
async def test_a_wrong_parameter_is_named_but_never_echoed(
    stage: Stage, client: TestClient[Any, Any], query: str
) -> None:
    answer = await client.get(f"/api/v1/cases?{query}", headers=await key(stage))
    name, _, value = query.partition("=")
    body = await answer.json()
    assert (answer.status, answer.content_type) == (400, "application/problem+json")
    assert name in body["detail"]
    assert value not in body["detail"].replace(name, "")


async def test_an_address_that_is_none_and_a_method_that_is_none_are_problems_too(client: TestClient[Any, Any]) -> None:
    missing, wrong = await client.get("/api/v1/people"), await client.post("/api/v1/cases")
    assert (missing.status, wrong.status) == (404, 405)
    assert missing.content_type == wrong.content_type == "application/problem+json"


@BOTH
async def test_every_reading_leaves_a_trace_without_the_token(stage: Stage, client: TestClient[Any, Any]) -> None:
    case, headers = await stage.case(), await key(stage)
    await client.get("/api/v1/cases", headers=headers)
    await client.get(f"/api/v1/cases/{case}", headers=headers)
    rows = await stage.ledger.read(lambda s: list(s.exec(select(Audit)).all()))
    assert [(row.action, row.subject) for row in rows] == [("case.list", "all"), ("case.read", case)]
    assert all(row.actor.startswith("api:") for row in rows)
    assert headers["Authorization"].split()[1] not in str(rows)


async def test_answers_are_as_the_description_says(stage: Stage, client: TestClient[Any, Any]) -> None:
    case, headers = await stage.case(), await key(stage)
    description = await (await client.get("/api/v1/openapi.json")).json()
    assert description["openapi"] == "3.1.0"
    root = {**description, "$schema": "https://json-schema.org/draft/2020-12/schema"}
    registry: Registry[Any] = Registry().with_resource("urn:api", Resource.from_contents(root))
    answers = {
        "CaseList": await (await client.get("/api/v1/cases", headers=headers)).json(),
        "CaseOut": await (await client.get(f"/api/v1/cases/{case}", headers=headers)).json(),
        "Problem": await (await client.get("/api/v1/cases")).json(),
    }
    for model, body in answers.items():
        schema = {"$ref": f"urn:api#/components/schemas/{model}"}
        Draft202012Validator(schema, registry=registry).validate(body)
    assert {parameter["name"] for parameter in description["paths"]["/cases"]["get"]["parameters"]} == {
        "limit",
        "cursor",
        "state",
        "coach",
        "language",
        "kind",
        "place",
        "since",
    }


class Away:
    """A database that does not answer."""

    async def read(self, work: object) -> None:
        raise DatabaseAway("locked")

    write = read


async def test_a_database_that_is_away_is_said_so_by_api_and_console() -> None:
    stage = Stage(cast("Ledger", Away()))
    async with stage.serve() as opened:
        client = (await opened()).client
        api, console = (
            await client.get("/api/v1/cases", headers={"Authorization": "Bearer x"}),
            await client.get("/staff/"),
        )
        said = await console.text()
    assert (api.status, api.content_type, api.headers["Retry-After"]) == (503, "application/problem+json", "60")
    assert console.status == 503
    assert "The console is busy." in said
    assert "locked" not in said
