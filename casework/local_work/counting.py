"""How much of chores somebody did and may still do: hours of a month and of a year, and months since the beginning."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from casework.local_work.work_file import A_MONTH, A_YEAR, MONTHS
from casework.offers.law import Rule

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the rule of law allows on a day; ``None`` where it says nothing of it."""

    month: int | None
    year: int | None
    months: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Somebody does chores since ``began_on``, through ``ended_on`` if they stopped. The months of the rule do not bind
    who comes from the ``earlier_system``."""

    began_on: date
    ended_on: date | None = None
    earlier_system: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted on a day: hours of its month and of its year, and the how manieth month it is.

    ``limits`` is ``None`` when the rule does not hold that day; ``last_day`` is the last on which they may work.
    """

    month: int
    year: int
    number: int
    limits: Limits | None
    last_day: date | None

    @property
    def left(self) -> int | None:
        """Hours that may still be done this month; ``None`` where nothing limits them."""
        if self.limits is None:
            return 0
        rooms = ((self.limits.month, self.month), (self.limits.year, self.year))
        return min((max(0, most - done) for most, done in rooms if most is not None), default=None)

    @property
    def over_month(self) -> bool:
        return self.limits is not None and self.limits.month is not None and self.month > self.limits.month

    @property
    def over_year(self) -> bool:
        return self.limits is not None and self.limits.year is not None and self.year > self.limits.year


def limits(rule: Rule | None, day: date) -> Limits | None:
    """``None`` for a day on which there is no such rule: not yet, or not any more."""
    if rule is None or not rule.holds(day):
        return None
    return Limits(*(_number(rule, name, day) for name in (A_MONTH, A_YEAR, MONTHS)))


def _number(rule: Rule, name: str, day: date) -> int | None:
    dated = rule.numbers[name].on(day) if name in rule.numbers else None
    return int(dated.value) if dated else None


def first_of(day: date) -> date:
    """What the month of a day is kept under."""
    return day.replace(day=1)


def months_after(day: date, months: int) -> date:
    """The same day of the month, so many months later; the last one of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_done(began_on: date, day: date) -> int:
    """How many whole months have passed; none on days before it began."""
    apart = (day.year - began_on.year) * 12 + day.month - began_on.month
    return max(0, apart - (months_after(began_on, apart) > day))


def tally(stretch: Stretch, hours: Mapping[date, int], rule: Rule | None, day: date) -> Tally:
    """``hours`` by the first day of their month, of this stretch and of others of the same person."""
    limited, this = limits(rule, day), first_of(day)
    year = sum(done for month, done in hours.items() if month.year == day.year)
    number = months_done(stretch.began_on, day) + 1 if stretch.began_on <= day else 0
    return Tally(hours.get(this, 0), year, number, limited, last_day(stretch, rule, limited))


def last_day(stretch: Stretch, rule: Rule | None, limited: Limits | None) -> date | None:
    """The last day on which they may work by the rule as it is; ``None`` where nothing ends it."""
    bound = limited is not None and limited.months is not None and not stretch.earlier_system
    ends = [months_after(stretch.began_on, limited.months) - A_DAY] if bound and limited and limited.months else []
    ends += [rule.valid_to] if rule is not None and rule.valid_to is not None else []
    return min(ends, default=None)


def runs_out(counted: Tally, day: date, warn_before: int) -> bool:
    """Whether their months are so nearly over that their coach should be told."""
    return counted.last_day is not None and months_after(day, warn_before) > counted.last_day
