"""A date as people type it: 24/3/1990, 24-03-90, "24 maart", "1er avril 98"; kept as ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from flows.answers import NotUnderstood, Option, Reader, Reading, Understood
from flows.answers.days import month, ordinal, weekday
from flows.answers.matching import answers
from flows.answers.settings import only, text
from flows.answers.spelling import plain
from flows.log import Value

HINT = "Type the day, the month and the year, like 24/3/1990."
NOT_YET = "This day is still to come. Type a day in the past."
PAST = "This day is over. Type a day that is still to come."
_WHEN = ("past", "future", "any")
_COMPACT = re.compile(r"\b(\d{2})(\d{2})(\d{4})\b")
_YEARS = range(1900, 2101)
_FEW_WORDS = 12


@dataclass(frozen=True, slots=True)
class DateAnswer:
    """``when`` is the side of today the date lies on: ``past``, ``future`` (both with today) or ``any``."""

    when: str = "any"
    options: tuple[Option, ...] = ()
    expects: str = "date"

    def read(self, text: str, reader: Reader) -> Reading:
        said = _COMPACT.sub(r"\1 \2 \3", plain(text))
        day = _named_day(said, reader) or self._typed(said.split()[:_FEW_WORDS], reader.today)
        if day is None:
            return NotUnderstood(HINT)
        if self.when == "past" and day > reader.today:
            return NotUnderstood(NOT_YET)
        if self.when == "future" and day < reader.today:
            return NotUnderstood(PAST)
        return Understood(day.isoformat())

    def show(self, value: Value, reader: Reader) -> str:
        day = _real(str(value))
        if day is None:
            return str(value)
        pattern = "d'er' MMMM y" if reader.language == "fr" and day.day == 1 else "d MMMM y"
        return format_date(day, pattern, locale=reader.language)

    def _typed(self, words: list[str], today: date) -> date | None:
        numbers = [number for number in map(ordinal, words) if number is not None]
        months = _months(words)
        match numbers, months:
            case [day, year], [name]:
                return self._date(day, name, year, today)
            case [day], [name]:
                return self._date(day, name, None, today)
            case [year, name, day], [] if year in _YEARS:
                return self._date(day, name, year, today)
            case [day, name, year], []:
                return self._date(day, name, year, today)
            case [day, name], []:
                return self._date(day, name, None, today)
            case _:
                return None

    def _date(self, day: int, month: int, year: int | None, today: date) -> date | None:
        """A year of two digits, or none, is the one nearest to today on the side that was asked for."""
        if year is None:
            years = [today.year - 1, today.year, today.year + 1]
        elif year < 100:
            years = [year + century for century in (1900, 2000, 2100)]
        else:
            years = [year]
        possible = [found for year in years if (found := _day(year, month, day))]
        wanted = [found for found in possible if self._fits(found, today)] or possible
        return min(wanted, key=lambda found: abs(found - today), default=None)

    def _fits(self, day: date, today: date) -> bool:
        return {"past": day <= today, "future": day >= today}.get(self.when, True)


def load(settings: Mapping[str, object]) -> DateAnswer:
    """``when`` is ``past``, ``future`` or ``any``."""
    only(settings, "when")
    when = text(settings, "when", "any")
    if when not in _WHEN:
        raise ValueError(f"'when' must be one of {', '.join(_WHEN)}")
    return DateAnswer(when)


def _named_day(said: str, reader: Reader) -> date | None:
    for name, days in (("today", 0), ("tomorrow", 1), ("after_tomorrow", 2), ("yesterday", -1)):
        if said in answers(reader, name):
            return reader.today + timedelta(days=days)
    return None


def _months(words: list[str]) -> list[int]:
    """The months that are named. "Mar" is March, unless a month is named besides it: then it is Tuesday."""
    named = [(word, number) for word in words if (number := month(word)) is not None]
    sure = [number for word, number in named if weekday(word) is None]
    return sure or [number for _, number in named]


def _day(year: int, month: int, day: int) -> date | None:
    return _real(f"{year:04}-{month:02}-{day:02}") if year in _YEARS else None


def _real(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
