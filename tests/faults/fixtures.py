"""Fixtures of the fault suite."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.opening import read_wording
from bot.scenes import SCRIPTS
from flows.check import sound_flow
from tests.faults.script import Script
from tests.faults.starter import Starter
from tests.telegram_server import TelegramServer


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    with Starter() as running:
        yield running


@pytest.fixture(scope="session")
def script() -> Script:
    return Script(sound_flow("intake", SCRIPTS), read_wording())


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    """Without rate limits: these tests ask other questions."""
    async with TelegramServer(any_token=True) as server:
        yield server


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    return tmp_path / "program.log"
