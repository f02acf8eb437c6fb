"""Somebody who talks with the assistant until the end: reads the buttons, answers what is asked, remembers it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from flows.log import Value
from flows.script import Ask
from tests.faults.script import Script, buttons, tap_of
from tests.patience import PATIENCE
from tests.telegram_user import User
from tests.telegram_world import Message

TYPED = {
    "place": "3600",
    "phone": "0470 12 34 56",
    "email": "iemand@example.org",
    "number": "3",
    "date": "24/3/1990",
}
QUICK = {"privacy": "yes", "path": "quick", "book": "yes", "contact_way": "chat", "recap": "ok"}
FULL = QUICK | {"path": "full", "contact_way": "call", "barriers": "money", "more": "yes"}


@dataclass
class Talker:
    """``wishes`` chooses at questions that it names; elsewhere chance does, but nobody is under 18.

    ``updates`` are the ids of all that was sent, ``told`` what was answered at last, ``copies`` counts messages
    that came twice. ``thinks`` is the longest time, in seconds, before an answer.
    """

    user: User
    script: Script
    language: str = "nl"
    wishes: Mapping[str, str] = field(default_factory=lambda: QUICK)
    words: str = "Amira"
    patience: float = PATIENCE
    thinks: float = 0.0
    chance: Random = field(default_factory=Random)
    told: dict[str, Value] = field(default_factory=dict)
    updates: list[int] = field(default_factory=list)
    copies: int = 0
    _seen: set[str] = field(default_factory=set)
    _read: int = 0

    @property
    def address(self) -> str:
        return str(self.user.chat.id)

    async def talk(self, until: str = "") -> None:
        """From the first hello to the last word, or until the question ``until`` is on the screen."""
        if not self.updates:
            self.updates.append(self.user.says("/start"))
        while True:
            message = await self._next()
            if self._is_copy(message):
                self.copies += 1
                continue
            if self.script.is_last(message):
                return
            question = self.script.asked(message, self.told)
            if question is None:
                continue
            if question.id == until:
                self._leave_unread(message)
                return
            await asyncio.sleep(self.chance.uniform(0, self.thinks))
            await self.answer(question, message)

    async def answer(self, question: Ask, message: Message) -> None:
        offered = [tap_of(data).option for _, data in buttons(message) if tap_of(data).question == question.id]
        answers = [option for option in offered if not option.startswith((">", "=", "~", "@"))]
        if not answers:
            self._type(question)
        elif any(option.startswith("+") for option in answers):
            await self._tick(question, message, answers)
        else:
            self._tap(question, message, self._choice(question, answers))

    def _type(self, question: Ask) -> None:
        text = TYPED.get(question.kind.expects, self.words)
        self.told[question.id] = text
        self.updates.append(self.user.says(text))

    def _choice(self, question: Ask, options: Iterable[str]) -> str:
        possible = [option for option in options if option != "under_18"]
        wish = self.language if question.kind.expects == "language" else self.wishes.get(question.id)
        return wish if wish in possible else self.chance.choice(possible)

    def _tap(self, question: Ask, message: Message, option: str) -> None:
        self.told[question.id] = option
        self.updates.append(self.user.taps_data(data_for(message, question.id, option), message))

    async def _tick(self, question: Ask, message: Message, options: list[str]) -> None:
        """Tick one, wait until the screen shows it, and say that this is all."""
        ticks = [option for option in options if option.startswith("+")]
        wish = f"+{self.wishes.get(question.id)}"
        tick = wish if wish in ticks else self.chance.choice(ticks)
        self.updates.append(self.user.taps_data(data_for(message, question.id, tick), message))
        shown: list[Message] = []

        def finished() -> bool:
            shown[:] = [each for each in self.user.chat.from_bot() if data_for(each, question.id, "=")]
            return bool(shown)

        await self.until(finished, f"the ticks of {question.id}")
        self.told[question.id] = (tick[1:],)
        self.updates.append(self.user.taps_data(data_for(shown[-1], question.id, "="), shown[-1]))

    def _is_copy(self, message: Message) -> bool:
        """A question of before, word for word: a person sees that they have answered it."""
        looks = looks_of(message)
        if looks in self._seen:
            return True
        self._seen.add(looks)
        return False

    def _leave_unread(self, message: Message) -> None:
        self._seen.discard(looks_of(message))
        self._read -= 1

    async def _next(self) -> Message:
        await self.until(lambda: len(self.user.chat.from_bot()) > self._read, "a message")
        self._read += 1
        return self.user.chat.from_bot()[self._read - 1]

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(self.patience):
                while not condition():
                    self.user.chat.news.clear()
                    await self.user.chat.news.wait()
        except TimeoutError:
            raise AssertionError(f"waited for {what} after {list(self.told)}") from None


def looks_of(message: Message) -> str:
    """By what a message is known again. Ticks change while it stands there, so they do not count."""
    shown = [data for _, data in buttons(message)]
    ticks = any(tap_of(data).option.startswith(("+", "-")) for data in shown)
    return message.text if ticks else f"{message.text}\n{shown}"


def data_for(message: Message, question: str, option: str) -> str:
    """What the button for this option carries; empty if the message has none."""
    found = (data for _, data in buttons(message) if (tap_of(data).question, tap_of(data).option) == (question, option))
    return next(found, "")
