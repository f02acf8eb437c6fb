"""How fast a courier speaks, and how long it waits after failures."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.backoff import Backoff
from bot.pace import BOT, CHAT, UNLIMITED, Pace, Rate

moments = st.lists(st.tuples(st.floats(0, 0.5), st.sampled_from("abc")), max_size=200)


def departures(pace: Pace, asked: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """When messages that are asked for one after the other leave, each ``wait`` after the one before."""
    now, left = 0.0, []
    for pause, chat in asked:
        now += pause
        now += pace.chat_wait(chat, now)
        now += pace.take(chat, now)
        left.append((now, chat))
    return left


@given(moments)
def test_a_bot_never_speaks_faster_than_its_rate(asked: list[tuple[float, str]]) -> None:
    left = [moment for moment, _ in departures(Pace(), asked)]
    for number, moment in enumerate(left):
        within = [other for other in left[number:] if other < moment + 1 - 1e-6]
        assert len(within) <= BOT.per_second + BOT.burst


@given(moments)
def test_a_chat_gets_its_burst_and_then_one_a_second(asked: list[tuple[float, str]]) -> None:
    left = departures(Pace(), asked)
    for chat in "abc":
        mine = [moment for moment, other in left if other == chat]
        for start in range(len(mine)):
            for end in range(start + CHAT.burst, len(mine)):
                allowed = CHAT.burst + (mine[end] - mine[start]) * CHAT.per_second
                assert end - start < allowed + 1e-6


def test_a_chat_that_has_to_wait_keeps_no_place_that_others_could_use() -> None:
    pace = Pace(Rate(10, 1), Rate(1, 1))
    pace.take("a", 0.0)
    assert pace.chat_wait("a", 0.2) > 0
    assert pace.chat_wait("b", 0.2) == 0
    assert pace.take("b", 0.2) == 0


def test_who_asks_first_goes_first() -> None:
    pace = Pace(Rate(10, 1), UNLIMITED)
    waits = [pace.take(chat, 0.0) for chat in "abcd"]
    assert all(earlier < later for earlier, later in pairwise(waits))


def test_without_limits_nobody_waits() -> None:
    pace = Pace(UNLIMITED, UNLIMITED)
    assert [pace.chat_wait("a", 1.0) + pace.take("a", 1.0) for _ in range(1000)] == [0.0] * 1000


def test_silence_lasts_for_the_longest_time_that_was_asked() -> None:
    pace = Pace()
    pace.be_silent(30.0)
    pace.be_silent(3.0)
    assert pace.silence(10.0) == 20.0
    assert pace.silence(31.0) == 0.0


def test_chats_at_rest_are_forgotten() -> None:
    pace = Pace(UNLIMITED, CHAT)
    for number in range(30_000):
        pace.take(str(number), float(number))
    assert len(pace) <= 10_001


@given(st.integers(1, 10_000), st.floats(0.01, 10), st.floats(1, 1000))
def test_waits_grow_to_a_limit_and_are_spread(failures: int, first: float, factor: float) -> None:
    backoff = Backoff(first, first * factor)
    most = min(first * 2.0 ** min(failures - 1, 30), first * factor)
    assert most / 2 <= backoff.wait(failures) <= most
