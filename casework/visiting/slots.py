"""Free times: what the rules allow less what is taken, one entry per time, for the coach whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from casework.hours.calendar import midnights
from casework.house.organisation import Organisation, Visit
from casework.visiting.circles import Circle, Wanted, circles
from casework.visiting.diary import Diary
from casework.visiting.free_starts import Free, Sought, by_day, free_starts
from casework.visiting.slot_rules import Places, held, kind_of, slot, starts_on, way_of, window
from flows.heard import Slot, WhyThese
from flows.when import ANY_TIME, When
from storage.minutes import moment_of, span

__all__ = ["Found", "Wanted", "find_times", "free_slots", "slots_at"]


@dataclass(frozen=True, slots=True)
class Found:
    """One screen of free times, the soonest first, whether later ones exist, and what to say with them."""

    slots: tuple[Slot, ...] = ()
    more: bool = False
    reason: WhyThese | None = None


def free_slots(organisation: Organisation, wanted: Wanted, diary: Diary, now: datetime) -> tuple[list[Slot], bool]:
    """One screen of free times after ``wanted.after``, the soonest first, and whether later ones exist."""
    found = find_times(organisation, wanted, diary, now)
    return list(found.slots), found.more


def find_times(organisation: Organisation, wanted: Wanted, diary: Diary, now: datetime) -> Found:
    """The free times of the best coaches who have any. Where they have none at the time wished for, there is none:
    nobody speaks another language, or goes to another place, only to come on a Tuesday.
    """
    for group in circles(organisation, wanted):
        searches = [_Search.of(organisation, wanted, circle, diary, now) for circle in group]
        for circle, search in zip(group, searches, strict=True):
            slots, more = _screen(search.days(wanted.after), wanted.limit, wanted.a_day)
            if slots:
                return Found(tuple(slots), more, circle.reason)
            if wanted.after and any(search.days(None)):
                return Found()
        if wanted.when != ANY_TIME and any(any(search.at_any_time().days(None)) for search in searches):
            return Found()
    return Found()


def slots_at(organisation: Organisation, wanted: Wanted, diary: Diary, start: datetime) -> list[Slot]:
    """Every free coach for exactly this time, the one whose turn it is first."""
    start = start.astimezone(UTC)  # a time that comes twice in its zone equals none of another zone
    widest = (group[-1] for group in circles(organisation, wanted) if group)
    circle = next(widest, Circle(frozenset()))
    return list(_Search.of(organisation, wanted, circle, diary, start).at(start))


@dataclass(frozen=True, slots=True)
class _Search:
    """Looks for times with the coaches of one circle; ``turns`` are these, whoever has the fewest visits first."""

    organisation: Organisation
    visit: Visit
    way: str
    when: When
    place: str | None
    turns: tuple[str, ...]
    diary: Diary
    now: datetime

    @classmethod
    def of(cls, organisation: Organisation, wanted: Wanted, circle: Circle, diary: Diary, now: datetime) -> _Search:
        visit = kind_of(organisation, wanted.kind)
        turns = tuple(sorted(circle.coaches, key=lambda coach: (diary.ahead(coach), coach)))
        return cls(organisation, visit, way_of(visit, wanted.way), wanted.when, circle.place, turns, diary, now)

    def at_any_time(self) -> _Search:
        return replace(self, when=ANY_TIME)

    def days(self, after: datetime | None) -> Iterator[list[Slot]]:
        """Per day that has any, its free times later than ``after``, one entry each."""
        soonest, _ = window(self.organisation, self.visit, self.now)
        passed, since = span(max(self.now, after or self.now), soonest)
        for day, free in by_day(self._free(), max(passed + 1, since), self.organisation.tz):
            if self.when.has_day(day) and (slots := list(self._on(day, free))):
                yield slots

    def _free(self) -> Free:
        """When each coach is free, in the order of their turns."""
        today = self.now.astimezone(self.organisation.tz).date()
        sought = Sought(self.organisation, self.visit.id, self.way, self.place, today)
        return {coach: free_starts(sought, coach, self.diary.of_coach(coach)) for coach in self.turns}

    def _on(self, day: date, free: Free) -> Iterator[Slot]:
        first = {minute: coach for coach in reversed(self._with_room(day)) for minute in free.get(coach, ())}
        for minute in sorted(first):
            if self._is_wished(start := moment_of(minute)):
                yield self._slot(day, start, first[minute])

    def at(self, start: datetime) -> Iterator[Slot]:
        """With everybody who is free at this time."""
        day, (minute, _) = start.astimezone(self.organisation.tz).date(), span(start, start)
        there = self._starts_on(day)
        for coach in self._with_room(day):
            place = there.get(coach, {}).get(minute)
            if place and self.place in (None, place) and self.diary.is_free(coach, *held(self.visit, start)):
                yield self._slot(day, start, coach)

    def _is_wished(self, start: datetime) -> bool:
        return self.when == ANY_TIME or self.when.fits(start.astimezone(self.organisation.tz))

    def _with_room(self, day: date) -> tuple[str, ...]:
        """Who may have one more visit on this date."""
        most = self.visit.most_a_day
        if most is None:
            return self.turns
        begin, end = midnights(day, self.organisation.tz)
        return tuple(coach for coach in self.turns if self.diary.visits_from(coach, begin, end) < most)

    def _slot(self, day: date, start: datetime, coach: str) -> Slot:
        place = self._starts_on(day)[coach][span(start, start)[0]]
        return slot(self.organisation, self.visit, start, (self.organisation.coaches[coach], place))

    def _starts_on(self, day: date) -> Mapping[str, Places]:
        return starts_on(self.organisation, self.visit.id, self.way, day)


def _screen(days: Iterator[list[Slot]], limit: int, a_day: int) -> tuple[list[Slot], bool]:
    """A few times a day, spread over it; all of them only if there are no more days."""
    shown: list[Slot] = []
    left: list[Slot] = []
    for day in days:
        if len(shown) == limit:
            return shown, True
        picked = _spread(day, min(a_day, limit - len(shown)))
        shown += picked
        left += (slot for slot in day if slot not in picked)
    room = limit - len(shown)
    shown = sorted(shown + left[:room], key=lambda slot: slot.start)
    return shown, any(slot.start > shown[-1].start for slot in left[room:])


def _spread(slots: Sequence[Slot], size: int) -> list[Slot]:
    if size >= len(slots):
        return list(slots)
    if size == 1:
        return [slots[0]]
    return [slots[index * (len(slots) - 1) // (size - 1)] for index in range(size)]
