"""Hours, leave and closing days edited in the console: they lie over the file, at once, and for nobody else's house."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from casework.hours.calendar import is_closed, working
from casework.hours.hours_desk import save
from casework.hours.house_edits import (
    Edit,
    Misfit,
    read,
    value_at,
    with_edit,
    with_edits,
    write_dated,
    write_days,
    write_week,
)
from casework.house.in_force import InForce
from casework.visiting.booking import Wanted, find
from storage.tables import OrganisationChange
from tests.calendar_stage import at_work, booked, calendar_stage, done, due, known_person, visits
from tests.staff_stage import HERE, ORGANISATIONS, Stage

HOURS, LEAVE = "coaches.greet.hours", "coaches.greet.leave"
OURS = ORGANISATIONS[HERE]
GREET = OURS.coaches["greet"]
THURSDAY = date(2027, 3, 25)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with calendar_stage() as opened:
        yield opened


@pytest.mark.parametrize("organisation", ORGANISATIONS.values(), ids=ORGANISATIONS)
def test_what_a_file_says_is_written_as_the_file_has_it(organisation: object) -> None:
    for coach in OURS.coaches.values():
        for line, write in (("hours", write_week), ("exceptions", write_dated), ("leave", write_days)):
            place = f"coaches.{coach.id}.{line}"
            value = value_at(OURS, place)
            assert read(Edit(place, write(value))) == value


def test_an_edit_stands_in_place_of_the_whole_line_and_of_no_other() -> None:
    edited = with_edit(OURS, Edit(HOURS, {"thu": ["10:00-12:00 at wellen"]}))
    assert [(stretch.begin.hour, stretch.place) for stretch in working(edited, edited.coaches["greet"], THURSDAY)] == [
        (10, "wellen")
    ]
    assert not working(edited, edited.coaches["greet"], date(2027, 3, 22)), "Monday is no longer a working day"
    assert edited.coaches["greet"].leave == GREET.leave
    assert edited.coaches["yusuf"] is OURS.coaches["yusuf"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (HOURS, {"thu": ["12:00-10:00"]}),
        (HOURS, {"thu": ["10:00-12:00", "11:00-13:00"]}),
        (HOURS, {"thu": ["10:00-12:00 at nowhere"]}),
        (HOURS, {"thu": ["10:03-12:00"]}),
        (HOURS, {"someday": ["10:00-12:00"]}),
        (HOURS, "always"),
        (LEAVE, ["2027-04-02 to 2027-04-01"]),
        ("coaches.nobody.leave", []),
        ("coaches.greet.id", "somebody"),
        ("places.wellen.opening_hours", {"thu": ["10:00-12:00 at wellen"]}),
        ("opening_hours", {}),
        ("zone", "Europe/London"),
    ],
)
def test_what_makes_no_sense_cannot_lie_over_the_file(place: str, value: object) -> None:
    with pytest.raises(Misfit):
        with_edit(OURS, Edit(place, value))
    assert with_edits(OURS, [Edit(place, value)]) is OURS


DAYS = st.dates(date(2027, 1, 1), date(2027, 12, 31))


@given(st.lists(st.tuples(DAYS, DAYS), max_size=5), DAYS)
def test_days_of_leave_are_exactly_those_that_were_written(spans: list[tuple[date, date]], day: date) -> None:
    written = [f"{min(span)} to {max(span)}" for span in spans]
    coach = with_edit(OURS, Edit(LEAVE, written)).coaches["greet"]
    assert any(day in days for days in coach.leave) == any(min(span) <= day <= max(span) for span in spans)


async def test_a_coach_changes_the_week_and_is_shown_what_lies_outside_it_now(stage: Stage) -> None:
    person, case = await known_person(stage)
    visit = await booked(stage, person)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened(), role="coach")).open("/staff/calendar/hours")
        afternoon: dict[str, Any] = {"thu-0-from": "13u", "thu-0-to": "16.30", "thu-0-at": ""}
        await coach.send("/calendar/hours", **afternoon)
        assert "Saved. It counts from now on." in coach.html
        assert "Visits outside the hours" in coach.html
        assert case in coach.html
        await coach.send(f"/visits/{visit}/keep")
        assert "The visit stays as it is." in coach.html
        assert "Visits outside the hours" not in coach.html
        await coach.open("/staff/calendar?day=2027-03-25")
        assert "13:00–16:30" in coach.html
        assert "08:30–12:00" not in coach.html.split('id="d-2027-03-25"')[1].split("</section>")[0]
    assert "hours.change" in await done(stage)
    assert "visit.keep" in await done(stage)


async def test_leave_is_taken_and_taken_back_and_the_file_counts_again(stage: Stage) -> None:
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open("/staff/calendar/hours?of=coaches.greet")
        await coach.send('value="coaches.greet.leave"', first="2027-04-12", last="2027-04-16")
        assert "Changed here in the console." in coach.html
        await coach.open("/staff/calendar?day=2027-04-13")
        assert "leave" in coach.html.split('id="d-2027-04-13"')[1].split("</section>")[0]
        await coach.open("/staff/calendar/hours")
        await coach.send('value="2027-04-12 to 2027-04-16"', remove="2027-04-12 to 2027-04-16")
        assert "2027-07-19" in coach.html, "the leave of the file was copied, and stands"
        await coach.send('name="as_in_file"', as_in_file="yes")
        assert "Changed here in the console." not in coach.html


async def test_a_date_with_other_hours_opens_a_day_and_without_hours_shuts_it(stage: Stage) -> None:
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open("/staff/calendar/hours")
        form = 'value="coaches.greet.exceptions"'
        await coach.send(
            form, date="2027-03-31", **{"date-0-from": "09:00", "date-0-to": "11:00", "date-0-at": "wellen"}
        )
        await coach.send(form, date="2027-03-25")
        await coach.open("/staff/calendar?day=2027-03-31")
        assert "09:00–11:00" in coach.html.split('id="d-2027-03-31"')[1].split("</section>")[0]
        await coach.open("/staff/calendar?day=2027-03-25")
        assert "No hours" in coach.html.split('id="d-2027-03-25"')[1].split("</section>")[0]


async def test_what_does_not_fit_is_refused_with_a_word_and_kept_nowhere(stage: Stage) -> None:
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open("/staff/calendar/hours")
        wrong: tuple[dict[str, Any], ...] = ({"thu-0-from": "13:00"}, {"thu-0-from": "13:00", "thu-0-to": "12:00"})
        for fields in wrong:
            await coach.send('value="coaches.greet.hours"', **fields)
            assert "These hours do not fit." in coach.html
        await coach.send('value="coaches.greet.leave"', first="soon")
        assert "These hours do not fit." in coach.html
    assert not await stage.ledger.read(lambda session: session.exec(select(OrganisationChange)).first())


async def test_only_the_lead_shuts_the_house_and_then_nobody_has_a_time_that_day(stage: Stage) -> None:
    async with stage.serve() as opened:
        coach = await at_work(stage, await opened(), "yusuf")
        await coach.open("/staff/calendar/hours?of=house")
        assert 'action="/staff/calendar/hours"' not in coach.html
        await coach.open("/staff/calendar/hours")
        mine = coach.html
        coach.html = mine.replace("coaches.yusuf.", "coaches.greet.")
        assert (await coach.send('value="coaches.greet.leave"', first="2027-04-12")).status == 404
        coach.html = mine.replace("coaches.yusuf.leave", "closing_days")
        assert (await coach.send('value="closing_days"', first="2027-04-12")).status == 404
        lead = await (await at_work(stage, await opened())).open("/staff/calendar/hours?of=house")
        await lead.send('value="closing_days"', first="2027-04-12", last="2027-04-13")
        assert "Saved." in lead.html
        await coach.open("/staff/calendar?coach=yusuf&day=2027-04-13")
        assert "closed" in coach.html.split('id="d-2027-04-13"')[1].split("</section>")[0]


async def test_two_who_change_the_same_line_at_once_do_not_overwrite_each_other(stage: Stage) -> None:
    houses, account = InForce(stage.organisations), await stage.account("greet")
    first, second = Edit(LEAVE, ["2027-04-12"]), Edit(LEAVE, ["2027-05-12"])
    assert await stage.ledger.write(lambda session: save(session, houses, account, first, stage.now)) == "done"
    assert await stage.ledger.write(lambda session: save(session, houses, account, second, stage.now)) == "changed"
    await houses.renew(stage.ledger)
    assert is_closed(houses[HERE], date(2027, 4, 12)) is False
    assert [days.first for days in houses[HERE].coaches["greet"].leave] == [date(2027, 4, 12)]
    assert (await done(stage)).count("hours.change") == 1


async def test_free_times_follow_an_edit_and_an_organisation_without_one_stays_the_same_object(stage: Stage) -> None:
    houses, account = InForce(stage.organisations), await stage.account("greet")
    before = houses[HERE], houses["genk"]
    off = Edit(LEAVE, ["2027-03-24 to 2027-05-24"])
    await stage.ledger.write(lambda session: save(session, houses, account, off, stage.now))
    await houses.renew(stage.ledger)
    assert houses["genk"] is before[1], "what is remembered by organisation stays true"
    assert houses[HERE] is not before[0]
    slots, _ = await stage.ledger.read(lambda s: find(s, houses[HERE], Wanted("nl", limit=50, a_day=9), stage.now))
    assert slots
    assert "greet" not in {slot.coach for slot in slots}
    again = houses[HERE]
    await houses.renew(stage.ledger)
    assert houses[HERE] is again


async def test_visits_outside_the_hours_can_be_moved_or_called_off_from_the_list(stage: Stage) -> None:
    person, _ = await known_person(stage)
    visit = await booked(stage, person)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open("/staff/calendar/hours")
        await coach.send('value="coaches.greet.leave"', first="2027-03-25")
        assert f"/staff/visits/{visit}/cancel" in coach.html
        await coach.open(f"/staff/visits/{visit}/cancel")
        await coach.send("/cancel", why="away")
        assert "Visits outside the hours" not in coach.html
    assert [each.state for each in await visits(stage)] == ["cancelled"]
    assert len(await due(stage, "visit_off")) == 1
