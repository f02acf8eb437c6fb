"""Reads the forms of hours: a week, a date, a span of days, as lines of an organisation's file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.hours.calendar import SATURDAY
from casework.hours.house_edits import Misfit, write_dated, write_days
from casework.hours.notation import WEEKDAYS, Week

MOST_SPANS = 4
"""Spans of one day that a form can hold."""
LONGEST_LEAVE = 400
CLOCK = re.compile(r"(\d{1,2})(?:[:.uh](\d{2})?)?")


def week_from(form: Mapping[str, str]) -> dict[str, list[str]]:
    """Each day's spans in their order; a day without any is a day off."""
    week = {day: spans_from(form, day) for day in WEEKDAYS}
    return {day: spans for day, spans in week.items() if spans}


def spans_from(form: Mapping[str, str], day: str) -> list[str]:
    """``Misfit`` for a span of which one end is missing."""
    found = []
    for number in range(MOST_SPANS):
        start, end = (clock(form.get(f"{day}-{number}-{part}", "")) for part in ("from", "to"))
        place = form.get(f"{day}-{number}-at", "").strip()[:16]
        if bool(start) != bool(end):
            raise Misfit(f"{day}: one end is missing")
        if start:
            found.append(f"{start}-{end}" + (f" at {place}" if place else ""))
    return sorted(found)


def clock(typed: str) -> str:
    """The time of day as the file has it, however it was typed: 9, 9u30, 9.30, 9h30, 09:30."""
    found = CLOCK.fullmatch(typed.strip().lower())
    return f"{int(found[1]):02}:{found[2] or '00'}" if found else typed.strip()[:8]


def dated_after(dated: Mapping[date, Any], form: Mapping[str, str]) -> dict[str, list[str]]:
    """The dates with their hours: one taken away, or one set; ``Misfit`` for what is no date."""
    written = write_dated(dated)
    if removed := form.get("remove", ""):
        return {day: spans for day, spans in written.items() if day != removed}
    return {**written, _date(form.get("date", "")): spans_from(form, "date")}


def days_after(days: Any, form: Mapping[str, str]) -> list[str]:
    """The spans of days: one taken away, or one added."""
    written = write_days(days)
    if removed := form.get("remove", ""):
        return [span for span in written if span != removed]
    first = _date(form.get("first", ""))
    last = _date(form.get("last", "") or first)
    if (date.fromisoformat(last) - date.fromisoformat(first)).days > LONGEST_LEAVE:
        raise Misfit("days: too long")
    return sorted({*written, first if first == last else f"{first} to {last}"})


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Misfit("no date") from None


def rows_of(week: Week) -> list[tuple[str, int, list[Any]]]:
    """For a form: each day with its spans, and room for one or two more."""
    return [
        (name, number, _with_room(week.get(number, ()), 2 if number < SATURDAY else 1))
        for number, name in enumerate(WEEKDAYS)
    ]


def _with_room(spans: Any, least: int) -> list[Any]:
    room = max(least - len(spans), 1)
    return [*spans, *[None] * room][:MOST_SPANS]
