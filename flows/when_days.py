"""Days as people say them ("volgende week dinsdag", "le 5", "binnen 14 dagen"), as the first and the last date."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from flows.when_clock import Rule
from flows.when_words import PARTS, Piece

WEEK = 7
_MONTHS = 12
_A_LEAP_YEAR = 8
"""In so many years every date comes at least once, also 29 February."""

_SUNDAY, _SATURDAY = 6, 5
_THIRDS = {"s": (0, 9), "d": (10, 19), "H": (10, 19), "E": (20, 30)}
_OF_A_WEEK = {"s": (0, 1), "d": (1, 3), "H": (1, 3), "E": (3, 4)}
_MORNING = Piece("P", (PARTS.index("morning"),))


def span(piece: Piece) -> tuple[date, date]:
    """The dates of a piece ``Y``."""
    first, last = piece.values
    return date.fromordinal(first), date.fromordinal(last)


def coming(weekday: int, today: date) -> date:
    """The first such day after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % WEEK + 1)


@lru_cache(maxsize=8)
def day_rules(today: date) -> tuple[Rule, ...]:
    """From pieces to pieces ``Y``, from a first date through a last one."""
    days = _Days(today)
    made: tuple[tuple[str, Callable[[Sequence[Piece]], Sequence[Piece] | None]], ...] = (
        ("X", days.written),
        ("[NO1]l?MJ?", days.in_month),
        ("gl?M", days.first_of),
        ("[sdEH]M", days.part_of_month),
        ("wf?l?[NO](?![hM])", days.week_of_day),
        ("D[l@]?[NO](?![hMu@&w])", days.numbered_weekday),
        ("l[N1](?![hwjmMu&@|])|O", days.of_month),
        ("[fe]?l?[NO1][u@&]l?Y", days.up_to),
        ("DR", days.morning),
        ("R", days.relative),
        ("DW", days.weeks_later),
        ("(?<=t)P", lambda pieces: [_one(today), *pieces]),
        ("nw|wn", lambda _: days.week(1)),
        ("tw|wt", lambda _: days.week(0)),
        ("W", lambda pieces: days.week(pieces[0].values[0])),
        ("i[N1]w", lambda pieces: days.week(_count(pieces[1]))),
        ("i[N1]j", days.in_days),
        ("u[N1][wj]", days.within),
        ("wf?Y", days.week_of),
        ("nm|mn", lambda _: days.month(1)),
        ("tm|mt|(?<=[sdE])l?m", lambda _: days.month(0)),
        ("i[N1]m", lambda pieces: days.month(_count(pieces[1]))),
        ("M", lambda pieces: days.named_month(pieces[0].values[0])),
        ("nk|kn", lambda _: days.weekend(1)),
        ("t?k", lambda _: days.weekend(0)),
        ("(?<=[sdE])l?w", lambda _: days.week(0)),
        ("[sdE][fi]?Y", days.part),
        ("nD|Dn", days.next_weekday),
        ("tD|Dt", lambda pieces: [_one(coming(_weekday(pieces), today))]),
        ("D[fi]?Y|YD(?![|&]D)", _weekday_in),
        ("lD", lambda pieces: [Piece("o"), pieces[1]]),
    )
    return tuple((re.compile(signs), make) for signs, make in made)


def _range(first: date, last: date) -> Piece:
    return Piece("Y", (first.toordinal(), last.toordinal()))


def _one(day: date) -> Piece:
    return _range(day, day)


def _count(piece: Piece) -> int:
    return piece.values[0] if piece.values else 1


def _weekday(pieces: Sequence[Piece]) -> int:
    return next(piece.values[0] for piece in pieces if piece.sign == "D")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday_in(pieces: Sequence[Piece]) -> list[Piece] | None:
    """A date says more than the name of its day; a name of a day in a week is that day."""
    days = next(piece for piece in pieces if piece.sign == "Y")
    first, last = span(days)
    if first == last:
        return [*(piece for piece in pieces if piece.sign == "f"), days]
    day = first + timedelta(days=(_weekday(pieces) - first.weekday()) % WEEK)
    return [_one(day)] if (last - first).days < WEEK and day <= last else None


class _Days:
    """What names of days come to, seen from ``today``."""

    def __init__(self, today: date) -> None:
        self._today = today

    def written(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        day, month, *year = pieces[0].values
        return self._dated(day, month, year[0] if year else None)

    def in_month(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        month = next(piece.values[0] for piece in pieces if piece.sign == "M")
        year = pieces[-1].values[0] if pieces[-1].sign == "J" else None
        return self._dated(_count(pieces[0]), month, year)

    def first_of(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        return self._dated(1, pieces[-1].values[0], None)

    def week_of_day(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        """ "La semaine du 12"."""
        found = self._day_of_month(_count(pieces[-1]))
        return self._week_of(found) if found else None

    def _dated(self, day: int, month: int, year: int | None) -> list[Piece] | None:
        """Without a year it is the next such day, today included."""
        if year is not None:
            found = _date(year, month, day)
            return [_one(found)] if found else None
        dates = (_date(self._today.year + ahead, month, day) for ahead in range(_A_LEAP_YEAR + 1))
        return next(([_one(found)] for found in dates if found and found >= self._today), None)

    def of_month(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        found = self._day_of_month(_count(pieces[-1]))
        return [_one(found)] if found else None

    def _day_of_month(self, day: int) -> date | None:
        firsts = (self._first_of_month(ahead) for ahead in range(_MONTHS))
        dates = (_date(first.year, first.month, day) for first in firsts)
        return next((found for found in dates if found and found >= self._today), None)

    def _first_of_month(self, ahead: int) -> date:
        months = self._today.year * _MONTHS + self._today.month - 1 + ahead
        return date(months // _MONTHS, months % _MONTHS + 1, 1)

    def numbered_weekday(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        """ "Dinsdag 30" is the 30th if that is a Tuesday; "dinsdag 10" may be ten o'clock."""
        number = pieces[-1].values[0]
        day = self._day_of_month(number)
        if day and day.weekday() == _weekday(pieces):
            return [_one(day)]
        is_hour = pieces[-1].sign == "N" and 7 <= number <= 20
        return [pieces[0], Piece("T", (number, 0))] if is_hour else None

    def up_to(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        """ "5 tot 9 april": the first day is one of the month of the last."""
        last = span(pieces[-1])[1]
        first = _date(last.year, last.month, _count(next(piece for piece in pieces if piece.sign in "NO1")))
        return [_range(first, last)] if first and first <= last else None

    def morning(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        """ "Maandag morgen" is said of Monday."""
        return [pieces[0], _MORNING] if pieces[1].values == (1,) else None

    def relative(self, pieces: Sequence[Piece]) -> list[Piece]:
        return [_one(self._today + timedelta(days=pieces[0].values[0]))]

    def weeks_later(self, pieces: Sequence[Piece]) -> list[Piece]:
        return [_one(coming(_weekday(pieces), self._today) + timedelta(days=WEEK * pieces[1].values[0]))]

    def week(self, ahead: int) -> list[Piece] | None:
        """Monday to Sunday; of this week what is left."""
        return self._week_of(self._today + timedelta(days=WEEK * ahead)) if ahead < _MONTHS else None

    def _week_of(self, day: date) -> list[Piece]:
        monday = day - timedelta(days=day.weekday())
        return [_range(max(monday, self._today), monday + timedelta(days=_SUNDAY))]

    def week_of(self, pieces: Sequence[Piece]) -> list[Piece]:
        return self._week_of(span(pieces[-1])[0])

    def in_days(self, pieces: Sequence[Piece]) -> list[Piece]:
        """ "Over 8 dagen" and "dans quinze jours" count weeks, other numbers count days."""
        days = _count(pieces[1])
        weeks = {7: 1, 8: 1, 14: 2, 15: 2}.get(days)
        return self._week_of(self._today + timedelta(days=WEEK * weeks)) if weeks else [self._in(days)]

    def _in(self, days: int) -> Piece:
        return _one(self._today + timedelta(days=days))

    def within(self, pieces: Sequence[Piece]) -> list[Piece]:
        days = _count(pieces[1]) * (WEEK if pieces[2].sign == "w" else 1)
        return [_range(self._today, self._today + timedelta(days=days))]

    def month(self, ahead: int) -> list[Piece]:
        first, after = self._first_of_month(ahead), self._first_of_month(ahead + 1)
        return [_range(max(first, self._today), after - timedelta(days=1))]

    def named_month(self, month: int) -> list[Piece]:
        return self.month((month - self._today.month) % _MONTHS)

    def part_of_month(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        return self.part([pieces[0], *self.named_month(pieces[1].values[0])])

    def part(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        """The beginning, the middle or the end of a week or a month."""
        first, last = span(pieces[-1])
        if first == last:
            return None
        in_a_week = (last - first).days < WEEK
        start = last - timedelta(days=WEEK - 1) if in_a_week else last.replace(day=1)
        begin, end = (_OF_A_WEEK if in_a_week else _THIRDS)[pieces[0].sign]
        return [_range(max(self._today, start + timedelta(days=begin)), min(last, start + timedelta(days=end)))]

    def weekend(self, ahead: int) -> list[Piece]:
        saturday = self._today + timedelta(days=_SATURDAY - self._today.weekday() + WEEK * ahead)
        return [_range(max(saturday, self._today), saturday + timedelta(days=1))]

    def next_weekday(self, pieces: Sequence[Piece]) -> list[Piece]:
        """That day of next week, also where this week still has one."""
        monday = self._today + timedelta(days=WEEK - self._today.weekday())
        return [_one(monday + timedelta(days=_weekday(pieces)))]
