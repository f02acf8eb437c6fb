"""Fixtures and flags of all tests."""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings

from tests.story_coverage import Coverage

# A slow machine is no fault of what is tested.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

pytest_plugins = ["tests.databases", "tests.browser", "tests.reading_aloud", "tests.faults.fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-transcripts",
        action="store_true",
        help="write what is said now into tests/transcripts/, to be read as a difference",
    )


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Coverage(), "story coverage")


def pytest_collection() -> None:
    """What is collected stays to the end: looking through it for garbage, now or later, finds nothing."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    gc.enable()
