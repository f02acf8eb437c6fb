"""Every conversation in ``tests/transcripts/`` still goes as it is written down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.met import Mark, met
from tests.one_language import problems
from tests.story_coverage import MET
from tests.transcript import FOLDER, play

FILES = sorted(FOLDER.glob("*.chat"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_conversation_goes_as_written(
    path: Path, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    played = await play(path)
    now = played.lines
    marks = set[Mark]().union(*(met(turns) for turns in played.turns.values()))
    record_property(MET, [list(mark) for mark in sorted(marks)])
    if request.config.getoption("--rewrite-transcripts"):
        path.write_text("\n".join(now) + "\n", encoding="utf-8")
    assert now == path.read_text(encoding="utf-8").splitlines()
    assert [problem for setting, bubble in played.said for problem in problems(setting, bubble)] == []


def test_there_are_conversations_in_both_languages() -> None:
    assert len(FILES) >= 12
    assert any("-nl-" in path.stem for path in FILES)
    assert any("-fr-" in path.stem for path in FILES)
