"""Twelve hardships that end many chats: here each ends with the right data, in both languages (a story each)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.one_language import LANGUAGES, problems
from tests.transcript import FOLDER, play

HARDSHIPS = (
    "h01-typo",
    "h02-number-for-a-label",
    "h03-other-language",
    "h04-voice-note",
    "h05-old-button",
    "h06-double-tap",
    "h07-help-in-mid-question",
    "h08-language-switch",
    "h09-correct-answer-three-of-ten",
    "h10-silence-of-twenty-days",
    "h11-flow-edited-meanwhile",
    "h12-process-killed-mid-step",
)
QUICK = {
    "privacy": "yes",
    "path": "quick",
    "age": "from_34",
    "place": "3600:Genk",
    "goal": "job",
    "book": "yes",
    "slot": "20270325T0900-karima",
    "contact_way": "chat",
    "visit": "2027-03-25T10:00 booked",
}
FULL = {
    "path": "full",
    "name": "Fatma",
    "place": "3500:Hasselt",
    "barriers": "none",
    "diploma": "secondary",
    "duration": "under_2y",
    "income": "wage",
    "health_ok": "no",
    "sector": "shop",
    "more": "no",
    "recap": "ok",
}
OTHERWISE = {
    "h01-typo": {"visit": "2027-03-30T09:00 booked"},
    "h05-old-button": {"age": "from_50"},
    "h09-correct-answer-three-of-ten": FULL,
    "h10-silence-of-twenty-days": {"slot": "20270414T0900-luca", "visit": "2027-04-14T11:00 booked"},
    "h11-flow-edited-meanwhile": {"age": "from_50"},
}
"""What differs from a quick talk that goes by itself."""
ANY_COACH = {"h01-typo": "slot"}
"""Where the languages differ in which coach is free for them."""


def file(hardship: str, language: str) -> Path:
    number, _, name = hardship.partition("-")
    return FOLDER / "hardships" / f"{number}-{language}-{name}.chat"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hardship", HARDSHIPS)
async def test_a_talk_with_this_hardship_ends_with_the_right_data(
    hardship: str, language: str, request: pytest.FixtureRequest
) -> None:
    path = file(hardship, language)
    played = await play(path)
    if request.config.getoption("--rewrite-transcripts"):
        path.write_text("\n".join(played.lines) + "\n", encoding="utf-8")
    assert played.lines == path.read_text(encoding="utf-8").splitlines()
    assert [problem for setting, bubble in played.said for problem in problems(setting, bubble)] == []
    expected = QUICK | OTHERWISE.get(hardship, {})
    found = dict(line.removeprefix("= ").split(": ", 1) for line in played.lines if line.startswith("= "))
    loose = {ANY_COACH.get(hardship, "")}
    assert {name: found[name] for name in found if name not in loose} == {
        name: expected[name] for name in expected if name not in loose
    }


def test_there_are_no_other_stories_among_them() -> None:
    expected = {file(hardship, language) for hardship in HARDSHIPS for language in LANGUAGES}
    assert set((FOLDER / "hardships").iterdir()) == expected
