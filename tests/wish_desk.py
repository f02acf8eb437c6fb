"""The engine with a diary of some weeks, for tests of wishes about the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from flows.effects import BookSlot, FindSlots
from flows.heard import Outcome, Said, Slot, SlotGone, SlotsFound, Started, Tap, Tapped
from flows.messages import Bubble
from tests.pure_talk import BRUSSELS, Talk, plain_answer, scenes
from tests.stage import WEDNESDAY


def free(start: str, coach: str = "an") -> Slot:
    at = datetime.fromisoformat(start).replace(tzinfo=BRUSSELS)
    value = f"{at.astimezone(WEDNESDAY.tzinfo):%Y%m%dT%H%M}-{coach}"
    return Slot(value, at, 45, coach, "werkstation")


WEEKS = tuple(
    free(f"2027-{day:%m-%d}T{hour}")
    for day in (datetime(2027, 3, 25) + timedelta(days=days) for days in range(28))
    if day.weekday() in (1, 3)
    for hour in ("09:00", "10:30", "14:00", "15:30")
)
"""Tuesdays and Thursdays, two times before noon and two after it."""


@dataclass
class Desk(Talk):
    """A talk with an agenda of its own: these times, six a screen, or no answer at all."""

    times: tuple[Slot, ...] = WEEKS
    silent: bool = False
    asked: list[FindSlots] = field(default_factory=list)
    refuses: list[SlotGone] = field(default_factory=list)

    def outcome(self, effect: object) -> Outcome | None:
        match effect:
            case FindSlots(question, _, _, after, when):
                self.asked.append(effect)
                if self.silent:
                    return SlotsFound(question, (), when=when, after=after, empty="unreachable")
                fitting = (slot for slot in self.times if when.fits(slot.start) and slot.start > (after or self.now))
                found = tuple(islice(fitting, 7))
                return SlotsFound(question, found[:6], len(found) > 6, when, after)
            case BookSlot() if self.refuses:
                return self.refuses.pop()
            case _:
                return super().outcome(effect)

    def says(self, text: str) -> Bubble:
        return self.hears(Said(text))[-1]

    def taps(self, label: str) -> Bubble:
        return self.hears(Tapped(next(tap for name, tap in self.buttons() if name.endswith(label))))[-1]

    def buttons(self) -> list[tuple[str, Tap]]:
        bubble = next(bubble for bubble in reversed(self.screen) if bubble.buttons)
        return [(button.label, button.tap) for button in (*bubble.buttons, *bubble.tools)]

    def labels(self) -> list[str]:
        return [button.label for button in self.screen[-1].buttons]


def until(question: str, language: str = "nl", organisation: str = "genk") -> Desk:
    """A talk with the open question ``question``."""
    talk = Desk(scenes()[organisation, "web"])
    talk.hears(Started())
    talk.hears(Tapped(Tap("language", language)))
    talk.hears(Tapped(Tap("privacy", "yes")))
    talk.hears(Tapped(Tap("path", "quick")))
    while talk.open and talk.open.id != question:
        talk.hears(Tapped(Tap("book", "yes")) if talk.open.id == "book" else plain_answer(talk, talk.open, 1))
    assert talk.open is not None, f"{question} is never asked"
    return talk


def booked(language: str = "nl") -> Desk:
    """A talk in which a visit on Thursday 25 March at 9 was booked."""
    talk = until("slot", language)
    talk.hears(Tapped(Tap("slot", WEEKS[0].value)))
    assert talk.memory.value("slot") == WEEKS[0].value
    return talk
