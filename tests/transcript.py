"""The stories in ``tests/transcripts/``, played over the real flows, engine and desks; ``bot/story.py`` has the form.

Run the tests with ``--rewrite-transcripts`` to write what is said now into the files; then read the difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bot.stage import NotShown
from bot.story import NoStory, Story
from flows.log import Log
from flows.messages import Bubble
from flows.talk import Setting
from tests.stage import open_stage

FOLDER = Path(__file__).parent / "transcripts"


@dataclass
class Played:
    """A story as it goes now: its lines, every message of ours, and each conversation turn by turn, erased ones too."""

    lines: list[str] = field(default_factory=list)
    said: list[tuple[Setting, Bubble]] = field(default_factory=list)
    turns: dict[str, list[tuple[Setting, Log]]] = field(default_factory=dict)


async def play(path: Path) -> Played:
    played = Played()
    async with open_stage() as stage:
        story = Story(stage)
        try:
            for line in path.read_text(encoding="utf-8").splitlines():
                played.lines += await story.hear(line)
                if line[:1] in (">", "!"):
                    await _look(story, played)
            played.lines += await story.ends()
        except (NotShown, NoStory) as stuck:
            raise AssertionError("\n".join([*played.lines[-12:], str(stuck)])) from None
    return played


async def _look(story: Story, played: Played) -> None:
    actor = story.actor
    setting = story.stage.house.scenes.setting(actor.place.organisation, actor.place.channel)
    played.said += [(setting, bubble) for bubble in actor.fresh]
    conversation, log = await actor.conversation()
    turns = played.turns.setdefault(conversation, [])
    known = sum(len(entries) for _, entries in turns)
    turns.append((setting, log[known:]))
