"""The calendar over HTTP: a week as its coach sees it, visits moved, called off, noted and booked; who may do what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from casework.agendas.outside_times import Source, add_calendar, keep_times
from storage.tables import OutsideCalendar
from tests.calendar_stage import (
    THURSDAY,
    at_work,
    booked,
    calendar_stage,
    done,
    due,
    known_person,
    local,
    visits,
)
from tests.staff_stage import HERE, Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with calendar_stage() as opened:
        yield opened


def day(html: str, date: str) -> str:
    """The part of the week's page that is about this date."""
    return html.split(f'id="d-{date}"')[1].split("</section>")[0]


async def test_a_week_shows_hours_visits_free_times_and_what_shuts_the_house(stage: Stage) -> None:
    person, case = await known_person(stage)
    await booked(stage, person)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open("/staff/calendar")
        thursday = day(coach.html, "2027-03-25")
        assert "Samira" in thursday
        assert case in thursday
        assert "08:30–12:00" in thursday
        assert "20270325T0930-greet" in thursday, "the hour after the visit is free"
        assert THURSDAY not in thursday
        assert "No hours" in day(coach.html, "2027-03-24")
        await coach.open("/staff/calendar?day=2027-07-20")
        assert "leave" in day(coach.html, "2027-07-20")
        assert "holiday" in day(coach.html, "2027-07-21")
        await coach.open("/staff/calendar?day=2027-03-29")
        assert "holiday" in day(coach.html, "2027-03-29"), "Easter Monday"


async def test_times_that_another_calendar_takes_stand_there_with_their_age(stage: Stage) -> None:
    busy = datetime.fromisoformat("2027-03-25T12:00+00:00"), datetime.fromisoformat("2027-03-25T13:00+00:00")

    def work(session: object) -> None:
        id = add_calendar(session, stage.vault, (HERE, "greet"), Source("ics", "https://x.example"), stage.now)  # type: ignore[arg-type]
        session.flush()  # type: ignore[attr-defined]
        keep_times(session, session.get_one(OutsideCalendar, id), [busy], stage.now)  # type: ignore[arg-type, attr-defined]

    await stage.ledger.write(work)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open("/staff/calendar")
        assert "Busy elsewhere 13:00–14:00" in day(coach.html, "2027-03-25")
        assert "20270325T1200-greet" not in coach.html
        assert "Busy times of another calendar are as they were on" in coach.html


async def test_a_colleague_and_the_front_desk_see_it_and_the_front_desk_no_name(stage: Stage) -> None:
    person, case = await known_person(stage)
    await booked(stage, person)
    async with stage.serve() as opened:
        desk = await at_work(stage, await opened(), "yusuf", "front_desk")
        await desk.open("/staff/calendar?coach=greet")
        assert case[:6] in day(desk.html, "2027-03-25")
        assert "Samira" not in desk.html
        host = await at_work(stage, await opened(), "elke", "session_host")
        assert (await host.open("/staff/calendar")).status == 404
        assert "calendar.read" not in await done(stage)
        assert (await desk.open("/staff/calendar?coach=nobody")).status == 404


async def test_a_visit_is_moved_and_the_person_hears_of_it(stage: Stage) -> None:
    person, _ = await known_person(stage)
    visit = await booked(stage, person)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/visits/{visit}/move")
        assert "20270325T0930-greet" in coach.html
        await coach.send("/move", slot="20270325T0930-greet")
        assert coach.path == "/staff/calendar"
        assert "The visit is moved." in coach.html
    old, new = sorted(await visits(stage), key=lambda each: each.version)
    assert (old.state, new.state, local(new.starts_at), new.moved_from) == ("moved", "booked", "25 10:30", visit)
    assert len(await due(stage, "visit_moved")) == 1
    assert "visit.move" in await done(stage)


async def test_the_script_is_told_where_a_visit_fits_and_its_own_time_is_no_such_place(stage: Stage) -> None:
    person, _ = await known_person(stage)
    visit = await booked(stage, person)
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened())
        answer = await coach.client.get(f"/staff/visits/{visit}/times?day=2027-03-22&first=8&last=17")
        found = {each["slot"]: each for each in await answer.json()}
    assert THURSDAY not in found
    assert found["20270325T0930-greet"]["place"] == "at-11 for-4"
    assert set(found) <= {each for each in found if each.startswith("2027032")}


async def test_a_time_that_was_taken_meanwhile_is_refused_and_nothing_changes(stage: Stage) -> None:
    first, _ = await known_person(stage)
    second, _ = await known_person(stage, {"name": "Fatma"})
    visit = await booked(stage, first)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/visits/{visit}/move")
        await booked(stage, second, "20270325T0930-greet")
        await coach.send("/move", slot="20270325T0930-greet")
        assert "This time cannot be had any more." in coach.html
        await coach.open(f"/staff/visits/{visit}/move")
        await coach.send("/move", slot="20270325T0315-greet")
        assert "This time cannot be had any more." in coach.html
    assert {each.state for each in await visits(stage)} == {"booked"}


async def test_a_visit_is_called_off_with_a_sentence_that_goes_along(stage: Stage) -> None:
    person, _ = await known_person(stage)
    visit = await booked(stage, person)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/visits/{visit}/cancel")
        await coach.send("/cancel", why="ill")
        assert "The visit is cancelled." in coach.html
        assert (await coach.open(f"/staff/visits/{visit}/cancel")).status == 404
    assert [row.body for row in await due(stage, "visit_off")] == [{"why": "ill"}]


async def test_who_came_is_noted_in_one_tap_on_the_calendar_and_on_today(stage: Stage) -> None:
    here, _ = await known_person(stage)
    not_here, _ = await known_person(stage, {"name": "Fatma"})
    came, missed = await booked(stage, here), await booked(stage, not_here, "20270325T0930-greet")
    stage.later(days=1, hours=1)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open("/staff/calendar")
        await coach.send(f"/visits/{came}/attended")
        assert "Noted: the person came." in coach.html
        await coach.open("/staff/")
        await coach.send(f"/visits/{missed}/missed")
        assert coach.path == "/staff/"
        assert "Noted: the person did not come." in coach.html
        await coach.open(f"/staff/calendar?day={stage.now:%Y-%m-%d}")
        assert f"/visits/{missed}/missed" not in coach.html
    assert {each.id: each.state for each in await visits(stage)} == {came: "attended", missed: "no_show"}
    assert len(await due(stage, "visit_missed")) == 1


async def test_a_form_of_an_older_page_changes_nothing(stage: Stage) -> None:
    person, _ = await known_person(stage)
    visit = await booked(stage, person)
    async with stage.serve() as opened:
        first = await (await at_work(stage, await opened())).open(f"/staff/visits/{visit}/cancel")
        second = await (await at_work(stage, await opened())).open(f"/staff/visits/{visit}/cancel")
        await first.send("/cancel", why="")
        await second.send("/cancel", why="")
        assert "Somebody changed it meanwhile." in second.html
    assert len(await due(stage, "visit_off")) == 1


async def test_a_visit_is_booked_from_the_case_also_for_this_afternoon_and_the_person_is_told_why(stage: Stage) -> None:
    person, case = await known_person(stage)
    stage.later(days=1, hours=2, minutes=30)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        assert f"/staff/cases/{case}/book" in coach.html
        await coach.open(f"/staff/cases/{case}/book?kind=letter&way=phone&coach=greet")
        assert "20270325T1200-greet" in coach.html, "people themselves need four hours' notice"
        await coach.send("/book", slot="20270325T1200-greet", why="papers")
        assert "The visit is booked." in coach.html
        await coach.open(f"/staff/cases/{case}/book")
        assert "This person has a visit ahead:" in coach.html
    (visit,) = await visits(stage)
    assert (visit.kind, visit.way, visit.person_id, local(visit.starts_at)) == ("letter", "phone", person, "25 13:00")
    told = {"why": "papers", "by": (await stage.account("greet")).actor}
    assert [(row.subject, row.body) for row in await due(stage, "visit_made")] == [(visit.id, told)]
    assert "visit.book" in await done(stage)


async def test_times_of_everybody_who_fits_name_their_coach(stage: Stage) -> None:
    _, case = await known_person(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}/book?coach=-")
        assert "Yusuf Demir" in coach.html.split("<h2")[-1]


async def test_a_free_time_of_the_calendar_is_booked_for_who_is_found_by_name_or_number(stage: Stage) -> None:
    person, case = await known_person(stage)
    async with stage.serve() as opened:
        desk = await at_work(stage, await opened(), "yusuf", "front_desk")
        await desk.open(f"/staff/calendar/book?slot={THURSDAY}&find=samira")
        await desk.open(f"/staff/calendar/book?slot={THURSDAY}&find={case[:5]}")
        await desk.send(f"/cases/{case}/book")
        assert desk.path == "/staff/calendar"
        await desk.open("/staff/calendar/book?slot=20270325T0930-greet&find=samira")
        assert "has a visit ahead:" in desk.html
        await desk.open("/staff/calendar/book?slot=20270325T0930-greet&find=abc")
        assert case[:6] not in desk.html
    assert [(each.person_id, local(each.starts_at)) for each in await visits(stage)] == [(person, "25 09:30")]


async def test_another_house_has_no_such_visit_and_no_such_person(stage: Stage) -> None:
    person, case = await known_person(stage)
    visit = await booked(stage, person)
    async with stage.serve() as opened:
        browser = await opened()
        account = await stage.account("an", "genk")
        from casework.door.sign_in import open_door

        token = await stage.ledger.write(lambda session: open_door(session, account.id, stage.now))
        browser.client.session.cookie_jar.update_cookies({"opstap-staff": token})
        for path in (f"visits/{visit}/move", f"visits/{visit}/cancel", f"visits/{visit}/times", f"cases/{case}/book"):
            assert (await browser.open(f"/staff/{path}")).status == 404
        await browser.open("/staff/calendar/book?slot=20270325T1300-an&find=samira")
        assert case[:6] not in browser.html
