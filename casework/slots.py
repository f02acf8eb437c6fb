"""Free times: what the rules allow less what is taken, one entry per time, for the coach whose turn it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from casework.diary import Diary
from casework.organisation import Coach, Organisation
from casework.slot_rules import held, slot, starts, window
from flows.heard import Slot

A_DAY = 3

Offer: TypeAlias = tuple[Coach, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """``after`` asks for later times than that one; ``place`` keeps to one place."""

    language: str
    after: datetime | None = None
    limit: int = 6
    place: str | None = None


def free_slots(organisation: Organisation, wanted: Wanted, diary: Diary, now: datetime) -> tuple[list[Slot], bool]:
    """One screen of free times after ``wanted.after``, the soonest first, and whether later ones exist."""
    return _screen(_free_days(organisation, wanted, diary, now), wanted.limit)


def slots_at(organisation: Organisation, wanted: Wanted, diary: Diary, start: datetime) -> list[Slot]:
    """Every free coach for exactly this time, the one whose turn it is first."""
    day = start.astimezone(organisation.tz).date()
    start = start.astimezone(UTC)  # a time that comes twice in its zone equals none of another zone
    return _free_at(organisation, diary, start, _offers(organisation, wanted, day).get(start, []))


def _offers(organisation: Organisation, wanted: Wanted, day: date) -> dict[datetime, list[Offer]]:
    offers: defaultdict[datetime, list[Offer]] = defaultdict(list)
    for coach in _coaches(organisation, wanted):
        for start, place in starts(organisation, coach, day):
            if wanted.place in (None, place):
                offers[start].append((coach, place))
    return offers


def _coaches(organisation: Organisation, wanted: Wanted) -> list[Coach]:
    """Those who speak the language; where nobody does, everyone."""
    there = [
        coach
        for coach in organisation.coaches.values()
        if coach.bookable and (wanted.place is None or wanted.place in coach.places)
    ]
    return [coach for coach in there if wanted.language in coach.languages] or there


def _free_days(organisation: Organisation, wanted: Wanted, diary: Diary, now: datetime) -> Iterator[list[Slot]]:
    """Per day that has any, its free times, one entry each."""
    first, last = window(organisation, now)
    later_than = max(now, wanted.after or now)
    day = max(first, later_than).astimezone(organisation.tz).date()
    while day <= last:
        offers = sorted(_offers(organisation, wanted, day).items(), key=lambda item: item[0])
        open_offers = ((start, who) for start, who in offers if start >= first and start > later_than)
        free = (_free_at(organisation, diary, start, who) for start, who in open_offers)
        if slots := [at_one_time[0] for at_one_time in free if at_one_time]:
            yield slots
        day += timedelta(days=1)


def _free_at(organisation: Organisation, diary: Diary, start: datetime, offers: Sequence[Offer]) -> list[Slot]:
    """The free ones among ``offers``, whoever has the fewest visits first."""
    begin, end = held(organisation, start)
    free = [offer for offer in offers if diary.is_free(offer[0].id, begin, end)]
    free.sort(key=lambda offer: (diary.visits[offer[0].id], offer[0].id))
    return [slot(organisation, coach, start, place) for coach, place in free]


def _screen(days: Iterator[list[Slot]], limit: int) -> tuple[list[Slot], bool]:
    """A few times a day, spread over it; all of them only if there are no more days."""
    shown: list[Slot] = []
    left: list[Slot] = []
    for day in days:
        if len(shown) == limit:
            return shown, True
        picked = _spread(day, min(A_DAY, limit - len(shown)))
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
