"""Chores and cheques by the API: the same decisions and limits as in the console, names only with their scope."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.ledger import Ledger
from tests.api_stage import ApiStage, open_api, token
from tests.local_work_stage import ASKS, FIRM, POT, SEWS, Counter, Workshop, with_cheques
from tests.staff_stage import HERE

BEGINS = {"day": "2027-02-15", "sent_by": "job_service"}


@pytest.fixture
async def api(sound_ledger: Ledger) -> AsyncIterator[ApiStage]:
    async with open_api(sound_ledger, {HERE: with_cheques()}) as opened:
        yield opened


async def test_somebody_begins_helps_works_and_stops(api: ApiStage) -> None:
    shop = Workshop(api.stage)
    case, request = await shop.case(SEWS), await shop.case(ASKS)
    chores = f"/local_work/people/{case}"
    assert (await api.get(chores))["stretch"] is None
    begun = await api.post(f"{chores}/begin", BEGINS)
    assert (begun["name"], begun["tally"]["number"], begun["matches"]) == ("Bilal", 2, [])
    await api.post(f"{chores}/begin", BEGINS, 409)
    await api.post(f"{chores}/begin", {**BEGINS, "day": "9999-12-31"}, 422)
    noted = await api.post(f"{chores}/hours", {"month": "2027-03", "hours": 61, "version": 0})
    assert noted["tally"] | {"month": 61, "over_month": True} == noted["tally"], "noted, and said that it is too much"
    await api.post(f"{chores}/hours", {"month": "2027-03", "hours": 20, "version": 0}, 412)
    noted = await api.post(f"{chores}/hours", {"month": "2027-03", "hours": 20, "version": 1})
    assert (noted["months"][0]["hours"], noted["tally"]["left"]) == (20, 40)
    await api.post(f"{chores}/hours", {"month": "2026-03", "hours": 20, "version": 0}, 422)
    (worker,) = (await api.get("/local_work/workers"))["workers"]
    assert (worker["case"], worker["town"], worker["kinds"]) == (case, "Sint-Truiden", ["fruit", "school"])
    await ends_helping(api, request, worker["id"])
    seen = (await api.call("GET", chores)).headers["ETag"]
    await api.post(f"{chores}/stop", {"day": "2027-01-01"}, 409, If_Match=seen)
    stopped = await api.post(f"{chores}/stop", {"day": "2027-03-24"}, If_Match=seen)
    assert stopped["stretch"]["ended_on"] == "2027-03-24"
    assert (await api.get("/local_work/workers"))["workers"] == []
    await api.post(f"{chores}/stop", {"day": "2027-03-24"}, 404, If_Match="*")


async def ends_helping(api: ApiStage, request: str, worker: str) -> None:
    """Proposed with reasons, confirmed by staff, ended."""
    (line,) = (await api.get("/local_work/requests"))["requests"]
    assert (line["id"], line["matches"]) == (request, [])
    (fit,) = (await api.get(f"/local_work/requests/{request}"))["proposals"]
    assert (fit["worker"], fit["fits"], fit["shared"]) == (worker, True, ["school"])
    assert "near" in fit["speaks"]
    where = f"/local_work/requests/{request}/confirm"
    (match,) = (await api.post(where, {"worker": worker}))["matches"]
    await api.post(where, {"worker": worker}, 409)
    await api.post(where, {"worker": "0"}, 404)
    end = f"/local_work/matches/{match['id']}/end"
    await api.post(end, {}, 428)
    await api.post(end, {}, 412, If_Match='"7"')
    assert (await api.post(end, {}, If_Match='"1"'))["ends_on"] == "2027-03-24"
    await api.post(end, {}, 412, If_Match='"1"')
    await api.post(end, {}, 409, If_Match="*")


async def test_names_come_with_the_scope_for_people_alone(api: ApiStage) -> None:
    shop, counter = Workshop(api.stage), Counter(api.stage)
    case = await shop.case(SEWS)
    await api.post(f"/local_work/people/{case}/begin", BEGINS)
    await counter.asked()
    for scopes, name, company in (((), None, None), (("people:read",), "Bilal", "Garage Demo")):
        api.token = await token(api.stage, "local_work:read", "cheques:read", *scopes)
        assert (await api.get("/local_work/workers"))["workers"][0]["name"] == name
        assert (await api.get(f"/local_work/people/{case}"))["name"] == name
        assert (await api.get("/cheques"))["pots"][0]["cheques"][0]["company"] == company


async def test_both_counters_hide_few_people(api: ApiStage) -> None:
    shop = Workshop(api.stage)
    case = await shop.case(SEWS)
    await api.post(f"/local_work/people/{case}/begin", BEGINS)
    api.token = await token(api.stage, "reports:read")
    counted = await api.get("/local_work/figures?year=2027&split=before")
    assert (counted["year"], counted["total"]["workers"], counted["total"]["customers"]) == (2027, None, 0)
    assert (await api.get("/local_work/figures"))["year"] == 2027


async def test_a_cheque_is_asked_for_granted_and_used_or_comes_back(api: ApiStage) -> None:
    first, second = [await api.stage.case(FIRM) for _ in range(2)]
    made = await api.call("POST", "/cheques", {"case": first, "pot": POT.id})
    cheque = await made.json()
    assert (made.status, cheque["state"], cheque["company"]) == (201, "asked", "Garage Demo")
    assert made.headers["Location"] == f"/api/v1/cheques/{cheque['id']}"
    await api.post("/cheques", {"case": first, "pot": POT.id}, 409)
    await api.post("/cheques", {"case": second, "pot": "none"}, 422)
    await api.post("/cheques", {"case": await api.stage.case(), "pot": POT.id}, 409)
    where = f"/cheques/{cheque['id']}"
    await api.post(f"{where}/used", {}, 409, If_Match="*")
    granted = await api.call("POST", f"{where}/grant", {}, If_Match=made.headers["ETag"])
    assert (granted.status, (await granted.json())["use_by"]) == (200, "2027-09-24")
    await api.post(f"{where}/used", {}, 412, If_Match=made.headers["ETag"])
    assert (await api.get("/cheques"))["pots"][0]["left"] == 2
    assert (await api.post(f"{where}/expired", {}, If_Match=granted.headers["ETag"]))["state"] == "expired"
    (pot,) = (await api.get("/cheques"))["pots"]
    assert (pot["left"], pot["spent"], pot["cheques"][0]["state"]) == (3, 0, "expired")


async def test_there_is_never_one_cheque_too_many(api: ApiStage) -> None:
    ids = [await Counter(api.stage).asked() for _ in range(POT.number + 1)]
    for id in ids[:-1]:
        await api.post(f"/cheques/{id}/grant", {}, If_Match="*")
    problem = await api.post(f"/cheques/{ids[-1]}/grant", {}, 409, If_Match="*")
    assert problem["detail"] == "All of them are given."
    assert (await api.get(f"/cheques/{ids[-1]}"))["state"] == "asked"
