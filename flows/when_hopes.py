"""Collects what the parts of a sentence say about days and hours, and puts it together as one wish."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import TypeAlias

from flows.when import When
from flows.when_days import WEEK, coming, span
from flows.when_words import PARTS, Piece

_DAY = timedelta(days=1)
_EVERY_DAY = frozenset(range(WEEK))
_WORKDAYS = frozenset(range(5))
_HOURS: Mapping[str, tuple[time | None, time | None]] = {
    "morning": (None, time(12)),
    "afternoon": (time(12), None),
    "evening": (time(17), None),
    "noon": (time(12), time(14)),
    "late_afternoon": (time(16), None),
    "not_early": (time(10), None),
}
_IN_THE_MORNING = PARTS.index("morning")
_AFTER_NOON = frozenset(map(PARTS.index, ("afternoon", "evening", "late_afternoon")))
_SAID = re.compile(
    "(?P<days>Yl?[u&|@]l?Y)|(?P<weekdays>[fe]?D[u@]D)|(?P<hours>eT[&u]T|f?T[u@]T)"
    "|(?P<relation>[faub~])l?(?P<to>[TYD])|(?P<one>[TYDPVSZ])"
)

Bounds: TypeAlias = tuple[date | None, date | None]


@dataclass(slots=True)
class Hopes:
    """Hears clause by clause. ``days`` are days of the week without a date, ``ranges`` the dates that were named."""

    today: date
    days: list[int] = field(default_factory=list)
    only: bool = False
    refused: set[int] = field(default_factory=set)
    ranges: list[Bounds] = field(default_factory=list)
    begins: list[time] = field(default_factory=list)
    ends: list[time] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    at: tuple[int, int] | None = None
    soon: bool = False
    other: bool = False
    turns_down: bool = False

    def hear(self, clause: Sequence[Piece]) -> None:
        """Take in one clause. A "not" turns around what stands behind it, or if nothing does, what stands before it."""
        self.only |= any(piece.sign == "o" for piece in clause)
        parts = [piece.values[0] for piece in clause if piece.sign == "P"]
        hoped, refused = _apart(clause)
        self.turns_down |= bool(refused)
        for said, take in ((hoped, _Hoped(self, parts)), (refused, _Refused(self, parts))):
            for match in _SAID.finditer("".join(piece.sign for piece in said)):
                take.take(match, said[match.start() : match.end()])

    def when(self) -> When | None:
        """All of it as one wish; ``None`` if nothing was said, or nothing that can still come true."""
        if not self._says_something():
            return None
        first, last = self._bounds()
        weekdays = frozenset(self.days)
        if not self.only and len(weekdays) == 1 and (first, last) == (None, None):
            first = last = coming(self.days[0], self.today)
            weekdays = frozenset()
        when = When(first, last, self._without_refused(weekdays), *self._hours())
        if not _is_possible(when, self.today):
            return None
        return replace(when, weekdays=frozenset()) if when.weekdays and first and first == last else when

    def shown(self, when: When) -> When:
        """The same for times on the screen, where the name of a day is any such day."""
        if self.ranges or self.only or len(self.days) != 1:
            return when
        return When(weekdays=frozenset(self.days), begin=when.begin, end=when.end)

    def is_exact(self, when: When) -> bool:
        one_day = when.first is not None and when.first == when.last
        return one_day or self.at is not None

    def _says_something(self) -> bool:
        said: Iterable[object] = (self.days, self.refused, self.ranges, self.begins, self.ends, self.parts, self.at)
        return any(said) or self.soon or self.other

    def _bounds(self) -> Bounds:
        """Where the ranges meet; if they do not, from the first through the last of them."""
        firsts = [first for first, _ in self.ranges if first]
        lasts = [last for _, last in self.ranges if last]
        first, last = max(firsts, default=None), min(lasts, default=None)
        if first and last and first > last:
            first, last = min(firsts), max(lasts)
        return (max(first, self.today) if first and (last is None or last >= self.today) else first), last

    def _without_refused(self, weekdays: frozenset[int]) -> frozenset[int]:
        return (weekdays or _EVERY_DAY) - self.refused if self.refused else weekdays

    def _hours(self) -> tuple[time | None, time | None]:
        begins, ends = list(self.begins), list(self.ends)
        if self.at:
            hour, minutes = self.at
            begins.append(time(hour, minutes))
            ends += [_just_after(hour, minutes)] if minutes or hour < 23 else []
        else:
            for begin, end in (_HOURS[PARTS[part]] for part in self.parts):
                begins += [begin] if begin else []
                ends += [end] if end else []
        return max(begins, default=None), min(ends, default=None)


def _apart(clause: Sequence[Piece]) -> tuple[Sequence[Piece], Sequence[Piece]]:
    """What a clause wishes for, and what it turns down."""
    signs = "".join(piece.sign for piece in clause)
    before, turned, behind = signs.partition("!")
    if not turned:
        return clause, ()
    if _SAID.search(behind):
        return clause[: len(before)], [piece for piece in clause[len(before) :] if piece.sign != "!"]
    return (), clause[: len(before)]


def _just_after(hour: int, minutes: int) -> time:
    return time(hour, minutes + 1) if minutes else time(hour + 1)


def _is_possible(when: When, today: date) -> bool:
    in_order = when.first is None or when.last is None or when.first <= when.last
    hours = when.begin is None or when.end is None or when.begin < when.end
    a_day = when.first is None or when.first != when.last or when.has_day(when.first)
    return in_order and hours and a_day and not when.is_past(today)


def _hour(said: tuple[int, ...], parts: Sequence[int]) -> time:
    """ "Drie uur" is in the afternoon, "8 uur 's avonds" in the evening."""
    hour, minutes = said
    after_noon = hour <= 9 and not _AFTER_NOON.isdisjoint(parts)
    if after_noon or (1 <= hour <= 6 and _IN_THE_MORNING not in parts):
        hour += 12
    return time(hour, minutes)


@dataclass(frozen=True, slots=True)
class _Hoped:
    """Takes parts of a clause as they are."""

    hopes: Hopes
    parts: Sequence[int]

    def take(self, match: re.Match[str], pieces: Sequence[Piece]) -> None:
        self.hopes.parts += [part for piece in pieces if piece.sign == "P" for part in piece.values]
        match match.lastgroup:
            case "days":
                self._from(span(pieces[0])[0], span(pieces[-1])[1])
            case "weekdays":
                self._from_weekday(pieces)
            case "hours":
                begin, end = (_hour(piece.values, self.parts) for piece in pieces if piece.sign == "T")
                self.hopes.begins.append(begin)
                self.hopes.ends.append(end)
            case "to":
                self._related(match["relation"], pieces[-1])
            case _:
                self._one(pieces[0])

    def _from(self, first: date | None, last: date | None) -> None:
        self.hopes.ranges.append((first, last))

    def _from_weekday(self, pieces: Sequence[Piece]) -> None:
        begin, end = (piece.values[0] for piece in pieces if piece.sign == "D")
        self.hopes.days += [(begin + step) % WEEK for step in range((end - begin) % WEEK + 1)]

    def _related(self, relation: str, to: Piece) -> None:
        if to.sign == "T":
            self._hour_related(relation, _hour(to.values, self.parts))
        elif relation == "~":
            self._one(to)
        else:
            self._day_related(relation, *self._dates(to))

    def _hour_related(self, relation: str, hour: time) -> None:
        if relation in "fa~":
            self.hopes.begins.append(_moved(hour, -1) if relation == "~" else hour)
        if relation in "ub~":
            self.hopes.ends.append(_moved(hour, 1) if relation == "~" else hour)

    def _day_related(self, relation: str, first: date, last: date) -> None:
        bounds: Mapping[str, Bounds] = {
            "f": (first, None),
            "a": (last + _DAY, None),
            "u": (None, last),
            "b": (None, first - _DAY if first > self.hopes.today else last),
        }
        self._from(*bounds[relation])

    def _dates(self, piece: Piece) -> tuple[date, date]:
        if piece.sign == "Y":
            return span(piece)
        day = coming(piece.values[0], self.hopes.today)
        return day, day

    def _one(self, piece: Piece) -> None:
        take: Mapping[str, Callable[[], None]] = {
            "T": lambda: self._exactly(_hour(piece.values, self.parts)),
            "Y": lambda: self._from(*span(piece)),
            "D": lambda: self.hopes.days.append(piece.values[0]),
            "V": lambda: self.hopes.days.extend(_WORKDAYS),
        }
        if piece.sign in take:
            take[piece.sign]()
        self.hopes.soon |= piece.sign == "S"
        self.hopes.other |= piece.sign == "Z"

    def _exactly(self, hour: time) -> None:
        self.hopes.at = (hour.hour, hour.minute)


def _moved(hour: time, hours: int) -> time:
    return hour.replace(hour=min(23, max(0, hour.hour + hours)))


@dataclass(frozen=True, slots=True)
class _Refused:
    """Takes parts of a clause with a "not": what is left without them."""

    hopes: Hopes
    parts: Sequence[int]

    def take(self, match: re.Match[str], pieces: Sequence[Piece]) -> None:
        last = pieces[-1]
        match match["relation"], last.sign:
            case "a" | "f", "T":
                self.hopes.ends.append(_hour(last.values, self.parts))
            case "b" | "u", "T":
                self.hopes.begins.append(_hour(last.values, self.parts))
            case "b", "Y":
                self.hopes.ranges.append((span(last)[0], None))
            case "a" | "f", "Y":
                self.hopes.ranges.append((None, span(last)[1]))
            case _, "Y":
                self.hopes.ranges.append((span(last)[1] + _DAY, None))
            case _, "D":
                self.hopes.refused.update(piece.values[0] for piece in pieces if piece.sign == "D")
            case _, "P":
                self._turn(*_HOURS[PARTS[last.values[0]]])
            case _:
                pass

    def _turn(self, begin: time | None, end: time | None) -> None:
        if begin is None and end:
            self.hopes.begins.append(end)
        elif end is None and begin:
            self.hopes.ends.append(begin)
