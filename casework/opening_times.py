"""When a house is open, in words: "maandag van 9 tot 12 uur"."""

from __future__ import annotations

from datetime import time

from babel.dates import get_day_names

from casework.notation import Shift, Week

_LINE = {"nl": "{day} {hours} uur.", "fr": "{day} {hours}.", "en": "{day} {hours}."}
_HOURS = {"nl": "van {start} tot {end}", "fr": "de {start} à {end}", "en": "{start} to {end}"}
_AND = {"nl": " en ", "fr": " et ", "en": " and "}
_CLOCK = {"nl": ("{hour}", "{hour}.{minute:02}"), "fr": ("{hour} h", "{hour} h {minute:02}")}
_ELSEWHERE = ("{hour}:00", "{hour}:{minute:02}")


def opening_times(week: Week, language: str) -> str:
    """A line for each day on which the house is open, in Dutch, French or English."""
    days = get_day_names("wide", locale=language)
    return "\n".join(_line(days[day], week[day], language) for day in sorted(week) if week[day])


def _line(day: str, shifts: tuple[Shift, ...], language: str) -> str:
    hours = _AND[language].join(_shift(shift, language) for shift in shifts)
    return _LINE[language].format(day=day[:1].upper() + day[1:], hours=hours)


def _shift(shift: Shift, language: str) -> str:
    return _HOURS[language].format(start=_clock(shift.start, language), end=_clock(shift.end, language))


def _clock(at: time, language: str) -> str:
    whole, with_minutes = _CLOCK.get(language, _ELSEWHERE)
    return (with_minutes if at.minute else whole).format(hour=at.hour, minute=at.minute)
