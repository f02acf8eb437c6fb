"""Where people get on and where they get stuck: counts per question, by replay of their logs alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows.log import Entry, Helped, LanguageChosen, Log, Missed, Reopened, Skipped, Value
from flows.memory import Memory, remember
from flows.met import turns
from flows.script import Ask
from flows.talk import Setting
from flows.walk import walk

OUTCOMES = ("first", "later", "skipped", "left", "open")
"""How it stands with everybody who was asked: answered at the first try, or after a miss; skipped; left, silent
for long; or open: not silent for long yet, or no longer asked after a change elsewhere."""
BESIDE = ("again", "helped", "corrected")
"""What happened on the way: asked again after a miss, helped (why, help, ...), an answer that was changed."""
ALL = "all"
QUIET = timedelta(days=14)
"""Silence after which an open question counts as left, unless told otherwise."""
PLACED = frozenset({"Answered", "Skipped", "Reopened", "Told", "Done", "LanguageChosen"})
"""The kinds of entry that can move a conversation to another place."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A conversation to be counted: its log, when it began, when the person was last heard, and where."""

    log: Log
    began: datetime
    last: datetime
    channel: str


@dataclass(slots=True)
class Fate:
    """How it went with one question in one conversation."""

    asked: datetime
    seconds: int | None = None
    first_try: bool = False
    missed: bool = False
    helped: bool = False
    corrected: bool = False
    outcome: str = "open"


@dataclass(slots=True)
class Tally:
    """Counts per question and group (``all``, ``language nl``, ``channel web``); people, not messages.

    ``seconds`` has, for who answered, how often it took so many seconds from asked to the first answer.
    """

    people: Counter[str] = field(default_factory=Counter)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    seconds: dict[tuple[str, str], Counter[int]] = field(default_factory=dict)

    def add(self, setting: Setting, spoken: Spoken, now: datetime, quiet: timedelta = QUIET) -> None:
        """Count one more conversation."""
        followed = Followed(setting, spoken)
        fates = followed.fates("left" if now - spoken.last > quiet else "open")
        language = followed.memory.language or setting.languages[0]
        for group in (ALL, f"language {language}", f"channel {spoken.channel}"):
            self.people[group] += 1
            self.counts.update((name, group, "reached") for name in followed.reached())
            for question, fate in fates.items():
                self._count(question, group, fate)

    def _count(self, question: str, group: str, fate: Fate) -> None:
        flags = {"again": fate.missed, "helped": fate.helped, "corrected": fate.corrected}
        names = ("asked", fate.outcome, *(name for name, holds in flags.items() if holds))
        self.counts.update((question, group, name) for name in names)
        if fate.seconds is not None:
            self.seconds.setdefault((question, group), Counter())[fate.seconds] += 1


class Followed:
    """One conversation, followed turn by turn, with the fate of every question that was asked."""

    def __init__(self, setting: Setting, spoken: Spoken) -> None:
        self.memory = Memory()
        self._setting = setting
        self._language = next((ask.id for ask in setting.flow.asks.values() if ask.kind.expects == "language"), "")
        self._asked: dict[str, Fate] = {}
        self.open: str | None = None
        if not spoken.log or spoken.log[0].at > spoken.began:
            self._stand(spoken.began)
        for entries in turns(spoken.log):
            self._turn(entries)

    def fates(self, silent: str) -> dict[str, Fate]:
        """By question, in the order in which they were asked; ``silent`` is what has come of the open one."""
        for name, fate in self._asked.items():
            if name == self.open:
                fate.outcome = silent
            elif self._value(name) is not None:
                fate.outcome = "first" if fate.first_try else "later"
            elif isinstance(self.memory.answers.get(name), Skipped):
                fate.outcome = "skipped"
        return self._asked

    def reached(self) -> set[str]:
        """The names of the steps that were said and done (``say hello``, ``do case``)."""
        told = {f"say {id}" for id in self.memory.told}
        return told | {f"do {name}" for name in self.memory.done}

    def _turn(self, entries: Log) -> None:
        before = {name: self._value(name) for name in map(self._named, entries) if name in self._asked}
        remember(entries, self.memory)
        taken_back = {entry.question for entry in entries if isinstance(entry, Reopened)}
        for name, value in before.items():
            fate = self._asked[name]
            fate.missed |= any(isinstance(entry, Missed) and entry.question == name for entry in entries)
            fate.helped |= any(isinstance(entry, Helped) and entry.question == name for entry in entries)
            if name not in taken_back:
                _answered(fate, value, self._value(name), entries[0].at)
        if not self._asked or any(type(entry).__name__ in PLACED for entry in entries):
            self._stand(entries[-1].at)

    def _stand(self, at: datetime) -> None:
        """Where the conversation is now; its open question has been asked."""
        place = walk(self._setting.flow, self.memory, self._setting.facts, to_open=True).open
        self.open = place.id if isinstance(place, Ask) else None
        if self.open is not None:
            self._asked.setdefault(self.open, Fate(at))

    def _named(self, entry: Entry) -> str:
        return self._language if isinstance(entry, LanguageChosen) else getattr(entry, "question", "")

    def _value(self, name: str) -> Value | None:
        return self.memory.language if name == self._language else self.memory.value(name)


def _answered(fate: Fate, before: Value | None, after: Value | None, at: datetime) -> None:
    """Note the first answer, or that it has changed; a time that was taken by somebody else is no answer."""
    if after is None:
        return
    if fate.seconds is None:
        fate.seconds = round((at - fate.asked).total_seconds())
        fate.first_try = not fate.missed
    elif before is not None and before != after:
        fate.corrected = True
