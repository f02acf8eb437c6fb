"""The numbers of a text that are no more than a phone number or a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import TypeAlias

from flows.digits import Group, Groups, joined

Span: TypeAlias = tuple[int, int]

_HOME = "BE"
_FOREIGN = re.compile(r"[^0-9+]*0\D{0,2}0(?!\D{0,2}3\D{0,2}2)")
_LONGEST_DIALLED = 14
_MOST_GROUPS = 6
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([/. -])(\d{1,2})\2((?:19|20)\d\d)(?!\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)([/. -])(\d{1,2})\2(\d{1,2})(?!\d)", re.ASCII)


class Harmless:
    """Where in a ``readable`` text phone numbers and dates stand; looked for when somebody asks."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _phones(self) -> tuple[Span, ...]:
        return phone_spans(self._text)

    @cached_property
    def _all(self) -> tuple[Span, ...]:
        return (*self._phones, *_dates(self._text))

    def is_phone(self, groups: Groups, *, surely: bool) -> bool:
        """Whether the groups lie in one phone number; ``surely``: one of Belgium, or with a plus before it."""
        return any(
            start <= groups[0].start and groups[-1].end <= end and not (surely and _FOREIGN.match(self._text, start))
            for start, end in self._phones
        )

    def is_dialled(self, run: Groups) -> bool:
        """Whether this was meant for a phone number, right or wrong: it begins with a plus or with 0032."""
        digits = joined(run)
        plus = self._text[: run[0].start].endswith("+")
        return len(digits) <= _LONGEST_DIALLED and (plus or digits.startswith("0032"))

    def covers(self, groups: Groups, spare: int = 0) -> bool:
        """Whether the groups are phone numbers and dates, but for at most ``spare`` digits."""
        rest = (group for group in groups if not self.holds(group))
        return sum(len(group.digits) for group in rest) <= spare

    def holds(self, group: Group) -> bool:
        """Whether the group is part of a phone number or a date."""
        return any(start <= group.start < end for start, end in self._all)


def phone_spans(text: str) -> tuple[Span, ...]:
    """Where phone numbers stand, those of Belgium also without their country. Nobody writes one digit by digit."""
    import phonenumbers  # with the first text that is read: it would slow every start

    found = ((match.start, match.end) for match in phonenumbers.PhoneNumberMatcher(text, _HOME))
    return tuple((start, end) for start, end in found if len(re.findall(r"\d+", text[start:end])) <= _MOST_GROUPS)


def _dates(text: str) -> Iterator[Span]:
    for found in _DAY_FIRST.finditer(text):
        if _is_day(found[4], found[3], found[1]):
            yield found.span()
    for found in _YEAR_FIRST.finditer(text):
        if _is_day(found[1], found[3], found[4]):
            yield found.span()


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
