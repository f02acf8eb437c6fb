"""The API against calls that nobody thought of, made by schemathesis from the API's own description.

``python -m tests.test_api_fuzz 2000`` makes so many of each operation.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from staff.api import OPERATIONS
from storage.ledger import open_ledger
from tests.api_stage import open_api
from tests.api_world import WITH_CHEQUES, of_every_sort

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
WRONG = schemathesis.checks.CHECKS.get_one("negative_data_rejection")
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


@dataclass(frozen=True)
class Target:
    """Where the API is, what opens it, what is there (``ids`` by folder), and its description, which is read once."""

    address: str
    secret: str
    ids: Mapping[str, str]
    schema: Any

    def there(self, path: str) -> str | None:
        """The id of something that is there, for this address."""
        return self.ids.get(path.partition("/{id}")[0].rpartition("/")[2]) if "{id}" in path else None


@contextmanager
def described() -> Iterator[Target]:
    """An API with something of every sort, and a token that may do everything."""
    running, opened = Running(), AsyncExitStack()
    try:
        address, secret, ids = running.do(_open(opened))
        yield Target(address, secret, ids, schemathesis.openapi.from_url(f"{address}/openapi.json"))
        running.do(opened.aclose())
    finally:
        running.stop()


async def _open(opened: AsyncExitStack) -> tuple[str, str, Mapping[str, str]]:
    ledger = await open_ledger("sqlite://")
    opened.push_async_callback(ledger.close)
    api = await opened.enter_async_context(open_api(ledger, WITH_CHEQUES))
    ids = await of_every_sort(api, await api.stage.case())
    return str(api.client.make_url("/api/v1")), api.token, ids


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
    @given(case=found.as_strategy(), there=st.booleans())
    def calls(case: Any, there: bool) -> None:
        """Half of the calls are about something that is there; they may be right for all that schemathesis knows."""
        id, checks = target.there(case.path), CHECKED
        if there and id:
            case.path_parameters["id"] = id
            case.headers = {**(case.headers or {}), "If-Match": "*"}
            checks = [check for check in CHECKED if check is not WRONG]
        headers = {"Authorization": f"Bearer {target.secret}"}
        case.call_and_validate(base_url=target.address, headers=headers, checks=checks)

    calls()


@pytest.mark.parametrize("operation", [operation.id for operation in OPERATIONS])
def test_no_call_finds_an_answer_that_is_not_described(api: Target, operation: str) -> None:
    fuzz(api, operation, A_FEW)


if __name__ == "__main__":
    with described() as here:
        for each in OPERATIONS:
            print(each.id)
            fuzz(here, each.id, int(sys.argv[1]) if len(sys.argv) > 1 else 200)
