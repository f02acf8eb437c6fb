"""Stories with an agenda elsewhere, as text that a coach can read (``tests/agenda_stories``)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.story import Story
from tests.agenda_scene import Scene, at, scene

FOLDER = Path(__file__).parent / "agenda_stories"
FREE = {f"{start:%d%H}": start for start in (at(25, 10), at(25, 11), at(30, 9), at(30, 11))}


async def happens(here: Scene, what: str) -> None:
    """What the agenda elsewhere does, and everything that follows here."""
    match what:
        case "the agenda is full":
            here.server.free = {}
            await here.tick(minutes=20)
        case "the agenda does not answer":
            here.server.faults = ["500"] * 9
            for _ in range(3):
                await here.tick(seconds=6)
        case "the agenda is back":
            here.server.faults, here.server.free = [], dict(FREE)
            await here.tick(minutes=20)
        case "somebody takes that time there":
            here.server.free.pop("2511")
            await here.tick()
        case "the agenda answers":
            await here.tick()
        case _:
            raise ValueError(what)


async def played(lines: list[str]) -> list[str]:
    told: list[str] = []
    async with scene() as here:
        story = Story(here.stage)
        for line in lines:
            if line.startswith("! "):
                await happens(here, line.removeprefix("! "))
                told += [line, *story._screen(await story.actor.looks())]
            else:
                told += await story.hear(line)
    return told


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.chat")), ids=lambda path: path.stem)
async def test_the_story_goes_as_written(path: Path, request: pytest.FixtureRequest) -> None:
    written = path.read_text(encoding="utf-8").splitlines()
    told = await played(written)
    if request.config.getoption("--rewrite-transcripts"):
        path.write_text("".join(f"{line}\n" for line in "\n".join(told).splitlines()), encoding="utf-8")
        return
    assert "\n".join(told).splitlines() == written
