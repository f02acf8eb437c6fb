"""One of the free times that were shown: "2", "dinsdag", "mardi 10h", "10u30", "de eerste"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flows.answers import NotUnderstood, Option, Reader, Reading, Understood, Which
from flows.answers.days import month, ordinal, weekday
from flows.answers.matching import answers
from flows.answers.settings import only
from flows.answers.spelling import LONGEST, plain, spelled
from flows.dates import long_date, short_date
from flows.heard import Slot, slot_start
from flows.log import Value

HINT = "Tap a time, or type its number."
NOT_FREE = "This time is not free. Tap one of these times."
_HOME = ZoneInfo("Europe/Brussels")
_HOUR = re.compile(r"\b(\d{1,2})\s*(?::|\.|h(?:eures?|rs?)?\b|u(?:ur|r)?\b|h(?=\d)|u(?=\d))\s*(\d{2})?(?!\d)")
_SHOWN = 6
_FEW_WORDS = 20

Test = Callable[[Slot], bool]


@dataclass(frozen=True, slots=True)
class SlotAnswer:
    options: tuple[Option, ...] = ()
    expects: str = "slot"

    def read(self, text: str, reader: Reader) -> Reading:
        """Nothing: without the times that were shown, words do not tell which one is meant."""
        return NotUnderstood(HINT)

    def read_offered(self, text: str, reader: Reader, slots: tuple[Slot, ...]) -> Reading:
        """``text`` as one of ``slots``, by its place in the list, its day, its hour, or these together."""
        said = plain(text)
        chosen = _by_position(said, reader, slots)
        if chosen:
            return Understood(chosen.value)
        tests = list(_tests(text[:LONGEST].casefold(), reader))
        fitting = [slot for slot in slots if all(test(slot) for test in tests)] if tests else []
        match fitting:
            case []:
                return NotUnderstood(NOT_FREE if tests and slots else HINT)
            case [slot]:
                return Understood(slot.value)
            case _:
                return Which(tuple(_option(slot, reader) for slot in fitting[:_SHOWN]))

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


def _tests(text: str, reader: Reader) -> Iterator[Test]:
    """What a slot must satisfy: every day, date and hour that is named."""
    dates = re.compile(r"\b(\d{1,2})\s*[/-]\s*(\d{1,2})\b")
    for day, number in dates.findall(text):
        yield _on(int(day), int(number))
    text = _with_digits(dates.sub(" ", text), reader)
    for hour, minutes in _HOUR.findall(text):
        yield _at(int(hour), int(minutes) if minutes else None)
    words = plain(_HOUR.sub(" ", text)).split()[:_FEW_WORDS]
    yield from _relative(" ".join(words), reader)
    yield from filter(None, (_test(word) for word in words))


def _test(word: str) -> Test | None:
    number = ordinal(word)
    if number is not None:
        return lambda slot: number in (slot.start.day, slot.start.hour, slot.start.hour - 12)
    named = weekday(word)
    if named is not None:
        return lambda slot: slot.start.weekday() == named
    in_month = month(word)
    if in_month is not None:
        return lambda slot: slot.start.month == in_month
    return None


def _relative(said: str, reader: Reader) -> Iterator[Test]:
    for name, days in (("after_tomorrow", 2), ("tomorrow", 1), ("today", 0)):
        if _says(said, reader, name):
            yield _on_day(reader.today + timedelta(days=days))
            break
    if _says(said, reader, "half_past"):
        yield lambda slot: slot.start.minute == 30
    if _says(said, reader, "morning"):
        yield lambda slot: slot.start.hour < 12
    elif _says(said, reader, "afternoon"):
        yield lambda slot: slot.start.hour >= 12


def _says(said: str, reader: Reader, name: str) -> bool:
    return any(f" {spelled(word)} " in f" {said} " for word in answers(reader, name))


def _with_digits(text: str, reader: Reader) -> str:
    """``tien uur`` as ``10 uur``, and ``half elf`` as ``10:30``. "One" is too often an article."""
    names = {word: str(number) for number in range(2, 25) for word in answers(reader, str(number))}
    counted = re.sub(r"\w+", lambda word: names.get(plain(word[0]), word[0]), text)
    half = "|".join(map(re.escape, answers(reader, "half")))
    if not half:
        return counted
    return re.sub(rf"\b(?:{half})\s+(\d{{1,2}})\b", lambda hour: f"{int(hour[1]) - 1}:30", counted)


def _on_day(day: date) -> Test:
    return lambda slot: slot.start.date() == day


def _on(day: int, month: int) -> Test:
    return lambda slot: (slot.start.day, slot.start.month) == (day, month)


def _at(hour: int, minutes: int | None) -> Test:
    return lambda slot: slot.start.hour in (hour, hour + 12) and minutes in (None, slot.start.minute)
