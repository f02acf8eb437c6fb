"""What staff do with a group session: the list, who was there, people added and taken off, a file that changes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from casework.door.accounts import Account
from casework.sessions.attendance import Register, open_seats, participants, without_session
from casework.sessions.enrolments import find, forget, join
from casework.sessions.group_sessions import ends_at
from casework.sessions.session_reminders import DAY, FREE, HOURS, NEWS
from storage.ledger import Ledger
from storage.tables import Audit, Enrolment
from storage.verify import verify
from tests import casework_house
from tests.session_house import NOW, group, house_with, people, places, planned, room, states, with_seats

DEMO = house_with()
AFTER = ends_at(DEMO, DEMO.sessions["info"]) + timedelta(minutes=5)
LIEN = Account("s1", "demo", "lien", "Lien", "coach", "an", "nl")


@pytest.fixture
async def seated(ledger: Ledger) -> Ledger:
    """Two have a seat, two wait."""

    def work(session: Session) -> None:
        casework_house.settle(session, *people(6))
        for name in ("p0", "p1", "p2", "p3"):
            join(room(session, DEMO), name, "nl", line=True)

    await ledger.write(work)
    return ledger


def register(session: Session, now: datetime = NOW) -> Register:
    return Register(room(session, DEMO, now), LIEN)


def place_of(session: Session, name: str) -> Enrolment:
    place = find(room(session, DEMO), name)
    assert place is not None
    return place


async def test_the_list_shows_seats_by_number_and_then_the_line(seated: Ledger) -> None:
    def work(session: Session) -> list[tuple[str, int | None, int | None]]:
        listed = participants(session, LIEN, DEMO.sessions["info"], NOW)
        return [(each.place.person_id, each.place.seat, each.position) for each in listed]

    assert await seated.write(work) == [("p0", 1, None), ("p1", 2, None), ("p2", None, 1), ("p3", None, 2)]


async def test_attendance_is_marked_once_people_have_met_and_only_then(seated: Ledger) -> None:
    def work(session: Session) -> list[str]:
        place = place_of(session, "p0")
        early = register(session).mark(place.id, place.version, attended=True)
        old = register(session, AFTER).mark(place.id, place.version + 1, attended=True)
        well = register(session, AFTER).mark(place.id, place.version, attended=True)
        again = register(session, AFTER).mark(place.id, place.version, attended=False)
        return [early, old, well, again, register(session, AFTER).mark("nobody", 1, attended=True)]

    assert await seated.write(work) == ["too_early", "changed", "done", "changed", "missing"]
    assert (await seated.read(states))["p0"] == "attended"


async def test_what_came_of_it_is_noted_for_who_was_there_and_may_change(seated: Ledger) -> None:
    def work(session: Session) -> tuple[list[str], str | None]:
        there, waits = place_of(session, "p0"), place_of(session, "p2")
        register(session, AFTER).mark(there.id, there.version, attended=True)
        desk = register(session, AFTER)
        came = [
            desk.outcome(there.id, "interview_held"),
            desk.outcome(there.id, "hired"),
            desk.outcome(waits.id, "hired"),
        ]
        return came, place_of(session, "p0").outcome

    assert await seated.write(work) == (["done", "done", "changed"], "hired")


async def test_an_unknown_outcome_is_a_mistake_of_ours(seated: Ledger) -> None:
    with pytest.raises(ValueError, match="no such outcome"):
        await seated.write(lambda session: register(session).outcome("x", "promoted"))


async def test_who_is_taken_off_is_told_and_the_next_is_asked(seated: Ledger) -> None:
    def work(session: Session) -> tuple[str, str]:
        place = place_of(session, "p0")
        version = place.version
        first = register(session).remove(place.id, version)
        return first, register(session).remove(place.id, version)

    assert await seated.write(work) == ("done", "changed")
    assert await seated.read(states) == {"p0": "cancelled", "p1": "enrolled", "p2": "offered", "p3": "waiting"}
    assert [row.person_id for row in await seated.read(lambda session: planned(session, NEWS))] == ["p0"]


async def test_who_is_added_stands_behind_the_others_and_is_told_once(seated: Ledger) -> None:
    def work(session: Session) -> tuple[str | None, ...]:
        desk = register(session)
        added = [desk.add("p4"), desk.add("p4"), desk.add("p0"), desk.add("stranger")]
        return tuple(place.state if place else None for place in added)

    assert await seated.write(work) == ("waiting", "waiting", "enrolled", None)
    assert [row.person_id for row in await seated.read(lambda session: planned(session, NEWS))] == ["p4"]


async def test_a_plan_of_rounds_is_made_of_who_comes(seated: Ledger) -> None:
    def work(session: Session) -> tuple[set[str], set[str]]:
        ids = {name: place.id for name, place in places(session).items()}
        ((meeting,),) = register(session).rounds(3, 5)
        return {meeting.one, meeting.other}, {ids["p0"], ids["p1"]}

    met, wanted = await seated.write(work)
    assert met == wanted


async def test_the_audit_tells_who_did_what(seated: Ledger) -> None:
    def work(session: Session) -> list[str]:
        place = place_of(session, "p1")
        participants(session, LIEN, DEMO.sessions["info"], NOW)
        register(session).remove(place.id, place.version)
        register(session).add("p5")
        return list(session.exec(select(Audit.action)))

    assert await seated.write(work) == ["session.list", "session.remove", "session.add"]
    assert await seated.read(verify) == []


async def test_a_file_with_fewer_seats_says_who_sits_too_many(seated: Ledger) -> None:
    def work(session: Session) -> list[tuple[str, list[str]]]:
        squeezed = open_seats(session, with_seats(DEMO, 1), NOW)
        names = {place.id: name for name, place in places(session).items()}
        return [(each.group, [names[id] for id in each.places]) for each in squeezed]

    assert await seated.write(work) == [("info", ["p1"])]


async def test_a_file_with_more_seats_asks_those_who_wait(seated: Ledger) -> None:
    assert await seated.write(lambda session: open_seats(session, with_seats(DEMO, 4), NOW)) == []
    assert await seated.read(states) == {"p0": "enrolled", "p1": "enrolled", "p2": "offered", "p3": "offered"}


async def test_a_session_that_was_moved_is_reminded_of_anew(seated: Ledger) -> None:
    later = house_with(group(day=DEMO.sessions["info"].day + timedelta(days=7)))
    await seated.write(lambda session: open_seats(session, later, NOW))
    rows = await seated.read(lambda session: planned(session, DAY, HOURS))
    assert len(rows) == 8
    assert len({row.body["meets"] for row in rows}) == 2


async def test_a_session_that_is_gone_from_the_file_is_noticed(seated: Ledger) -> None:
    empty = house_with(group(id="other"))
    assert await seated.read(lambda session: without_session(session, empty, NOW)) == {"info": 4}
    assert await seated.read(lambda session: without_session(session, DEMO, NOW)) == {}


async def test_who_is_forgotten_leaves_no_row_and_a_seat_to_pass_on(seated: Ledger) -> None:
    await seated.write(lambda session: forget(session, "p0", NOW))
    assert await seated.read(states) == {"p1": "enrolled", "p2": "waiting", "p3": "waiting"}
    assert [row.subject for row in await seated.read(lambda session: planned(session, FREE))] == ["info"]
