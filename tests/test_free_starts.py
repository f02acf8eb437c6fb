"""Free times that are worked out once and remembered are those that looking at each start by itself finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.hours.calendar import midnights
from casework.hours.notation import Days, Shift
from casework.house.organisation import Coach, Organisation
from casework.visiting.diary import Busy, Diary
from casework.visiting.slot_rules import held, starts, window
from casework.visiting.slots import Wanted, find_times, slots_at
from flows.when import ANY_TIME, When
from tests.casework_house import coach, house, visit

FRIDAY = datetime(2027, 3, 26, 9, 20, tzinfo=UTC)
"""Two days before the clocks change."""
DAY = timedelta(days=1)
PLACES = ("hall", "annex")

clocks = st.integers(0, 24 * 12 - 1).map(lambda number: time(number // 12, number % 12 * 5))
days = st.integers(0, 9).map(lambda number: FRIDAY.date() + DAY * number)
moments = st.integers(-2 * 24 * 60, 10 * 24 * 60).map(lambda minute: FRIDAY + timedelta(minutes=minute))
lengths = st.integers(1, 80).map(lambda number: timedelta(minutes=5 * number))
names = st.sampled_from(("an", "bo", "cy"))


@st.composite
def shifts(draw: st.DrawFn) -> tuple[Shift, ...]:
    """Two at most, one after the other."""
    at = sorted(draw(st.lists(clocks, unique=True, max_size=4)))
    return tuple(Shift(*pair, draw(st.sampled_from(PLACES))) for pair in zip(at[::2], at[1::2], strict=False))


@st.composite
def coaches(draw: st.DrawFn, name: str) -> Coach:
    return coach(
        name,
        places=draw(st.sampled_from((("hall", "annex"), ("annex", "hall")))),
        hours=draw(st.dictionaries(st.integers(0, 6), shifts(), min_size=3)),
        exceptions=draw(st.dictionaries(days, shifts(), max_size=2)),
        leave=tuple(Days(day, day + DAY) for day in draw(st.lists(days, max_size=1))),
    )


@st.composite
def houses(draw: st.DrawFn) -> Organisation:
    kind = visit(
        minutes=draw(st.sampled_from((30, 45, 60))),
        starts_every=draw(st.sampled_from((15, 30, 60))),
        buffer_before=draw(st.sampled_from((0, 10))),
        buffer_after=draw(st.sampled_from((0, 5, 15))),
        notice_hours=draw(st.sampled_from((0, 1, 24))),
        horizon_days=draw(st.integers(1, 5)),
        most_a_day=draw(st.sampled_from((None, 1, 2))),
        ways=("office", "phone"),
    )
    closed = tuple(Days(day, day) for day in draw(st.lists(days, max_size=1)))
    staff = [draw(coaches(name)) for name in ("an", "bo", "cy")]
    return house(*staff, visit=kind, closing_days=closed)


busy_times = st.lists(
    st.builds(lambda who, at, long, ours: Busy(who, at, at + long, ours), names, moments, lengths, st.booleans()),
    max_size=12,
)
wishes = st.one_of(
    st.just(ANY_TIME),
    st.builds(lambda day, begin: When(day, day + DAY * 2, begin=begin), days, st.sampled_from((None, time(12)))),
)


@dataclass(frozen=True)
class Plainly:
    """Looks at every start of every coach."""

    demo: Organisation
    busy: list[Busy]
    way: str
    now: datetime

    def free(self, place: str | None, when: When, after: datetime | None) -> list[tuple[datetime, str, str]]:
        turns = sorted(self.demo.coaches, key=lambda who: (sum(one.visit for one in self.of(who)), who))
        found: dict[datetime, tuple[str, str]] = {}
        for who in turns:
            for start, where in self.starts(who):
                if (
                    place in (None, where)
                    and when_fits(when, start, self.demo)
                    and start > max(self.now, after or self.now)
                ):
                    found.setdefault(start, (who, where))
        return [(start, *found[start]) for start in sorted(found)]

    def of(self, who: str) -> list[Busy]:
        return [one for one in self.busy if one.coach == who]

    def starts(self, who: str) -> Iterator[tuple[datetime, str]]:
        kind = self.demo.visit
        first, last = window(self.demo, kind, self.now)
        for number in range(kind.horizon_days + 1):
            day = last - DAY * number
            if self.has_room(who, day):
                for start, where in starts(self.demo, kind, self.way, self.demo.coaches[who], day):
                    since, until = held(kind, start)
                    if start >= first and not any(one.start < until and since < one.end for one in self.of(who)):
                        yield start, where

    def has_room(self, who: str, day: date) -> bool:
        begin, end = midnights(day, self.demo.tz)
        most = self.demo.visit.most_a_day
        return most is None or sum(one.visit and begin <= one.start < end for one in self.of(who)) < most


def when_fits(when: When, start: datetime, demo: Organisation) -> bool:
    return when.fits(start.astimezone(demo.tz))


@settings(max_examples=40)
@given(
    houses(), busy_times, moments, st.sampled_from((None, *PLACES)), st.sampled_from(("office", "phone")), wishes,
    st.one_of(st.none(), moments), st.integers(0, 59),
)  # fmt: skip
def test_found_at_once_and_one_by_one_is_the_same(
    demo: Organisation,
    busy: list[Busy],
    now: datetime,
    place: str | None,
    way: str,
    when: When,
    after: datetime | None,
    second: int,
) -> None:
    now = now.replace(second=second)
    plain = Plainly(demo, busy, way, now)
    near = place if way == "office" else None
    expected, reason = plain.free(near, when, after), None
    if not expected and not (after and plain.free(near, when, None)) and not plain.free(near, ANY_TIME, None):
        expected, reason = plain.free(None, when, after), "full"
    answer = find_times(demo, Wanted("nl", after, 10_000, place=place, way=way, when=when), Diary.of(busy), now)
    assert [(slot.start.astimezone(UTC), slot.coach, slot.place) for slot in answer.slots] == expected
    assert answer.reason == (reason if expected else None)
    for slot in answer.slots[:3]:
        there = slots_at(demo, Wanted("nl", place=slot.place, way=way), Diary.of(busy), slot.start)
        assert slot in there
