"""Somebody who is asked for their age and says when they were born: the age that it comes to."""

from __future__ import annotations

import re
from datetime import date

from flows.answers import Reader, Understood
from flows.answers.date import DateAnswer
from flows.answers.spelling import plain

_YEAR = re.compile(r"(?<!\d)(19[2-9]\d|20[0-3]\d)(?!\d)", re.ASCII)
_GLUED = re.compile(r"(?<!\d)(\d{2})(?=[a-z])", re.ASCII)
_YOUNGEST = 5
"""Nobody younger types a date of birth: what is nearer by is another day."""


def in_years(text: str, reader: Reader) -> str:
    """``text`` as it can be read for an age: nothing of a day without a year, and of a year alone both ages."""
    born = DateAnswer("past").read(text, reader)
    if isinstance(born, Understood):
        age = _years(date.fromisoformat(str(born.value)), reader.today)
        return str(age) if age >= _YOUNGEST else ""
    said = plain(text)
    years = [int(year) for year in _YEAR.findall(said)]
    if len(years) == 1 and reader.today.year - years[0] > _YOUNGEST:
        age = reader.today.year - years[0]
        return f"{age - 1} {age}"
    return _GLUED.sub(r"\1 ", said)


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
