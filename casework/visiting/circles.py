"""Who comes into question for somebody, the best first: by earlier talks, place, language and expertise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from casework.house.organisation import Coach, Fallback, Organisation
from casework.visiting.slot_rules import AWAY, kind_of, way_of
from flows.heard import WhyThese
from flows.when import ANY_TIME, When


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody would like. ``after`` asks for later times than that one, at most ``limit``, as a
    rule at most ``a_day`` of one date; ``place`` is the nearest office. Without
    ``kind`` and ``way`` the usual ones are meant. ``expertise`` are the answers that a coach should know about, and
    ``earlier`` is the coach this person knows.
    """

    language: str
    after: datetime | None = None
    limit: int = 6
    a_day: int = 3
    place: str | None = None
    kind: str | None = None
    way: str | None = None
    when: When = ANY_TIME
    expertise: frozenset[str] = frozenset()
    earlier: str | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """Coaches among whom anybody will do, at one ``place`` or wherever they work."""

    coaches: frozenset[str]
    place: str | None = None
    reason: WhyThese | None = None


def circles(organisation: Organisation, wanted: Wanted) -> list[list[Circle]]:
    """In each group the later circles are as good for the person, or nearly so; a later group is clearly worse."""
    look = _Look(organisation, wanted)
    ours = [circle for circle in look.ours() if circle.coaches]
    if look.speakers_there():
        return [ours, [Circle(look.speakers(), reason="full")] if look.place else []]
    return [ours, *([circle] for circle in look.instead() if circle.coaches)]


@dataclass(frozen=True, slots=True)
class _Look:
    organisation: Organisation
    wanted: Wanted

    @property
    def place(self) -> str | None:
        """Where the person should go; ``None`` where any place will do, or none is needed."""
        return self.wanted.place if self._way() == "office" else None

    def ours(self) -> Iterator[Circle]:
        """Those who can talk with the person near to them, and before all the coach they know."""
        speakers, there = self.speakers(), self.speakers_there()
        yield Circle(speakers & {self.wanted.earlier or ""}, reason="earlier")
        yield Circle(frozenset(id for id in there if self._is_expert(id)), self.place)
        yield Circle(there, self.place)

    def instead(self) -> Iterator[Circle]:
        """What the organisation offers where nobody there speaks the language."""
        for fallback in self.organisation.fallback:
            yield self._fallback(fallback)

    def _fallback(self, fallback: Fallback) -> Circle:
        match fallback:
            case "other_language" | "interpreter":
                return Circle(self._there(), self.place, fallback)
            case "other_place":
                return Circle(self.speakers() if self.place else frozenset(), reason=fallback)
            case _:
                assert_never(fallback)

    def speakers(self) -> frozenset[str]:
        return frozenset(coach.id for coach in self._bookable() if self.wanted.language in coach.languages)

    def speakers_there(self) -> frozenset[str]:
        return self.speakers() & self._there()

    def _there(self) -> frozenset[str]:
        way, places = self._way(), self.organisation.places
        if way in AWAY:
            return frozenset(coach.id for coach in self._bookable())
        fitting = {id for id in places if places[id].partner is (way == "partner") and self.place in (None, id)}
        return frozenset(coach.id for coach in self._bookable() if fitting & set(coach.places))

    def _bookable(self) -> Iterator[Coach]:
        return (coach for coach in self.organisation.coaches.values() if coach.bookable)

    def _is_expert(self, coach: str) -> bool:
        return not self.wanted.expertise.isdisjoint(self.organisation.coaches[coach].expertise)

    def _way(self) -> str:
        return way_of(kind_of(self.organisation, self.wanted.kind), self.wanted.way)
