"""What is worked out of a coach's time at once is what looking at each minute says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from casework.visiting.occupied import Occupied

DAY = 24 * 60

spans = st.lists(st.tuples(st.integers(0, 2 * DAY), st.integers(1, 300)), max_size=20).map(
    lambda found: [(since, since + length) for since, length in found]
)
starts = st.lists(st.integers(0, 2 * DAY), unique=True, max_size=30).map(sorted)
lengths = st.integers(0, 200)


@given(spans, spans, starts, lengths, lengths)
def test_free_is_what_touches_nothing_that_is_taken(
    visits: list[tuple[int, int]], elsewhere: list[tuple[int, int]], begin: list[int], before: int, length: int
) -> None:
    occupied, after = Occupied(visits, elsewhere), length + 1
    free = [
        at
        for at in begin
        if not any(since < at + after and at - before < until for since, until in [*visits, *elsewhere])
    ]
    assert list(occupied.free_of(begin, before, after)) == free
    assert [at for at in begin if occupied.is_free(at - before, at + after)] == free


@given(spans, spans, st.integers(0, 2 * DAY), lengths)
def test_only_visits_of_ours_that_begin_then_are_counted(
    visits: list[tuple[int, int]], elsewhere: list[tuple[int, int]], since: int, length: int
) -> None:
    occupied = Occupied(visits, elsewhere)
    assert occupied.begun(since, since + length) == sum(since <= begin < since + length for begin, _ in visits)
    assert occupied.begun(since) == sum(since <= begin for begin, _ in visits)
