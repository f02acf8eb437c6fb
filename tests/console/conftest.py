"""The console with its staff, and browsers that come to its door, for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.ledger import Ledger
from tests.staff_stage import Open, Stage


@pytest.fixture
async def stage(one_ledger: Ledger) -> Stage:
    stage = Stage(one_ledger)
    await stage.staff()
    return stage


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator[Open]:
    async with stage.serve() as opened:
        yield opened
