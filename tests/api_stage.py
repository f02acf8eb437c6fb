"""The office with what the API can work on: cases in several states, a visit, a webhook, a dead letter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.agenda_network import Outside
from casework.door.api_tokens import SCOPES, Scope, new_api_token
from casework.house.organisations import Organisation
from casework.visiting.booking import Booked, BookRequest, Wanted, book, find
from staff.api import api_app
from storage.ledger import Ledger
from storage.tables import Case
from tests.staff_stage import HERE, ORGANISATIONS, Stage

NONE: Mapping[str, Organisation] = {}


@dataclass
class ApiStage:
    """One organisation's API, and a caller of it whose token may do everything."""

    stage: Stage
    client: TestClient[Any, Any]
    token: str

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> ClientResponse:
        named = {name.replace("_", "-"): each for name, each in headers.items()}
        sent = {"Authorization": f"Bearer {self.token}", **named}
        return await self.client.request(method, f"/api/v1{path}", json=body, headers=sent)

    async def get(self, path: str) -> Any:
        answer = await self.call("GET", path)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        answer = await self.call("POST", path, body, **headers)
        assert answer.status == status, await answer.text()
        return await answer.json()

    async def person(self, case: str) -> str:
        return await self.stage.ledger.read(lambda session: session.get_one(Case, case).person_id)

    async def book(self, case: str) -> str:
        """A visit at the first free time, as the person would book it."""
        person, house, now = await self.person(case), ORGANISATIONS[HERE], self.stage.now

        def work(session: Any) -> str:
            slots, _ = find(session, house, Wanted("nl"), now)
            booked = book(session, house, BookRequest(person, slots[0].value, "nl"), now)
            assert isinstance(booked, Booked)
            return booked.appointment.id

        return await self.stage.ledger.write(work)


async def token(stage: Stage, *scopes: Scope, organisation: str = HERE) -> str:
    return await stage.ledger.write(lambda s: new_api_token(s, organisation, "test", stage.now, scopes or SCOPES))


@asynccontextmanager
async def open_api(ledger: Ledger, organisations: Mapping[str, Organisation] = NONE) -> AsyncIterator[ApiStage]:
    """``organisations`` stand in place of those in the files."""
    stage = Stage(ledger, organisations={**ORGANISATIONS, **organisations})
    await stage.staff()
    app = web.Application()
    office = replace(stage.office(), refuses=Outside().refuses)
    app.add_subapp("/api/v1/", api_app(office))
    async with TestClient(TestServer(app)) as client:
        yield ApiStage(stage, client, await token(stage))
