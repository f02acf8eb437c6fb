"""Knows from the flow itself what a message asks, so that a talker survives every change of the texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from urllib.parse import unquote

from flows.heard import COMMAND, VISIT, Tap
from flows.script import Ask, Flow, Say
from flows.wording import Wording
from tests.telegram_world import Message

SIGNATURE = 11
"""Characters of a button's data before what it means; see ``bot.taps``."""

LAST = frozenset({"bye", "bye_name", "bye_young", "no_privacy"})


def tap_of(data: str) -> Tap:
    question, _, option = data[SIGNATURE:].partition(":")
    return Tap(unquote(question), unquote(option))


@dataclass(frozen=True)
class Script:
    flow: Flow
    wording: Wording

    def asked(self, message: Message, answered: Iterable[str] = ()) -> Ask | None:
        """By its buttons, or for what is typed by its text: of several alike, the next after what was answered."""
        for _, data in buttons(message):
            tap = tap_of(data)
            if tap.question not in (COMMAND, VISIT):
                return self.flow.asks.get(tap.question)
        found = [(len(text), self._place[ask.id], ask) for text, ask in self._texts if text in message.text]
        reached = max((self._place[question] for question in answered), default=-1)
        return max(found, key=lambda each: (each[0], each[1] >= reached, -each[1]))[2] if found else None

    def is_last(self, message: Message) -> bool:
        return any(pattern.fullmatch(message.text) for pattern in self._last)

    @cached_property
    def _texts(self) -> list[tuple[str, Ask]]:
        return [
            (self.wording.translate(source, language), ask)
            for ask in self.flow.asks.values()
            for source in (ask.text, ask.simpler)
            if source
            for language in self.wording.languages
        ]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {question: place for place, question in enumerate(self.flow.asks)}

    @cached_property
    def _last(self) -> list[re.Pattern[str]]:
        says = [step for step in self.flow.steps if isinstance(step, Say) and step.id in LAST]
        return [
            re.compile("".join(_pattern(self.wording.translate(say.text, language))), re.DOTALL)
            for say in says
            for language in self.wording.languages
        ]


def buttons(message: Message) -> Iterator[tuple[str, str]]:
    """Each button's label and data."""
    for row in message.rows:
        yield from row


def _pattern(text: str) -> Iterator[str]:
    for literal, name, _, _ in Formatter().parse(text):
        yield re.escape(literal)
        if name:
            yield ".*"
