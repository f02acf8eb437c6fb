"""When a house is open, in few words: "Maandag: 9-12, 13-16.30 uur." """

from __future__ import annotations

from datetime import time

from babel.dates import get_day_names

from casework.hours.notation import Shift, Week

_LINE = {"nl": "{day}: {hours} uur.", "fr": "{day} : {hours}."}
_ELSEWHERE = "{day}: {hours}."
_CLOCK = {"nl": ("{hour}", "{hour}.{minute:02}"), "fr": ("{hour}h", "{hour}h{minute:02}")}
_CLOCK_ELSEWHERE = ("{hour}:00", "{hour}:{minute:02}")


def opening_times(week: Week, language: str) -> str:
    """A line for each day on which the house is open."""
    days = get_day_names("wide", locale=language)
    return "\n".join(_line(days[day], week[day], language) for day in sorted(week) if week[day])


def _line(day: str, shifts: tuple[Shift, ...], language: str) -> str:
    hours = ", ".join(f"{_clock(shift.start, language)}-{_clock(shift.end, language)}" for shift in shifts)
    return _LINE.get(language, _ELSEWHERE).format(day=day[:1].upper() + day[1:], hours=hours)


def _clock(at: time, language: str) -> str:
    whole, with_minutes = _CLOCK.get(language, _CLOCK_ELSEWHERE)
    return (with_minutes if at.minute else whole).format(hour=at.hour, minute=at.minute)
