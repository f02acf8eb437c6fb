"""Hours, leave, booking and the list of a session by the API, with the rules of the console."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from casework.sessions.group_sessions import starts_at
from storage.ledger import open_ledger
from tests.api_stage import ApiStage, open_api, token
from tests.calendar_stage import due, info, visits, with_sessions
from tests.staff_stage import HERE

HOURS = "/coaches/greet/hours"


@pytest.fixture
async def api() -> AsyncIterator[ApiStage]:
    ledger = await open_ledger("sqlite://")
    async with open_api(ledger) as opened:
        yield opened
    await ledger.close()


async def etag(api: ApiStage, path: str) -> str:
    return (await api.call("GET", path)).headers["ETag"]


async def test_hours_are_read_as_the_file_has_them_and_written_in_its_place(api: ApiStage) -> None:
    before = await api.get(HOURS)
    assert before["week"]["tue"] == ["08:30-12:00 at wellen"]
    assert before["leave"] == ["2027-07-19 to 2027-08-06"]
    assert before["in_console"] == []
    body = {"week": {"fri": ["09:00-11:00"]}, "dates": {"2027-03-31": ["10:00-12:00"]}, "leave": []}
    after = await api.post(HOURS, body, If_Match=await etag(api, HOURS))
    assert (after["week"], after["dates"], after["leave"]) == (body["week"], body["dates"], [])
    assert after["in_console"] == ["week", "dates", "leave"]
    slots = (await api.get("/slots?language=nl&coach=greet"))["slots"]
    assert {slot["starts_at"][:10] for slot in slots} & {"2027-03-30", "2027-04-01"} == set()
    assert (await api.call("POST", HOURS, body, If_Match='"0-hours"')).status == 412
    again = await api.post(f"{HOURS}/as_in_file", {}, If_Match="*")
    assert (again["week"], again["in_console"]) == (before["week"], [])


async def test_visits_that_lie_outside_new_hours_are_named_and_stay(api: ApiStage) -> None:
    case = await api.stage.case()
    visit = await api.book(case)
    coach = (await visits(api.stage))[0].coach
    after = await api.post(f"/coaches/{coach}/hours", {"week": {}}, If_Match="*")
    assert [each["id"] for each in after["outside"]] == [visit]
    assert (await visits(api.stage))[0].state == "booked"


async def test_hours_that_make_no_sense_are_refused_and_nothing_of_them_is_kept(api: ApiStage) -> None:
    for week in (
        {"mon": ["12:00-09:00"]},
        {"mon": ["09:00-12:00", "11:00-13:00"]},
        {"mon": ["09:00-12:00 at nowhere"]},
    ):
        body = {"week": week, "leave": ["2027-05-01"]}
        assert (await api.call("POST", HOURS, body, If_Match="*")).status == 422
    assert (await api.get(HOURS))["in_console"] == []
    assert (await api.call("POST", "/coaches/bart/hours", {"leave": []}, If_Match="*")).status == 404, "no visits"
    assert "bart" not in {coach["id"] for coach in (await api.get("/coaches"))["coaches"]}


async def test_closing_days_are_written_and_need_a_scope_of_their_own(api: ApiStage) -> None:
    days = await api.get("/closing_days")
    body = {"days": [*days["days"], "2027-05-14"]}
    after = await api.post("/closing_days", body, If_Match=await etag(api, "/closing_days"))
    assert "2027-05-14" in after["days"]
    assert after["in_console"]
    api.token = await token(api.stage, "appointments:write")
    assert (await api.call("POST", "/closing_days", body, If_Match="*")).status == 403


async def test_a_visit_is_booked_of_a_kind_and_way_and_the_person_is_told(api: ApiStage) -> None:
    case = await api.stage.case()
    slots = (await api.get("/slots?language=nl&kind=letter&way=phone"))["slots"]
    body = {"case": case, "slot": slots[0]["slot"], "kind": "letter", "way": "phone", "why": "papers"}
    made = await api.post("/appointments", body, 201)
    assert (made["kind"], made["way"], made["state"]) == ("letter", "phone", "booked")
    [told] = [row.body for row in await due(api.stage, "visit_made")]
    assert (told["why"], told["by"].partition(":")[0]) == ("papers", "api")
    assert (await api.call("POST", "/appointments", body)).status == 409
    assert (await api.call("POST", "/appointments", {**body, "kind": "none"})).status == 409
    await api.post(f"/appointments/{made['id']}/cancel", {"why": "ill"}, If_Match="*")
    assert [row.body for row in await due(api.stage, "visit_off")] == [{"why": "ill"}]


@asynccontextmanager
async def with_session(**changes: Any) -> AsyncIterator[ApiStage]:
    ledger = await open_ledger("sqlite://")
    async with open_api(ledger, {HERE: with_sessions(info(**changes))}) as opened:
        yield opened
    await ledger.close()


async def test_the_sheet_of_a_session_has_seats_and_who_waits_and_nobodys_name() -> None:
    async with with_session() as api:
        cases = [await api.stage.case({"name": name}) for name in ("Samira", "Fatma")]
        for case in cases:
            await api.post("/sessions/info/enrolments", {"case": case}, 201)
        sheet = await api.get("/sessions/info/sheet")
        assert [(line["seat"], line["position"], line["case"]) for line in sheet["lines"]] == [
            (1, None, cases[0]),
            (None, 1, cases[1]),
        ]
        assert (sheet["seats"], sheet["free"], sheet["called_off"]) == (1, 0, False)
        assert "Samira" not in str(sheet)
        assert (await api.call("POST", "/sessions/info/next", {})).status == 409
        assert (await api.call("POST", "/sessions/info/walk_ins", {})).status == 409


async def test_who_comes_unannounced_is_noted_until_no_seat_is_free() -> None:
    async with with_session(seats=2) as api:
        case = await api.stage.case()
        api.stage.now = starts_at(with_sessions(info()), info()) + timedelta(minutes=5)
        await api.post("/sessions/info/walk_ins", {"case": case})
        sheet = await api.post("/sessions/info/walk_ins", {})
        assert [(line["state"], line["case"]) for line in sheet["lines"]] == [("attended", case), ("attended", None)]
        assert (await api.call("POST", "/sessions/info/walk_ins", {})).status == 409
        assert (await api.call("POST", "/sessions/info/cancel", {})).status == 409, "it has begun"


async def test_what_came_of_a_session_is_noted_for_who_was_there() -> None:
    async with with_session(seats=2) as api:
        api.stage.now = starts_at(with_sessions(info()), info()) + timedelta(minutes=5)
        there = (await api.post("/sessions/info/walk_ins", {}))["lines"][0]["id"]
        where = f"/enrolments/{there}/outcome"
        assert (await api.post(where, {"outcome": "trial"}, If_Match="*"))["outcome"] == "trial"
        assert (await api.post(where, {"outcome": "hired"}, If_Match="*"))["outcome"] == "hired"
        await api.post(where, {"outcome": "hired"}, 412, If_Match='"1"')
        await api.post(where, {"outcome": "promoted"}, 422, If_Match="*")


async def test_nothing_came_of_a_session_for_who_is_only_signed_up() -> None:
    async with with_session() as api:
        place = await api.post("/sessions/info/enrolments", {"case": await api.stage.case()}, 201)
        await api.post(f"/enrolments/{place['id']}/outcome", {"outcome": "hired"}, 409, If_Match="*")


async def test_a_session_that_is_called_off_is_gone_for_signing_up_and_its_sheet_says_so() -> None:
    async with with_session() as api:
        case = await api.stage.case()
        await api.post("/sessions/info/enrolments", {"case": case}, 201)
        assert (await api.post("/sessions/info/cancel", {}))["called_off"] is True
        assert len(await due(api.stage, "session_gone")) == 1
        assert (await api.call("POST", "/sessions/info/cancel", {})).status == 409
        assert (await api.call("POST", "/sessions/info/next", {})).status == 404
        assert (await api.get("/sessions/info/sheet"))["lines"] == []


async def test_the_house_and_its_places_are_open_as_written_until_the_file_counts_again(api: ApiStage) -> None:
    assert {each["id"] for each in (await api.get("/places"))["places"]} >= {"wellen", "sint-truiden"}
    where = "/places/wellen/hours"
    before = await api.get(where)
    body = {"week": {"tue": ["09:00-12:00"]}, "dates": {"2027-03-31": ["10:00-11:00"]}}
    seen = await etag(api, where)
    after = await api.post(where, body, If_Match=seen)
    assert (after["week"], after["dates"], after["in_console"]) == (body["week"], body["dates"], ["week", "dates"])
    await api.post(where, body, 412, If_Match=seen)
    await api.post(where, {"week": {"tue": ["12:00-09:00"]}}, 422, If_Match="*")
    assert await api.post(f"{where}/as_in_file", {}, If_Match="*") == before
    for line, changed in (("/opening_hours", {"week": {"mon": ["09:00-12:00"]}}), ("/closing_days", {"days": []})):
        file = await api.get(line)
        assert (await api.post(line, changed, If_Match=await etag(api, line)))["in_console"]
        assert await api.post(f"{line}/as_in_file", {}, If_Match="*") == file
    assert (await api.call("GET", "/places/nowhere/hours")).status == 404


async def test_a_visit_outside_new_hours_is_kept_and_named_no_more(api: ApiStage) -> None:
    visit = await api.book(await api.stage.case())
    where = f"/coaches/{(await visits(api.stage))[0].coach}/hours"
    await api.post(where, {"week": {}}, If_Match="*")
    await api.post(f"/appointments/{visit}/keep", {}, 412, If_Match='"7"')
    assert (await api.post(f"/appointments/{visit}/keep", {}, If_Match="*"))["state"] == "booked"
    assert (await api.get(where))["outside"] == []


async def test_a_visit_is_moved_to_one_of_the_times_of_its_coach(api: ApiStage) -> None:
    visit = await api.get(f"/appointments/{await api.book(await api.stage.case())}")
    where = f"/appointments/{visit['id']}"
    times = (await api.get(f"{where}/slots?day={visit['starts_at'][:10]}&days=7"))["slots"]
    assert {each["coach"] for each in times} == {visit["coach"]}
    assert visit["starts_at"] not in {each["starts_at"] for each in times}
    moved = await api.post(f"{where}/move", {"slot": times[0]["slot"]}, If_Match="*")
    assert moved["moved_from"] == visit["id"]


async def test_times_that_are_too_soon_for_people_are_there_for_who_asks(api: ApiStage) -> None:
    people = (await api.get("/slots?language=nl"))["slots"]
    staff = (await api.get("/slots?language=nl&notice=false"))["slots"]
    soonest = min(each["starts_at"] for each in staff)
    assert soonest < min(each["starts_at"] for each in people)
    slot = next(each["slot"] for each in staff if each["starts_at"] == soonest)
    await api.post("/appointments", {"case": await api.stage.case(), "slot": slot}, 201)
