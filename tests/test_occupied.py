"""A look at a whole day says what a look at each of its starts says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.visiting.diary import Busy, Diary, Starts
from casework.visiting.occupied import by_day
from storage.minutes import span

MIDNIGHT = datetime(2027, 3, 28, tzinfo=UTC)
DAY = 24 * 60
FIRST = span(MIDNIGHT, MIDNIGHT)[0] // DAY

minutes = st.integers(0, 2 * DAY)
lengths = st.integers(1, 300)
starts = st.lists(st.integers(0, DAY + 60), min_size=1, max_size=6)


def moment(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


@given(st.lists(st.tuples(minutes, lengths, st.booleans()), max_size=30), starts, lengths)
def test_a_coach_is_free_once_on_a_day_if_free_at_one_of_its_starts(
    taken: list[tuple[int, int, bool]], begin: list[int], length: int
) -> None:
    diary = Diary([Busy("an", moment(at), moment(at + long), ours) for at, long, ours in taken])
    that_day = by_day((FIRST * DAY + at, FIRST * DAY + at + 1) for at in begin)
    whole = diary.has_free(("an",), Starts(FIRST, {"an": that_day}, length))
    assert whole == any(diary.is_free("an", moment(at), moment(at + length)) for at in begin)


def test_who_has_no_starts_is_not_free() -> None:
    assert not Diary([]).has_free(("bo",), Starts(FIRST, {"an": by_day([(FIRST * DAY, FIRST * DAY + 1)])}, 60))
