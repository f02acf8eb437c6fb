"""One of the free times that were shown, or a wish for another: "2", "mardi 10h", "de eerste", "volgende week"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import TypeAlias
from zoneinfo import ZoneInfo

from flows.answers import NotUnderstood, Option, Reader, Reading, Understood, Which
from flows.answers.days import ordinal
from flows.answers.matching import answers
from flows.answers.settings import only
from flows.answers.spelling import plain
from flows.dates import long_date, short_date
from flows.heard import Slot, slot_start
from flows.log import Value
from flows.when import When
from flows.when_read import Wish, read_wish

HINT = "Tap a time, or type when you can come."
_HOME = ZoneInfo("Europe/Brussels")
_SHOWN = 6
_FEW_WORDS = 20
_NOON = 12

OfferedReading: TypeAlias = Reading | Wish


@dataclass(frozen=True, slots=True)
class SlotAnswer:
    options: tuple[Option, ...] = ()
    expects: str = "slot"

    def read(self, text: str, reader: Reader) -> Reading:
        """Nothing: without the times that were shown, words do not tell which one is meant."""
        return NotUnderstood(HINT)

    def read_offered(self, text: str, reader: Reader, slots: tuple[Slot, ...]) -> OfferedReading:
        """``text`` as one of ``slots``, by its place in the list, its day, its hour, or these together; otherwise as a
        wish. Words that name no day and no hour, or that are not all understood, choose nothing by themselves."""
        chosen = _by_position(plain(text), reader, slots)
        if chosen:
            return Understood(chosen.value)
        wish = read_wish(text, reader)
        if wish is None:
            return _either(_by_number(text, slots), reader)
        if wish.other or not wish.exact:
            return wish
        fitting = _fitting(wish.shown, slots)
        if len(fitting) == 1 and not wish.sure:
            return Which((_option(fitting[0], reader),))
        return _either(fitting, reader) if fitting else wish

    def show(self, value: Value, reader: Reader) -> str:
        """The day and the hour, in Belgian time."""
        start = slot_start(str(value))
        return long_date(start, reader.language, _HOME) if start else str(value)


def load(settings: Mapping[str, object]) -> SlotAnswer:
    only(settings)
    return SlotAnswer()


def _option(slot: Slot, reader: Reader) -> Option:
    zone = slot.start.tzinfo if isinstance(slot.start.tzinfo, ZoneInfo) else _HOME
    return Option(slot.value, short_date(slot.start, reader.language, zone), own_words=True)


def _by_position(said: str, reader: Reader, slots: tuple[Slot, ...]) -> Slot | None:
    before = {*answers(reader, "number")}
    words = [word for word in said.split()[:_FEW_WORDS] if word not in before]
    rest = " ".join(words)
    for position, slot in enumerate(slots, 1):
        names = {str(position), *answers(reader, str(position)), *answers(reader, f"{position}.")}
        if rest in names:
            return slot
    return slots[-1] if slots and rest in answers(reader, "last") else None


def _either(slots: Sequence[Slot], reader: Reader) -> Reading:
    match slots:
        case []:
            return NotUnderstood(HINT)
        case [slot]:
            return Understood(slot.value)
        case _:
            return Which(tuple(_option(slot, reader) for slot in slots[:_SHOWN]))


def _by_number(text: str, slots: Sequence[Slot]) -> list[Slot]:
    """ "Die van 14": a number alone is a day or an hour of a time that is shown."""
    numbers = {number for word in plain(text).split()[:_FEW_WORDS] if (number := ordinal(word)) is not None}
    return [slot for slot in slots if len(numbers) == 1 and numbers <= _numbers(slot)]


def _numbers(slot: Slot) -> set[int]:
    return {slot.start.day, slot.start.hour, slot.start.hour - _NOON}


def _fitting(when: When, slots: Sequence[Slot]) -> list[Slot]:
    """The slots at that time; if there are none, those twelve hours later: "8 uur" may be in the evening."""
    exactly = [slot for slot in slots if when.fits(slot.start)]
    return exactly or [slot for slot in slots if (later := _in_the_evening(when)) and later.fits(slot.start)]


def _in_the_evening(when: When) -> When | None:
    if when.begin is None or when.end is None or when.end.hour >= _NOON:
        return None
    begin, end = (time(clock.hour + _NOON, clock.minute) for clock in (when.begin, when.end))
    return replace(when, begin=begin, end=end)
