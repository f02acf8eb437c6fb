"""Cases given and taken out by the API, what happened with them, and what stands on a coach's desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from casework.cases.case_desk import open_desk
from casework.cases.cases import Actor
from casework.cases.notes import write_note
from storage.ledger import Ledger
from storage.tables import Case
from tests.api_stage import ApiStage, open_api, token
from tests.catalogue_stage import Shop
from tests.staff_stage import HERE, ORGANISATIONS


@pytest.fixture
async def api(sound_ledger: Ledger) -> AsyncIterator[ApiStage]:
    async with open_api(sound_ledger) as opened:
        yield opened


async def tier_c(api: ApiStage, case: str) -> None:
    """A note that a coach keeps to themselves, in their own case."""
    account = await api.stage.account("greet")

    def work(session: Any) -> None:
        session.get_one(Case, case).coach = "greet"
        desk = open_desk(session, api.stage.vault, Actor.of(account), case, api.stage.now)
        assert desk is not None
        write_note(desk, "Secret of health", "C")

    await api.stage.ledger.write(work)


async def test_a_case_is_given_to_who_fits_and_taken_out(api: ApiStage) -> None:
    case = await api.stage.case()
    found = (await api.get(f"/cases/{case}/candidates"))["candidates"]
    assert {each["coach"] for each in found} == {id for id, c in ORGANISATIONS[HERE].coaches.items() if c.bookable}
    assert [each["fits"] for each in found] == sorted((each["fits"] for each in found), reverse=True)
    first = (await api.call("GET", f"/cases/{case}")).headers["ETag"]
    given = await api.post(f"/cases/{case}/give", {"coach": found[-1]["coach"]}, If_Match=first)
    assert (given["coach"], given["state"]) == (found[-1]["coach"], "offered")
    await api.post(f"/cases/{case}/give", {"coach": "greet"}, 412, If_Match=first)
    assert (await api.post(f"/cases/{case}/give", {"coach": "nobody"}, 422, If_Match="*"))["place"] == ["coach"]
    assert (await api.post(f"/cases/{case}/revoke", {"reason": "double"}, If_Match="*"))["state"] == "revoked"
    await api.post(f"/cases/{case}/give", {"coach": "greet"}, 409, If_Match="*")


async def test_what_is_their_expertise_is_told_only_with_the_scope_for_what_is_hard(api: ApiStage) -> None:
    case = await api.stage.case()
    told = (await api.get(f"/cases/{case}/candidates"))["candidates"]
    assert all(each["knows"] is not None for each in told)
    api.token = await token(api.stage, "cases:read")
    told = (await api.get(f"/cases/{case}/candidates"))["candidates"]
    assert {each["knows"] for each in told} == {None}


async def test_the_timeline_tells_as_much_as_the_scopes_of_the_token(api: ApiStage) -> None:
    case = await api.stage.case()
    await api.book(case)
    await tier_c(api, case)
    await api.post(f"/cases/{case}/notes", {"text": "For all", "tier": "A"}, 201)
    await api.post(f"/cases/{case}/notes", {"text": "Only with barriers", "tier": "B"}, 201)
    await api.post(f"/cases/{case}/steps", {"text": "Bel de crèche."}, 201)
    shop = Shop(api.stage)
    await shop.proposed(case, await shop.entry())
    events = (await api.get(f"/cases/{case}/timeline"))["events"]
    assert {each["kind"] for each in events} == {"case", "visit", "note", "referral", "step"}
    assert "Secret" not in str(events)
    api.token = await token(api.stage, "cases:read", "notes:read", "referrals:read")
    events = (await api.get(f"/cases/{case}/timeline"))["events"]
    assert [each["text"] for each in events if each["kind"] == "note"] == ["For all"]
    assert {each["kind"] for each in events} == {"case", "note"}, "where somebody is referred to tells what is hard"
    api.token = await token(api.stage, "cases:read")
    assert {each["kind"] for each in (await api.get(f"/cases/{case}/timeline"))["events"]} == {"case"}


async def test_a_long_timeline_goes_on_with_its_cursor_until_there_is_none(api: ApiStage) -> None:
    case = await api.stage.case()
    for number in range(30):
        api.stage.later(minutes=1)
        await api.post(f"/cases/{case}/notes", {"text": str(number), "tier": "A"}, 201)
    seen, more = [], ""
    while more is not None:
        stretch = await api.get(f"/cases/{case}/timeline" + (f"?cursor={more}" if more else ""))
        seen += [each["text"] for each in stretch["events"] if each["kind"] == "note"]
        more = stretch["next"]
    assert seen == [str(number) for number in reversed(range(30))]
    assert (await api.call("GET", f"/cases/{case}/timeline?cursor=nonsense")).status == 400


async def test_tasks_of_a_coach_are_those_that_the_token_may_read(api: ApiStage) -> None:
    case = await api.stage.case()
    for title, tier in (("Call the crèche", "B"), ("Send the letter", "A")):
        await api.post(f"/cases/{case}/tasks", {"title": title, "owner": "greet", "tier": tier}, 201)
    titles = {each["title"] for each in (await api.get("/coaches/greet/tasks"))["tasks"]}
    assert titles == {"Call the crèche", "Send the letter"}
    api.token = await token(api.stage, "tasks:read")
    assert [each["title"] for each in (await api.get("/coaches/greet/tasks"))["tasks"]] == ["Send the letter"]
    assert (await api.call("GET", "/coaches/nobody/tasks")).status == 404


async def test_a_file_is_taken_away_by_the_token_that_added_it_alone(api: ApiStage) -> None:
    case, paper = await api.stage.case(), {"name": "paper.pdf", "content": "JVBERi0xLjcK", "tier": "A"}
    mine, theirs = [await api.post(f"/cases/{case}/files", paper, 201) for _ in range(2)]
    assert (await api.call("DELETE", f"/files/{mine['id']}")).status == 204
    assert [each["id"] for each in (await api.get(f"/cases/{case}/files"))["files"]] == [theirs["id"]]
    assert (await api.call("GET", f"/files/{mine['id']}")).status == 404
    api.token = await token(api.stage)
    assert (await api.call("DELETE", f"/files/{theirs['id']}")).status == 409


async def test_the_list_is_filtered_by_day_and_place(api: ApiStage) -> None:
    old = await api.stage.case()
    api.stage.later(days=1)
    new = await api.stage.case()
    since = api.stage.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [each["id"] for each in (await api.get(f"/cases?since={since}"))["cases"]] == [new]
    await api.stage.ledger.write(lambda session: setattr(session.get_one(Case, old), "place", "wellen"))
    assert [each["id"] for each in (await api.get("/cases?place=wellen"))["cases"]] == [old]
