"""Fixtures and flags of all tests."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.databases", "tests.browser", "tests.faults.fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-transcripts",
        action="store_true",
        help="write what is said now into tests/transcripts/, to be read as a difference",
    )
