"""Gives tests the real voice: Debian's espeak-ng, with a shelf that the test may look into."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.aloud.engine import PROGRAM, REMEDY, find_engine
from bot.aloud.lexicon import load_lexicons
from bot.aloud.reading import Reading
from bot.aloud.shelf import Shelf
from tests.webchat_wording import translate

LOCALES = Path(__file__).parent.parent / "locales"


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    engine = find_engine()
    if engine is None:
        missing = f"no {PROGRAM}: {REMEDY}"
        if os.environ.get("OPSTAP_REQUIRE_VOICE") == "1":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    return Reading(engine, load_lexicons(LOCALES), translate, Shelf(tmp_path / "sounds"), b"a secret of the tests")
