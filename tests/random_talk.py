"""A random talk that is written down as it goes, and what must hold after each of its turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.story import draw
from flows.effects import CallPerson, EraseEverything
from flows.hear import hear
from flows.heard import Heard, Said, Tap, Tapped
from flows.log import Answered, Reopened, Restarted, Skipped
from flows.memory import remember
from flows.messages import Bubble
from flows.script import Ask, Flow
from flows.walk import Position, walk
from tests.one_language import problems
from tests.pure_talk import Talk, kept

A_PERSON = {"nl": "een mens", "fr": "une personne"}
LONGEST_WAY = 60
"""Turns in which who always takes the first way on must come to an end."""


@dataclass
class RandomTalk(Talk):
    """``lines`` are the talk so far, in the form of a story; ``typed`` is all that the person has typed."""

    lines: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    edited: bool = False

    def takes(self, heard: Heard) -> list[Bubble]:
        """A turn, after which everything must hold."""
        self.lines.append(f"> {_shown(heard)}")
        if isinstance(heard, Said):
            self.typed.append(heard.text)
        was, rested = self.position, self.memory.distress is not None
        try:
            bubbles = self.hears(heard)
        except Exception as broken:
            self.fails(f"{type(broken).__name__}: {broken}")
        self._write(bubbles)
        for wrong in self._wrong(heard, was, bubbles, rested=rested):
            self.fails(wrong)
        self.edited = False
        return bubbles

    def fails(self, wrong: str) -> None:
        raise AssertionError("\n".join(["", *self.lines, "", f"WRONG: {wrong}"])) from None

    def _write(self, bubbles: list[Bubble]) -> None:
        if self.latest.toast:
            self.lines.append(f"< ({self.latest.toast.source})")
        for bubble in bubbles:
            self.lines += draw(bubble)

    @property
    def position(self) -> Position:
        return walk(self.setting.flow, self.memory, self.setting.facts)

    def _wrong(self, heard: Heard, was: Position, bubbles: list[Bubble], *, rested: bool) -> Iterator[str]:
        turn = self.latest
        if not bubbles and turn.toast is None:
            yield "the turn says nothing"
        if sum(bool(saying.question or saying.choices) for saying in turn.says) > 1:
            yield "two questions are open at once"
        for bubble in bubbles:
            yield from self._wrong_words(bubble)
        if rested and isinstance(heard, Said) and any(isinstance(entry, Answered | Skipped) for entry in turn.entries):
            yield "something said while the talk rests was taken as an answer"
        if remember(map(kept, self.log)) != self.memory:
            yield "the log that was read again is another memory"
        known = self.memory.walked
        if known and known[0] is self.setting and known[1] != self.position:
            yield "where the talk stands was kept over an entry that changed it"
        if not self.erased:
            yield from self._wrong_progress(was)
            yield from self._nobody_there()

    def _wrong_words(self, bubble: Bubble) -> Iterator[str]:
        own = [line for line in bubble.text.split("\n") if not any(text in line for text in self._echoed())]
        if not self._is_language(bubble) and sum(line.count("?") for line in own) > 1:
            yield f"more than one question mark: {bubble.text!r}"
        for problem in () if bubble.languages else problems(self.setting, bubble):
            if not any(text in problem for text in self._echoed()):
                yield problem

    def _is_language(self, bubble: Bubble) -> bool:
        """Which language somebody wants is asked in several."""
        ask = self.setting.flow.asks.get(bubble.question or "")
        return bool(bubble.languages) or (ask is not None and ask.kind.expects == "language")

    def _echoed(self) -> Iterator[str]:
        """What the person said may be shown again, whatever it is."""
        return (text.strip() for text in self.typed if len(text.strip()) > 1)

    def _wrong_progress(self, was: Position) -> Iterator[str]:
        now = self.position
        if not (isinstance(was.open, Ask) and isinstance(now.open, Ask)) or self.edited:
            return
        if now.progress[0] < was.progress[0] and not self._went_back(was):
            yield f"progress fell from {was.progress} to {now.progress} without going back or changing"

    def _went_back(self, was: Position) -> bool:
        """Some answers that stood were opened again or changed; so does a talk that was forgotten."""
        settled = {ask.id for ask in (*was.behind, *was.elsewhere)} | (
            {was.open.id} if was.reopened and isinstance(was.open, Ask) else set()
        )
        forgotten = any(isinstance(effect, EraseEverything) for effect in self.latest.effects)
        return forgotten or any(
            isinstance(entry, Reopened | Restarted)
            or (isinstance(entry, Answered | Skipped) and entry.question in settled)
            for entry in self.latest.entries
        )

    def _nobody_there(self) -> Iterator[str]:
        """Whoever asks for a person at this moment gets one."""
        memory = remember(self.log)
        said = A_PERSON[memory.language or self.setting.languages[0]]
        turn = hear(self.setting, memory, Said(said), self.now + timedelta(seconds=1))
        if not any(isinstance(effect, CallPerson) for effect in turn.effects):
            yield f"nobody comes for who says {said!r}"

    def restarts(self) -> None:
        """The process is killed: all that is left is what lies in the database."""
        self.lines.append("! the process is killed and starts again")
        self.log = list(map(kept, self.log))
        self.memory = remember(self.log)

    def waits(self, days: int) -> None:
        self.lines.append(f"! wait {days} days")
        self.now += timedelta(days=days)

    def edits(self, what: str, flow: Flow) -> None:
        self.lines.append(f"! the flow is edited: {what}")
        self.setting = replace(self.setting, flow=flow)
        self.edited = True


def _shown(heard: Heard) -> str:
    match heard:
        case Said(text):
            return repr(text)[1:-1]
        case Tapped(Tap(question, option)):
            return f"[{question} {option}]"
        case _:
            return repr(heard)
