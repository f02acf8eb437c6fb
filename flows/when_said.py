"""A wish about the time in words that say it in full: "dinsdag 30 maart, na de middag"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time

from babel.dates import format_date, get_day_names

from flows.when import When
from flows.when_days import WEEK

_HOUR = 60
_DAY = "EEEE d MMMM"


@dataclass(frozen=True, slots=True)
class _Sayings:
    """How one language says it."""

    between_days: str
    from_day: str
    until_day: str
    only: str
    only_not: str
    but_not: str
    either: str
    hour: str
    minutes: str
    at: str
    starting: str
    ending: str
    between_hours: str
    morning: str
    afternoon: str
    evening: str


_SAYINGS: Mapping[str, _Sayings] = {
    "nl": _Sayings(
        between_days="van {} tot en met {}",
        from_day="vanaf {}",
        until_day="tot en met {}",
        only="alleen op {}",
        only_not="niet op {}",
        but_not="maar niet op {}",
        either="{} of {}",
        hour="{0} uur",
        minutes="{0}.{1:02} uur",
        at="om {}",
        starting="vanaf {}",
        ending="voor {}",
        between_hours="tussen {} en {}",
        morning="voor de middag",
        afternoon="na de middag",
        evening="’s avonds",
    ),
    "fr": _Sayings(
        between_days="du {} au {}",
        from_day="à partir du {}",
        until_day="jusqu’au {}",
        only="seulement le {}",
        only_not="pas le {}",
        but_not="mais pas le {}",
        either="{} ou {}",
        hour="{0} heures",
        minutes="{0} h {1:02}",
        at="à {}",
        starting="à partir de {}",
        ending="avant {}",
        between_hours="entre {} et {}",
        morning="le matin",
        afternoon="l’après-midi",
        evening="le soir",
    ),
    "en": _Sayings(
        between_days="from {} until {}",
        from_day="from {}",
        until_day="until {}",
        only="only on {}",
        only_not="not on {}",
        but_not="but not on {}",
        either="{} or {}",
        hour="{0}:00",
        minutes="{0}:{1:02}",
        at="at {}",
        starting="from {}",
        ending="before {}",
        between_hours="between {} and {}",
        morning="before noon",
        afternoon="after noon",
        evening="in the evening",
    ),
}


def in_words(when: When, language: str, today: date) -> str:
    """``when`` in full; a year is said where it is not the next time that this date comes. Empty for any time."""
    says = _Saying(_SAYINGS[language], language, today)
    return ", ".join((*says.dates(when), *says.hours(when), *says.weekdays(when)))


@dataclass(frozen=True, slots=True)
class _Saying:
    sayings: _Sayings
    language: str
    today: date

    def dates(self, when: When) -> Iterator[str]:
        match when.first, when.last:
            case None, None:
                return
            case None, date() as last:
                yield self.sayings.until_day.format(self._day(last))
            case date() as first, None:
                yield self.sayings.from_day.format(self._day(first))
            case date() as first, date() as last if first == last:
                yield self._day(first)
            case date() as first, date() as last:
                yield self.sayings.between_days.format(self._day(first), self._day(last))

    def _day(self, day: date) -> str:
        next_year = (self.today.year + 1, self.today.month, self.today.day)
        soon = self.today <= day and (day.year, day.month, day.day) < next_year
        pattern = _DAY if soon else f"{_DAY} y"
        if self.language == "fr" and day.day == 1:
            pattern = pattern.replace(" d ", " d'er' ")
        return format_date(day, pattern, locale=self.language)

    def hours(self, when: When) -> Iterator[str]:
        says = self.sayings
        match when.begin, when.end:
            case None, None:
                return
            case None, time() as end:
                yield says.morning if end == time(12) else says.ending.format(self._hour(end))
            case time(hour=12, minute=0), None:
                yield says.afternoon
            case time(hour=17, minute=0), None:
                yield says.evening
            case time() as begin, None:
                yield says.starting.format(self._hour(begin))
            case time() as begin, time() as end if _minutes(end) - _minutes(begin) == (1 if begin.minute else _HOUR):
                yield says.at.format(self._hour(begin))
            case time() as begin, time() as end:
                yield says.between_hours.format(self._hour(begin), self._hour(end))

    def _hour(self, clock: time) -> str:
        pattern = self.sayings.minutes if clock.minute else self.sayings.hour
        return pattern.format(clock.hour, clock.minute)

    def weekdays(self, when: When) -> Iterator[str]:
        """The shorter of which days and which not."""
        if not when.weekdays:
            return
        others = frozenset(range(WEEK)) - when.weekdays
        if len(others) >= len(when.weekdays):
            yield self.sayings.only.format(self._either(when.weekdays))
        else:
            alone = when == When(weekdays=when.weekdays)
            yield (self.sayings.only_not if alone else self.sayings.but_not).format(self._either(others))

    def _either(self, days: frozenset[int]) -> str:
        names = get_day_names("wide", locale=self.language)
        *before, last = (names[day] for day in sorted(days))
        return self.sayings.either.format(", ".join(before), last) if before else last


def _minutes(clock: time) -> int:
    return clock.hour * _HOUR + clock.minute
