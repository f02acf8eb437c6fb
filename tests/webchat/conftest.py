"""A house with the web chat, and who comes to it, by a browser or over the wire, for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Page

from storage.ledger import Ledger
from tests.webchat_caller import Caller, calling
from tests.webchat_person import Person
from tests.webchat_stage import Stage, on_stage


@pytest.fixture
async def stage(sqlite_ledger: Ledger) -> AsyncIterator[Stage]:
    async with on_stage(sqlite_ledger) as stage:
        yield stage


@pytest.fixture
def person(page: Page, stage: Stage) -> Iterator[Person]:
    person = Person(page, stage.chat)
    yield person
    assert person.problems == []


@pytest.fixture
async def caller(stage: Stage) -> AsyncIterator[Caller]:
    async with calling(stage) as caller:
        yield caller
