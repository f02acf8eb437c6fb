"""A crowd books, moves, cancels and lets go of fifty times at once: no overlap, no lost time, no error for anybody."""

from __future__ import annotations

from tests.faults.bookings import campaign


async def test_nothing_is_lost_or_had_twice_whatever_a_crowd_does(database_url: str) -> None:
    processes = 1 if database_url.startswith("sqlite") else 2
    tally, problems = await campaign(database_url, 300, 60, processes, seed=1)
    assert problems == []
    assert tally.came_of.total() == 300
    assert {"booked", "moved", "cancelled", "confirmed", "held", "other times"} <= set(tally.came_of)
