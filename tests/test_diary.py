"""A diary that is read page by page says what one says of which everything is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.visiting.diary import Busy, Diary, Page, PagedDiary
from storage.minutes import span

NOW = datetime(2027, 3, 17, 9, 20, tzinfo=UTC)
COACHES = ("an", "bo")
WEEKS = 20 * 7 * 24 * 12
"""Twenty weeks, in steps of five minutes."""

steps = st.integers(-12 * 20, WEEKS)
lengths = st.integers(1, 12 * 24)


def moment(step: int) -> datetime:
    return NOW + timedelta(minutes=5 * step)


@st.composite
def taken(draw: st.DrawFn) -> Busy:
    begin, length = draw(steps), draw(lengths)
    return Busy(draw(st.sampled_from(COACHES)), moment(begin), moment(begin + length), draw(st.booleans()))


@dataclass
class Shelf:
    """Everything that is taken, and how many pages were asked for."""

    busy: list[Busy]
    read: int = 0

    def ahead(self) -> Mapping[str, int]:
        return Counter(one.coach for one in self.busy if one.visit)

    def page(self, since: int, until: int) -> Page:
        self.read += 1
        page = Page()
        for one in self.busy:
            begin, end = span(one.start, one.end)
            if begin < until and end > since:
                page.add(one.coach, [(begin, end)], visits=one.visit)
        return page


@given(st.lists(taken(), max_size=40), st.lists(st.tuples(steps, lengths), min_size=1, max_size=20))
def test_wherever_somebody_looks_both_say_the_same(busy: list[Busy], looks: list[tuple[int, int]]) -> None:
    whole, paged = Diary(busy), PagedDiary(Shelf(busy), NOW)
    assert paged.visits == whole.visits
    for begin, length in looks:
        stretch = moment(begin), moment(begin + length)
        assert list(paged.free_among(COACHES, *stretch)) == list(whole.free_among(COACHES, *stretch))
        for coach in COACHES:
            assert paged.visits_from(coach, *stretch) == whole.visits_from(coach, *stretch)


def test_who_looks_for_the_first_times_has_one_page_read_and_who_looks_through_half_a_year_six() -> None:
    shelf = Shelf([])
    diary = PagedDiary(shelf, NOW)
    for weeks, pages in ((0.9, 1), (1.5, 2), (3.9, 3), (7.5, 4), (15, 5), (26, 6)):
        for day in range(int(weeks * 7)):
            assert diary.is_free("an", NOW + timedelta(days=day), NOW + timedelta(days=day, hours=1))
        assert shelf.read == pages
