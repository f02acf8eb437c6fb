"""Seats of a group session: the lowest free one, an honest line, and every freed seat offered to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from casework.house.organisation import Organisation
from casework.sessions.enrolments import (
    Room,
    accept,
    decline,
    expire,
    find,
    has_free_seat,
    join,
    leave,
    line_length,
    note_outcome,
    pass_on,
    position,
    say_coming,
    settle,
    wish_interview,
)
from casework.sessions.seat_states import NEXT, OUT, may_become
from casework.sessions.session_reminders import DAY, ENDS, HOURS, OFFER
from storage.ledger import Ledger
from storage.tables import Enrolment
from tests import casework_house
from tests.session_house import NOW, bus, group, house_with, people, places, planned, room, states, with_seats

BRUSSELS = ZoneInfo("Europe/Brussels")
DEMO = house_with()
Work = Callable[[Session], object]


def brussels(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BRUSSELS)  # type: ignore[misc,arg-type]  # year, month, day and so on


async def after(ledger: Ledger, *steps: Work) -> object:
    """What the last of these steps comes to, each in a transaction of its own."""
    await ledger.write(lambda session: casework_house.settle(session, *people(8)))
    last: object = None
    for step in steps:
        last = await ledger.write(step)
    return last


def joins(*names: str, organisation: Organisation = DEMO, now: datetime = NOW) -> Work:
    def work(session: Session) -> list[str | None]:
        joined = [join(room(session, organisation, now), name, "nl", line=True) for name in names]
        return [place.state if place else None for place in joined]

    return work


def does(
    change: Callable[[Room, Enrolment], object], name: str, organisation: Organisation = DEMO, now: datetime = NOW
) -> Work:
    def work(session: Session) -> object:
        here = room(session, organisation, now)
        place = find(here, name)
        assert place is not None
        return change(here, place)

    return work


async def test_the_lowest_free_seat_is_taken_and_then_people_wait_in_turn(ledger: Ledger) -> None:
    def look(session: Session) -> tuple[object, ...]:
        here, found = room(session, DEMO), places(session)
        waiting = [position(here, found[name]) for name in ("p2", "p3")]
        return states(session), [found[name].seat for name in ("p0", "p1", "p2")], waiting, line_length(here)

    found = await after(ledger, joins("p0", "p1", "p2", "p3"), look)
    wanted = {"p0": "enrolled", "p1": "enrolled", "p2": "waiting", "p3": "waiting"}
    assert found == (wanted, [1, 2, None], [1, 2], 2)


async def test_who_joins_twice_sits_once(ledger: Ledger) -> None:
    found = await after(ledger, joins("p0", "p0"), joins("p0"), lambda session: len(places(session)))
    assert found == 1


async def test_without_asking_for_the_line_nobody_is_put_into_it(ledger: Ledger) -> None:
    def asks(session: Session) -> object:
        return join(room(session, DEMO), "p2", "nl"), has_free_seat(room(session, DEMO)), sorted(places(session))

    assert await after(ledger, joins("p0", "p1"), asks) == (None, False, ["p0", "p1"])


async def test_a_freed_seat_is_held_for_the_first_in_line_with_a_deadline(ledger: Ledger) -> None:
    def look(session: Session) -> tuple[object, ...]:
        place, rows = places(session)["p2"], planned(session, OFFER, ENDS)
        return place.state, place.seat, place.hold_until, [(row.kind, row.due_at, row.version) for row in rows]

    found = await after(ledger, joins("p0", "p1", "p2", "p3"), does(leave, "p0"), look)
    until = brussels(2027, 3, 25, 9)  # twelve hours end at night: then until an hour after the quiet hours
    assert found == ("offered", 1, until, [(OFFER, NOW, 2), (ENDS, until, 2)])


async def test_nobody_else_gets_a_seat_that_is_offered(ledger: Ledger) -> None:
    found = await after(ledger, joins("p0", "p1", "p2"), does(leave, "p0"), joins("p3"))
    assert found == ["waiting"]


async def test_a_yes_takes_the_seat_and_plans_reminders(ledger: Ledger) -> None:
    def look(session: Session) -> tuple[object, ...]:
        rows = planned(session, DAY, HOURS)
        mine = [row.due_at for row in rows if row.person_id == "p2"]
        return states(session)["p2"], places(session)["p2"].hold_until, mine

    found = await after(ledger, joins("p0", "p1", "p2"), does(leave, "p0"), does(accept, "p2"), look)
    assert found == ("enrolled", None, [brussels(2027, 4, 7, 10), brussels(2027, 4, 8, 8)])


@pytest.mark.parametrize(("change", "state"), [(decline, "declined"), (expire, "expired"), (leave, "cancelled")])
async def test_after_a_no_or_silence_the_next_is_asked(
    ledger: Ledger, change: Callable[[Room, Enrolment], object], state: str
) -> None:
    found = await after(ledger, joins("p0", "p1", "p2", "p3"), does(leave, "p0"), does(change, "p2"), states)
    assert found == {"p0": "cancelled", "p1": "enrolled", "p2": state, "p3": "offered"}


async def test_an_offer_cannot_be_accepted_after_its_deadline(ledger: Ledger) -> None:
    late = NOW + timedelta(days=2)
    found = await after(ledger, joins("p0", "p1", "p2"), does(leave, "p0"), does(accept, "p2", now=late), states)
    assert found == {"p0": "cancelled", "p1": "enrolled", "p2": "offered"}


async def test_who_left_can_ask_again_behind_the_others(ledger: Ledger) -> None:
    def look(session: Session) -> list[int]:
        here, found = room(session, DEMO), places(session)
        return [position(here, found[name]) for name in ("p3", "p2")]

    found = await after(ledger, joins("p0", "p1", "p2", "p3"), does(leave, "p2"), joins("p2"), look)
    assert found == [1, 2]


async def test_a_stale_row_changes_nothing(ledger: Ledger) -> None:
    def work(session: Session) -> tuple[object, ...]:
        here = room(session, DEMO)
        place = find(here, "p0")
        assert place is not None
        stale = Enrolment(**place.model_dump())
        stale.version -= 1
        return leave(here, stale), say_coming(here, stale), states(session)

    assert await after(ledger, joins("p0"), work) == (None, False, {"p0": "enrolled"})


async def test_saying_that_one_comes_and_wishing_for_a_talk_keep_the_reminders(ledger: Ledger) -> None:
    def work(session: Session) -> tuple[object, ...]:
        here = room(session, DEMO)
        place = find(here, "p0")
        assert place is not None
        assert say_coming(here, place)
        assert wish_interview(here, place, wished=True)
        now = find(here, "p0")
        assert now is not None
        return now.version, now.outcome, now.interview, [row.version for row in planned(session, DAY, HOURS)]

    assert await after(ledger, joins("p0"), work) == (1, "coming", True, [1, 1])


async def test_attendance_is_final_and_carries_an_outcome(ledger: Ledger) -> None:
    def work(session: Session) -> tuple[object, ...]:
        here = room(session, DEMO)
        there, not_there = find(here, "p0"), find(here, "p1")
        assert there is not None
        assert not_there is not None
        assert settle(here, there, "attended")
        assert settle(here, not_there, "absent")
        again = [settle(here, place, "absent") for place in (there, not_there)]
        noted = [note_outcome(here, place, "hired") for place in (there, not_there)]
        return again, leave(here, there), noted, states(session), line_length(here)

    found = await after(ledger, joins("p0", "p1"), work)
    assert found == ([False, False], None, [True, False], {"p0": "attended", "p1": "absent"}, 0)


async def test_more_seats_in_the_file_go_to_who_waits(ledger: Ledger) -> None:
    found = await after(
        ledger,
        joins("p0", "p1", "p2", "p3", "p4"),
        lambda session: pass_on(room(session, with_seats(DEMO, 4))),
        states,
    )
    wanted = {"p0": "enrolled", "p1": "enrolled", "p2": "offered", "p3": "offered", "p4": "waiting"}
    assert found == wanted


async def test_fewer_seats_take_nothing_from_anybody_and_move_people_down(ledger: Ledger) -> None:
    four, two = with_seats(DEMO, 4), with_seats(DEMO, 2)

    def look(session: Session) -> tuple[object, ...]:
        return states(session), {name: place.seat for name, place in places(session).items()}

    seated = joins("p0", "p1", "p2", "p3", "p4", organisation=four)
    found = await after(ledger, seated, lambda session: pass_on(room(session, two)), look)
    wanted = {"p0": "enrolled", "p1": "enrolled", "p2": "enrolled", "p3": "enrolled", "p4": "waiting"}
    assert found == (wanted, {"p0": 1, "p1": 2, "p2": 3, "p3": 4, "p4": None})
    found = await after(ledger, does(leave, "p0", two), look)
    wanted["p0"] = "cancelled"
    assert found == (wanted, {"p0": None, "p1": 2, "p2": 1, "p3": 4, "p4": None})


async def test_close_to_the_session_nobody_is_asked_any_more(ledger: Ledger) -> None:
    near = brussels(2027, 4, 8, 8, 30)
    found = await after(ledger, joins("p0", "p1", "p2"), does(leave, "p0", now=near), states)
    assert found == {"p0": "cancelled", "p1": "enrolled", "p2": "waiting"}


async def test_at_night_an_offer_waits_for_the_morning(ledger: Ledger) -> None:
    def look(session: Session) -> list[datetime]:
        return [row.due_at for row in planned(session, OFFER, ENDS)]

    night = brussels(2027, 3, 24, 23)
    found = await after(ledger, joins("p0", "p1", "p2"), does(leave, "p0", now=night), look)
    assert found == [brussels(2027, 3, 25, 8), brussels(2027, 3, 26, 9)]


async def test_the_nearer_the_session_the_shorter_the_deadline(ledger: Ledger) -> None:
    def look(session: Session) -> datetime | None:
        return places(session)["p2"].hold_until

    day_before = brussels(2027, 4, 7, 18)
    found = await after(ledger, joins("p0", "p1", "p2"), does(leave, "p0", now=day_before), look)
    assert found == brussels(2027, 4, 7, 19, 30), "half of the time would end at night, and the morning is too late"


async def test_with_a_bus_everything_counts_from_its_departure(ledger: Ledger) -> None:
    early = house_with(group(bus=bus(time(7, 30))))

    def look(session: Session) -> list[datetime]:
        return [row.due_at for row in planned(session, DAY, HOURS)]

    found = await after(ledger, joins("p0", organisation=early), look)
    assert found == [brussels(2027, 4, 7, 8), brussels(2027, 4, 7, 19, 30)]


async def test_two_sessions_have_lines_of_their_own(ledger: Ledger) -> None:
    both = house_with(group(seats=1), group(id="other", seats=1, day=date(2027, 4, 9)))

    def work(session: Session) -> list[str | None]:
        joined = [join(room(session, both, id=id), "p0", "nl", line=True) for id in ("info", "other")]
        return [place.state if place else None for place in joined]

    assert await after(ledger, work) == ["enrolled", "enrolled"]


def test_only_known_ways_lead_from_state_to_state() -> None:
    assert {state for state, later in NEXT.items() if not later} == {"attended", "absent"}
    assert all(may_become(state, "enrolled") and may_become(state, "waiting") for state in OUT)
    assert not may_become("waiting", "attended")
