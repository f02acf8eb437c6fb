"""The API against calls that nobody thought of, made by schemathesis from the API's own description.

``python -m tests.test_api_fuzz 2000`` makes so many of each operation.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, Phase, given, settings

from bot.agenda_network import Outside
from staff.api import OPERATIONS, api_app
from storage.ledger import open_ledger
from tests.api_stage import token
from tests.staff_stage import HERE, Stage

schemathesis.checks.load_all_checks()
CHECKED = [
    check
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "ignored_auth",
    )
    for check in [schemathesis.checks.CHECKS.get_one(name)]
]
A_FEW = 4


class Running:
    """The API over HTTP in a thread of its own: schemathesis waits for its answers."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """The address of an API with something in it, and a token that may do everything."""
    running = Running()
    try:
        ledger = running.do(open_ledger("sqlite://"))
        stage = Stage(ledger)
        runner, secret = running.do(_open(stage))
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/v1", secret
        running.do(runner.cleanup())
        running.do(ledger.close())
    finally:
        running.stop()


async def _open(stage: Stage) -> tuple[web.AppRunner, str]:
    await stage.case()
    app = web.Application()
    app.add_subapp("/api/v1/", api_app(replace(stage.office(), refuses=Outside().refuses)))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, await token(stage, organisation=HERE)


@dataclass(frozen=True)
class Target:
    """Where the API is, what opens it, and its description, which is long and read once."""

    address: str
    secret: str
    schema: Any


@contextmanager
def described() -> Iterator[Target]:
    with served() as (address, secret):
        yield Target(address, secret, schemathesis.openapi.from_url(f"{address}/openapi.json"))


@pytest.fixture(scope="module")
def api() -> Iterator[Target]:
    with described() as opened:
        yield opened


def fuzz(target: Target, operation: str, many: int) -> None:
    found = target.schema.find_operation_by_id(operation)

    @settings(
        max_examples=many,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=found.as_strategy())
    def calls(case: Any) -> None:
        headers = {"Authorization": f"Bearer {target.secret}"}
        case.call_and_validate(base_url=target.address, headers=headers, checks=CHECKED)

    calls()


@pytest.mark.parametrize("operation", [operation.id for operation in OPERATIONS])
def test_no_call_finds_an_answer_that_is_not_described(api: Target, operation: str) -> None:
    fuzz(api, operation, A_FEW)


if __name__ == "__main__":
    with described() as here:
        for each in OPERATIONS:
            print(each.id)
            fuzz(here, each.id, int(sys.argv[1]) if len(sys.argv) > 1 else 200)
