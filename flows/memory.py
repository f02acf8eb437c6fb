"""What a conversation remembers: its log read once, per question and step what holds now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from flows.log import (
    Answered,
    Approached,
    Aside,
    AsideOver,
    Chatted,
    Comforted,
    Distressed,
    Done,
    Entry,
    LanguageChosen,
    Missed,
    NewsWanted,
    Nudged,
    Offered,
    Reopened,
    Restarted,
    Resumed,
    Skipped,
    Spoke,
    Stopped,
    Ticked,
    Told,
    Value,
    VoiceAllowed,
    WentOn,
    Wished,
)
from flows.when import When

if TYPE_CHECKING:
    from flows.talk import Setting
    from flows.walk import Position


@dataclass(slots=True)
class Memory:
    """A log read once, from the first entry to the last: per question and step, what holds now.

    ``proposed`` are the side questions that were asked before, ``latest`` is when the person was last heard, ``spoken``
    the language in which each answer was given, where one was chosen before, ``since`` are the steps after which
    something was answered or skipped. ``asked``, ``with_coach``, ``has_steps`` and ``walked``
    are no part of the log: the question that stood open when we last spoke, if that is known, whether a coach has the
    talk, whether small steps were agreed on, and where it stands, once somebody has looked since the last entry.
    """

    answers: dict[str, Answered | Skipped] = field(default_factory=dict)
    reopened: dict[str, None] = field(default_factory=dict)
    ticked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    offered: dict[str, tuple[str, ...]] = field(default_factory=dict)
    wished: dict[str, When] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)
    chatted: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    done: dict[str, Done] = field(default_factory=dict)
    since: set[str] = field(default_factory=set)
    language: str | None = None
    spoken: dict[str, str] = field(default_factory=dict)
    stopped: bool = False
    aside: Aside | None = None
    distress: Distressed | None = None
    comforted: int = 0
    spoke: Spoke | None = None
    voice_allowed: bool | None = None
    news: bool | None = None
    proposed: set[str] = field(default_factory=set)
    nudges: int = 0
    latest: datetime | None = None
    asked: str | None = field(default=None, compare=False)
    with_coach: bool = field(default=False, compare=False)
    has_steps: bool = field(default=False, compare=False)
    walked: tuple[Setting, Position] | None = field(default=None, compare=False, repr=False)

    def value(self, question: str) -> Value | None:
        """The answer that stands, also while its question is open again; ``None`` if there is none."""
        answer = self.answers.get(question)
        return answer.value if isinstance(answer, Answered) else None


_MOVES = Answered | Skipped | Reopened | Restarted | Told | Done | LanguageChosen
"""What can change where a conversation stands: all that ``walk`` looks at."""


def remember(log: Iterable[Entry], memory: Memory | None = None) -> Memory:
    """Read ``log`` into a memory (a new one, or ``memory`` itself, which is then read on)."""
    memory = memory or Memory()
    for entry in log:
        if isinstance(entry, _MOVES):
            memory.walked = None
        _note(memory, entry)
    return memory


def _note(memory: Memory, entry: Entry) -> None:
    if not isinstance(entry, Nudged | Approached):
        memory.latest = entry.at
    match entry:
        case Answered(question) | Skipped(question):
            memory.answers[question] = entry
            memory.since.update(memory.done)
            if memory.language is not None:
                memory.spoken[question] = memory.language
            memory.reopened.pop(question, None)
            memory.ticked.pop(question, None)
            memory.missed.pop(question, None)
            memory.chatted.pop(question, None)
            if isinstance(entry, Skipped):
                memory.wished.pop(question, None)
        case Reopened(question):
            memory.reopened[question] = None
            memory.ticked.pop(question, None)
        case Ticked(question, options):
            memory.ticked[question] = options
        case Offered(question, values):
            memory.offered[question] = values
        case Wished(question, when):
            memory.wished[question] = When.from_text(when)
        case Missed(question):
            memory.offered.pop(question, None)
            memory.missed[question] = memory.missed.get(question, 0) + 1
        case Chatted(question, kind):
            memory.chatted[question] = kind
        case Told(steps):
            memory.told.update(steps)
        case Done(step, given):
            memory.done[step] = entry
            memory.since.discard(step)
            for question in given:
                memory.wished.pop(question, None)
        case _:
            _note_course(memory, entry)


def _note_course(memory: Memory, entry: Entry) -> None:
    """What concerns no question of its own: the language, stopping and coming back, what stands beside."""
    match entry:
        case LanguageChosen(language):
            memory.language = language
        case Stopped():
            memory.stopped = True
        case Resumed():
            memory.stopped = False
        case Restarted(questions):
            memory.reopened.update(dict.fromkeys(questions))
            memory.ticked.clear()
        case Nudged(taps, labels, at):
            memory.aside = Aside("nudge", taps, labels, at)
            memory.nudges += 1
        case Approached(name, taps, labels, at):
            memory.aside = Aside(name, taps, labels, at, ours=True)
        case Distressed():
            memory.distress = entry
        case Comforted():
            memory.comforted += 1
        case WentOn():
            memory.distress = None
        case Aside(name):
            memory.aside = entry
            memory.proposed.add(name)
        case AsideOver():
            memory.aside = None
        case Spoke():
            memory.spoke = entry
        case VoiceAllowed(allowed):
            memory.voice_allowed = allowed
            memory.spoke = None if allowed else memory.spoke
        case NewsWanted(wanted):
            memory.news = wanted
