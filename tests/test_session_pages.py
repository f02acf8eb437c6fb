"""Group sessions in the console: the list, seats and who waits, attendance, people at the door, calling it off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlmodel import select

from casework.sessions.group_sessions import starts_at
from storage.tables import Enrolment, Person
from tests.calendar_stage import at_work, calendar_stage, done, due, info, known_person, with_sessions
from tests.staff_stage import HERE, Stage

SESSION = "/staff/sessions/info"
BARRIERS = ("Mijn kinderen", "Geld of wonen", "My children", "Money or housing", "Wat is moeilijk")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with calendar_stage(**{HERE: with_sessions(info(), info(id="cv", seats=3, day=info().day))}) as opened:
        yield opened


async def places(stage: Stage) -> dict[str, Enrolment]:
    return await stage.ledger.read(lambda s: {place.person_id: place for place in s.exec(select(Enrolment))})


def at_the_session(stage: Stage) -> None:
    stage.later(days=6)


async def test_the_list_counts_seats_and_one_session_shows_who_comes_and_who_waits_in_turn(stage: Stage) -> None:
    first, case = await known_person(stage)
    second, other = await known_person(stage, {"name": "Fatma", "barriers": ("childcare",)})
    async with stage.serve() as opened:
        host = await at_work(stage, await opened(), "elke", "session_host")
        for name, number in (("samira", case), ("fatma", other)):
            await host.open(f"{SESSION}?find={name}")
            await host.send("/info/add", case=number)
        assert "on the waiting list" in host.html
        seats, line = host.html.split('id="line"')
        assert "Samira" in seats
        assert "Fatma" in line
        await host.open("/staff/sessions")
        assert "1 / 1" in host.html
        assert "Waiting: 1" in host.html
    found = await places(stage)
    assert (found[first].state, found[second].state) == ("enrolled", "waiting")
    assert len(await due(stage, "seat_news")) == 2


async def test_a_host_sees_first_names_and_meeting_point_and_never_a_barrier_or_a_case(stage: Stage) -> None:
    _, case = await known_person(stage)
    async with stage.serve() as opened:
        host = await at_work(stage, await opened(), "elke", "session_host")
        await host.open(f"{SESSION}?find=samira")
        await host.send("/info/add", case=case)
        for path in (SESSION, f"{SESSION}/sheet"):
            await host.open(path)
            assert "Samira" in host.html
            assert "Voorbeeldstraat 10" in host.html
            assert f"/staff/cases/{case}" not in host.html
            assert not [word for word in BARRIERS if word in host.html]
    assert "session.list" in await done(stage)


@pytest.mark.parametrize(
    ("role", "opens"), [("coach", True), ("job_broker", False), ("coordinator", False), ("session_host", False)]
)
async def test_a_name_leads_to_the_case_for_who_may_open_it(stage: Stage, role: str, opens: bool) -> None:
    _, case = await known_person(stage)
    async with stage.serve() as opened:
        host = await at_work(stage, await opened(), "elke", "session_host")
        await host.open(f"{SESSION}?find=samira")
        await host.send("/info/add", case=case)
        reader = await at_work(stage, await opened(), "greet", role)
        await reader.open(SESSION)
        assert "Samira" in reader.html
        assert (f"/staff/cases/{case}" in reader.html) is opens
        await reader.open(f"/staff/cases/{case}")
        assert (reader.status == 200) is opens


async def test_attendance_is_one_tap_each_and_what_came_of_it_one_more(stage: Stage) -> None:
    first, case = await known_person(stage)
    second, other = await known_person(stage, {"name": "Fatma"})
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        for name, number in (("samira", case), ("fatma", other)):
            await coach.open(f"/staff/sessions/cv?find={name}")
            await coach.send("/cv/add", case=number)
        assert "✓ Came" not in coach.html.split('id="add"')[0]
        at_the_session(stage)
        found = await places(stage)
        await (await at_work(stage, coach)).open("/staff/sessions/cv")
        await coach.send(f"{found[first].id}/mark", came="yes")
        assert "Noted." in coach.html
        await coach.send(f"{found[second].id}/mark", came="no")
        await coach.send(f"{found[first].id}/outcome", outcome="training")
        assert "follows a training" in coach.html
    found = await places(stage)
    assert (found[first].state, found[first].outcome, found[second].state) == ("attended", "training", "absent")


async def test_a_mark_on_an_older_page_changes_nothing(stage: Stage) -> None:
    first, case = await known_person(stage)
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        await coach.open(f"{SESSION}?find=samira")
        await coach.send("/info/add", case=case)
        at_the_session(stage)
        place = (await places(stage))[first].id
        older = await (await at_work(stage, await opened())).open(SESSION)
        await (await at_work(stage, coach)).open(SESSION)
        await coach.send(f"{place}/mark", came="no")
        await older.send(f"{place}/mark", came="yes")
        assert "Somebody changed it meanwhile." in older.html
    assert (await places(stage))[first].state == "absent"


async def test_who_comes_in_unannounced_gets_a_free_seat_and_was_there_known_or_not(stage: Stage) -> None:
    person, _ = await known_person(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open("/staff/sessions/cv")
        assert "Count somebody we do not know yet" not in coach.html
        at_the_session(stage)
        await (await at_work(stage, coach)).open("/staff/sessions/cv?find=samira")
        await coach.send("/cv/add", at_the_door="yes")
        await coach.send("/cv/walk_in")
        await coach.send("/cv/walk_in")
        assert "somebody without a case" in coach.html
        before = await stage.ledger.read(lambda session: len(session.exec(select(Person)).all()))
        await coach.send("/cv/walk_in")
        assert "No seat is free." in coach.html
        assert await stage.ledger.read(lambda session: len(session.exec(select(Person)).all())) == before
    found = await places(stage)
    assert len(found) == 3
    assert {place.state for place in found.values()} == {"attended"}
    assert found[person].seat == 1
    assert not await due(stage, "seat_news"), "nobody is told that they are where they are"


async def test_a_seat_that_comes_free_late_is_given_to_the_next_by_hand(stage: Stage) -> None:
    first, case = await known_person(stage)
    second, other = await known_person(stage, {"name": "Fatma"})
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        for name, number in (("samira", case), ("fatma", other)):
            await coach.open(f"{SESSION}?find={name}")
            await coach.send("/info/add", case=number)
        stage.now = starts_at(with_sessions(info()), info()) - timedelta(hours=1)
        await (await at_work(stage, coach)).open(SESSION)
        await coach.send(f"{(await places(stage))[first].id}/off")
        assert "Give the free seat to the next" in coach.html
        await coach.send("/info/next")
        assert "Noted." in coach.html
        await coach.open(SESSION)
    found = await places(stage)
    assert (found[first].state, found[second].state, found[second].seat) == ("cancelled", "enrolled", 1)


async def test_a_session_is_called_off_for_good_and_everybody_on_its_list_hears_of_it(stage: Stage) -> None:
    first, case = await known_person(stage)
    second, other = await known_person(stage, {"name": "Fatma"})
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        for name, number in (("samira", case), ("fatma", other)):
            await coach.open(f"{SESSION}?find={name}")
            await coach.send("/info/add", case=number)
        host = await at_work(stage, await opened(), "elke", "session_host")
        await host.open(SESSION)
        assert "/info/off" not in host.html
        await coach.open(SESSION)
        await coach.send("/info/off")
        assert "The session is called off." in coach.html
        await host.open("/staff/sessions")
        assert "called off" in host.html
        await host.open(f"{SESSION}?find=samira")
        assert "Sign somebody up" not in host.html
    found = await places(stage)
    assert {found[first].state, found[second].state} == {"cancelled"}
    assert {row.person_id for row in await due(stage, "session_gone")} == {first, second}
    assert "hours.change" in await done(stage)


async def test_a_host_cannot_call_it_off_whatever_form_they_send(stage: Stage) -> None:
    async with stage.serve() as opened:
        host = await at_work(stage, await opened(), "elke", "session_host")
        await host.open(f"{SESSION}?find=samira")
        host.html = '<form action="/staff/sessions/info/off">' + host.html.split("<form")[1]
        assert (await host.send("/info/off")).status == 404


async def test_there_is_no_session_of_that_name(stage: Stage) -> None:
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        assert (await coach.open("/staff/sessions/nothing")).status == 404
        assert (await coach.open("/staff/sessions/nothing/sheet")).status == 404
