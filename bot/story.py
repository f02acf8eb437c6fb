"""Conversations as text files that a coach can read, played in a house that is gone afterwards.

# what this shows                a remark
@ <organisation> web             organisation and channel; the moment is Wednesday 24 March 2027, 10 o'clock
> hallo                          the person types; ``/start nl`` opens the chat, in Dutch
> [Nederlands]                   the person taps the newest button with this label
< Hallo! ...                     we say; further lines of the same message are indented
  [Nederlands] [Frans]           its buttons (ticked ones with *), and the tools beneath: (Terug) (Overslaan);
                                 [Naar onze pagina ↗] leads away from the chat
~ Wat kan je? ...                the question on the screen gets other ticks
! wait 2 days                    something happens, see ``bot.happenings``
= place: 3600:Genk               what the coach gets, at the end
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.happenings import happen
from bot.people import Place
from bot.stage import Actor, NotShown, Stage
from bot.story_end import ending
from flows.messages import Bubble

TAP = re.compile(r"\[(.+)\]")
START = "/start"
ADDRESS = "somebody"
UNGUESSABLE = re.compile(r"(?<=/visit/)[\w-]+(?=\.ics)")
"""What is another thing each time."""


class NoStory(ValueError):
    """A line that no story has, or one in a place where it means nothing."""


class Story:
    """One story, line by line. ``actor`` is who talks, once a line with ``@`` has said where.

    ``toast`` is the word for the last tap that changed nothing on the screen.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.toast: str | None = None
        self._actor: Actor | None = None

    @property
    def actor(self) -> Actor:
        if self._actor is None:
            raise NoStory("a story begins with a line such as: @ <organisation> web")
        return self._actor

    async def hear(self, line: str) -> list[str]:
        """What ``line`` leads to, itself included. What we said and what came of it back then leads to nothing.

        Raises ``NoStory``, or ``NotShown`` for a button that is not there.
        """
        mark, _, rest = line.partition(" ")
        match mark:
            case "@":
                self._actor = self._at(rest)
            case ">":
                return [line, *await self._said(rest)]
            case "!":
                return [line, *await self._happened(rest)]
            case _ if line and mark != "#":
                return []
        return [line]

    def _at(self, where: str) -> Actor:
        organisation, _, channel = where.partition(" ")
        if (organisation, channel) not in self.stage.house.scenes.settings:
            raise NoStory(f"there is no organisation {organisation!r} with a channel {channel!r}")
        return Actor(self.stage, Place(organisation, channel, ADDRESS))

    async def _said(self, what: str) -> Iterable[str]:
        actor, tap = self.actor, TAP.fullmatch(what)
        if tap:
            await actor.taps(tap[1])
        elif what == START or what.startswith(f"{START} "):
            await actor.starts(language=what.removeprefix(START).strip() or None)
        else:
            await actor.says(what)
        return self._screen(actor.fresh)

    async def _happened(self, what: str) -> Iterable[str]:
        before = len(self.actor.seen)
        if not await happen(self.actor, what):
            raise NoStory(f"nobody knows how to let this happen: {what}")
        return self._screen(self.actor.seen[before:])

    def _screen(self, bubbles: Iterable[Bubble]) -> Iterator[str]:
        self.toast, self.actor.toast = self.actor.toast, None
        if self.toast:
            yield f"< ({self.toast})"
        for bubble in bubbles:
            yield from draw(bubble)

    async def ends(self) -> list[str]:
        """What lies with the coach now."""
        return await ending(self.actor)


@dataclass(slots=True)
class Told:
    """A story as it goes now. Where it cannot go on, ``stuck`` says why, at line ``at`` of its file."""

    lines: list[str] = field(default_factory=list)
    at: int = 0
    stuck: str | None = None


async def play(stage: Stage, lines: Iterable[str]) -> Told:
    """The story as it goes now, in the form of its file."""
    story, told = Story(stage), Told()
    try:
        for line in lines:
            told.at += 1
            told.lines += await story.hear(line)
        told.lines += await story.ends()
    except (NoStory, NotShown) as problem:
        told.stuck = str(problem)
    return told


def draw(bubble: Bubble) -> Iterator[str]:
    """A bubble as lines: its text, its buttons, its tools."""
    first, *others = UNGUESSABLE.sub("...", bubble.text).split("\n")
    yield f"{'~' if bubble.redraws else '<'} {first}"
    yield from (f"  {line}" for line in others)
    if bubble.link:
        yield f"  [{bubble.link.label} ↗]"
    if bubble.buttons:
        yield "  " + " ".join(f"[{'*' if button.ticked else ''}{button.label}]" for button in bubble.buttons)
    if bubble.tools:
        yield "  " + " ".join(f"({button.label})" for button in bubble.tools)
