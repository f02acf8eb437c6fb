"""Who meets whom in which round of a speed date: nobody twice, and everybody as often as anybody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Pair: TypeAlias = tuple[int, int]
"""Two seats of the pattern that meet. Between two groups the first is of the smaller one, whose seats come first."""
Pattern: TypeAlias = list[set[Pair]]
"""Round by round; in none of them a seat stands twice."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """At a table, numbered from 1. Between two groups ``one`` is of the first."""

    table: int
    one: str
    other: str


Plan: TypeAlias = tuple[tuple[Meeting, ...], ...]
"""Round by round; the last of those asked for are missing where everybody has met everybody by then."""
Wishes: TypeAlias = Iterable[tuple[str, str]]
"""Who would like to meet whom, whichever of the two says so."""


def plan_among(people: Sequence[str], rounds: int, tables: int, wishes: Wishes = ()) -> Plan:
    """One group that meets itself: as many meetings as rounds and tables allow, per person one more or less at most.

    Wishes decide who sits where in the pattern. They never cost anybody a meeting.
    """
    _check(people, rounds, tables)
    count = len(people)
    at_once = min(tables, count // 2)
    wanted = min(rounds * at_once, count * (count - 1) // 2)
    seating = _Seating(list(people), _spread(_turns_among(count, wanted), wanted, at_once))
    seating.improve(wishes)
    return seating.plan(people)


def plan_between(ones: Sequence[str], others: Sequence[str], rounds: int, tables: int, wishes: Wishes = ()) -> Plan:
    """Two groups, each of which meets the other. As ``plan_among``, within each group."""
    _check((*ones, *others), rounds, tables)
    fewer, more = sorted((list(ones), list(others)), key=len)
    at_once = min(tables, len(fewer))
    wanted = min(rounds * at_once, len(fewer) * len(more))
    pattern = _spread(_turns_between(len(fewer), len(more), wanted), wanted, at_once)
    seating = _Seating([*fewer, *more], pattern, len(fewer))
    seating.improve(wishes)
    return seating.plan(ones)


def _check(people: Sequence[str], rounds: int, tables: int) -> None:
    if len(set(people)) < len(people):
        raise ValueError("somebody is named twice")
    if rounds < 0 or tables < 0:
        raise ValueError("there cannot be fewer than no rounds or tables")


def _turns_among(count: int, wanted: int) -> Iterator[list[Pair]]:
    """``wanted`` pairs of ``count`` people in turns in which nobody is twice; nobody has two more than another.

    With an even number one stays and the others go round (the circle method). With an odd number turn ``i`` leaves
    out ``i``. Then 1, -1, 2, -2 and so on come first, and the turn that is not full is 0: it begins with those who
    were left out before.
    """
    if count % 2 == 0:
        turns = [[(turn, count - 1), *_around(turn, count - 1)] for turn in range(count - 1)]
    else:
        outside = [turn % count for step in range(1, count // 2 + 1) for turn in (step, -step)]
        full = outside[: wanted // (count // 2)] if wanted else []
        turns = [list(_around(turn, count)) for turn in (*full, 0)]
    return _cut(turns, wanted)


def _around(turn: int, count: int) -> Iterator[Pair]:
    for step in range(1, (count - 1) // 2 + 1):
        yield (turn - step) % count, (turn + step) % count


def _turns_between(fewer: int, more: int, wanted: int) -> Iterator[list[Pair]]:
    """The same for two groups: the smaller one moves along the larger one by its own length, so that all have had
    their turn before anybody has another; and by one more each time it is back where it began."""
    back_after = next((turns for turns in range(1, more + 1) if turns * fewer % more == 0), 1)
    shifts = [turn * fewer + turn // back_after for turn in range(more)]
    return _cut([[(seat, fewer + (seat + shift) % more) for seat in range(fewer)] for shift in shifts], wanted)


def _cut(turns: Iterable[list[Pair]], wanted: int) -> Iterator[list[Pair]]:
    for turn in turns:
        if wanted > 0:
            yield turn[:wanted]
        wanted -= len(turn)


def _spread(turns: Iterable[list[Pair]], wanted: int, at_once: int) -> Pattern:
    """The same pairs in as few rounds as the tables allow, about as many in each."""
    pattern = [set(turn) for turn in turns]
    rounds = -(-wanted // at_once) if at_once else 0
    pattern += [set[Pair]() for _ in range(rounds - len(pattern))]
    while pattern:
        biggest, smallest = max(pattern, key=len), min(pattern, key=len)
        if len(biggest) <= len(smallest) + 1:
            break
        _move_one(biggest, smallest)
    return pattern


def _move_one(biggest: set[Pair], smallest: set[Pair]) -> None:
    """Two rounds change a chain of meetings, of which the bigger one has one more: still nobody is twice in either."""
    for chain in _chains(biggest | smallest):
        if len(chain & biggest) > len(chain & smallest):
            biggest ^= chain
            smallest ^= chain
            return


def _chains(pairs: set[Pair]) -> Iterator[set[Pair]]:
    """The pairs, each with all that hang together with it by a seat."""
    at_seat: dict[int, set[Pair]] = defaultdict(set)
    for pair in pairs:
        for seat in pair:
            at_seat[seat].add(pair)
    left = set(pairs)
    while left:
        chain, edge = set[Pair](), {min(left)}
        while edge:
            chain |= edge
            edge = {near for pair in edge for seat in pair for near in at_seat[seat]} - chain
        left -= chain
        yield chain


@dataclass(slots=True)
class _Seating:
    """Who sits on which seat of the pattern; the first ``split`` seats are one group, the others are another.

    Whoever changes places with somebody of their group, the pattern stays as fair as it is.
    """

    people: list[str]
    pattern: Pattern
    split: int = 0
    _seat: dict[str, int] = field(init=False)
    _met: dict[frozenset[int], Pair] = field(init=False)
    _wished: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._seat = {person: seat for seat, person in enumerate(self.people)}
        self._met = {frozenset(pair): pair for turn in self.pattern for pair in sorted(turn)}
        self._wished = defaultdict(set)

    def improve(self, wishes: Wishes) -> None:
        """Seat people elsewhere as long as that makes more wishes come true."""
        wanted = [wish for wish in wishes if wish[0] != wish[1] and self._seat.keys() >= set(wish)]
        for one, other in wanted:
            self._wished[one].add(other)
            self._wished[other].add(one)
        while any(self._grant(one, other) for one, other in wanted):
            pass
        self.pattern.sort(key=self._wishes_in, reverse=True)

    def _grant(self, one: str, other: str) -> bool:
        """Let these two meet, on the first seats where that costs fewer wishes than it brings."""
        if self._meet(one, other):
            return False
        seats = (ends for pair in self._met.values() for ends in (pair, pair[::-1]))
        return any(self._move(one, other, *ends) for ends in seats if self._may_sit(one, other, *ends))

    def _may_sit(self, one: str, other: str, *seats: int) -> bool:
        now = (self._seat[one], self._seat[other])
        return all((seat < self.split) == (wanted < self.split) for seat, wanted in zip(now, seats, strict=True))

    def _move(self, one: str, other: str, seat: int, opposite: int) -> bool:
        concerned = {one, other, self.people[seat], self.people[opposite]}
        before = self._come_true(concerned)
        first = self._change(self._seat[one], seat)
        second = self._change(self._seat[other], opposite)
        if self._come_true(concerned) > before:
            return True
        self._change(*second)
        self._change(*first)
        return False

    def _change(self, seat: int, other: int) -> Pair:
        people = self.people
        people[seat], people[other] = people[other], people[seat]
        self._seat[people[seat]], self._seat[people[other]] = seat, other
        return seat, other

    def _meet(self, one: str, other: str) -> bool:
        return frozenset((self._seat[one], self._seat[other])) in self._met

    def _come_true(self, people: set[str]) -> int:
        """How many wishes of, or for, these people."""
        wishes = {frozenset((one, other)) for one in people for other in self._wished.get(one, ())}
        return sum(self._meet(*wish) for wish in wishes)

    def _wishes_in(self, turn: set[Pair]) -> int:
        return sum(self.people[other] in self._wished.get(self.people[one], ()) for one, other in turn)

    def plan(self, first: Sequence[str]) -> Plan:
        """The pattern with names. Of each meeting the one who is in ``first``, or earlier there, is named first."""
        place = {person: number for number, person in enumerate(first)}
        return tuple(tuple(self._meetings(turn, place)) for turn in self.pattern if turn)

    def _meetings(self, turn: set[Pair], place: dict[str, int]) -> Iterator[Meeting]:
        for table, pair in enumerate(sorted(turn), 1):
            one, other = sorted((self.people[seat] for seat in pair), key=lambda each: place.get(each, len(place)))
            yield Meeting(table, one, other)
