"""Figures from elsewhere, who came by, and campaigns by the API: entered, corrected, counted, started and stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from storage.ledger import Ledger
from storage.tables import CampaignLetter, OutsideFigure
from tests.api_stage import ApiStage, open_api, token
from tests.test_campaign_pages import wants_news

JOBS = {"kind": "jobs", "name": "Kickstart", "year": 2026, "number": "12.50", "source": "Annual report 2026"}
CAMPAIGN = {"name": "Voorjaar", "texts": {"nl": "Er is een open dag.", "fr": "Il y a une journée ouverte."}}


@pytest.fixture
async def api(sound_ledger: Ledger) -> AsyncIterator[ApiStage]:
    async with open_api(sound_ledger) as opened:
        yield opened


async def test_a_figure_is_entered_corrected_and_taken_out_and_nothing_is_overwritten(api: ApiStage) -> None:
    first = await api.post("/figures", JOBS)
    assert (first["number"], first["so_far"], first["version"]) == ("12.5", "12.5", 1)
    await api.post("/figures", JOBS, 412)
    second = await api.post("/figures", {**JOBS, "number": "14", "version": 1})
    next_year = await api.post("/figures", {**JOBS, "year": 2027, "number": "6"})
    assert next_year["so_far"] == "20"
    listed = await api.get("/figures")
    assert ([each["number"] for each in listed["figures"]], listed["jobs"]) == (["6", "14"], "20")
    assert [each["year"] for each in (await api.get("/figures?year=2026"))["figures"]] == [2026]
    assert (await api.call("DELETE", f"/figures/{second['id']}")).status == 428
    assert (await api.call("DELETE", f"/figures/{second['id']}", If_Match='"1"')).status == 412
    assert (await api.call("DELETE", f"/figures/{second['id']}", If_Match='"2"')).status == 204
    assert [each["id"] for each in (await api.get("/figures"))["figures"]] == [next_year["id"]]
    assert len(await api.stage.ledger.read(lambda session: session.exec(select(OutsideFigure)).all())) == 4


@pytest.mark.parametrize(
    ("change", "place"),
    [({"number": None}, "number"), ({"source": ""}, "source"), ({"kind": "note"}, "about"), ({"name": " "}, "name")],
)
async def test_what_is_missing_in_a_figure_is_named(api: ApiStage, change: dict[str, object], place: str) -> None:
    assert place in (await api.post("/figures", {**JOBS, **change}, 422))["place"]
    assert (await api.get("/figures"))["figures"] == []


async def test_who_came_by_is_counted_and_taken_back_and_a_key_counts_once(api: ApiStage) -> None:
    for _ in range(2):
        await api.post("/walk_ins", {"place": "wellen"}, Idempotency_Key="one")
    counted = {each["place"]: each["count"] for each in (await api.get("/walk_ins"))["places"]}
    assert (counted["wellen"], counted["sint-truiden"]) == (1, 0)
    await api.post("/walk_ins", {"place": "wellen", "by": -1})
    await api.post("/walk_ins", {"place": "wellen", "by": -1}, 409)
    await api.post("/walk_ins", {"place": "wellen", "by": 7}, 422)
    assert (await api.post("/walk_ins", {"place": "nowhere"}, 422))["place"] == ["place"]


async def test_a_campaign_is_written_changed_started_and_stopped(api: ApiStage) -> None:
    await wants_news(api.stage, 8)
    made = await api.call("POST", "/campaigns", CAMPAIGN)
    first = await made.json()
    assert (made.status, first["state"], first["readers"]) == (201, "draft", 5), "eight, rounded down"
    where = f"/campaigns/{first['id']}"
    changed = await api.post(f"{where}/change", {**CAMPAIGN, "name": "Zomer"}, If_Match=made.headers["ETag"])
    assert changed["name"] == "Zomer"
    await api.post(f"{where}/start", {}, 412, If_Match=made.headers["ETag"])
    await api.post(f"{where}/stop", {}, 409)
    started = await api.post(f"{where}/start", {}, If_Match=(await api.call("GET", where)).headers["ETag"])
    assert (started["state"], started["waiting"], started["sent"]) == ("running", 5, 0)
    await api.post(f"{where}/start", {}, 409, If_Match="*")
    await api.post(f"{where}/change", CAMPAIGN, 409, If_Match="*")
    assert (await api.post(f"{where}/stop", {}))["state"] == "stopped"
    letters = await api.stage.ledger.read(lambda session: session.exec(select(CampaignLetter.state)).all())
    assert set(letters) == {"skipped"}
    listed = await api.get("/campaigns")
    assert ([each["id"] for each in listed["campaigns"]], listed["languages"]) == ([first["id"]], ["nl", "fr"])
    assert "Alken" in listed["municipalities"]


async def test_nobody_who_gets_a_campaign_is_named_and_few_are_no_number(api: ApiStage) -> None:
    await wants_news(api.stage, 3)
    made = await api.post("/campaigns", CAMPAIGN, 201)
    assert made["readers"] is None
    assert set(made) == {*CAMPAIGN, "id", "municipalities", "state", "version", "created_at", "started_at"} | {
        "stopped_at",
        "readers",
        "sent",
        "waiting",
    }


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"texts": {"nl": "Er is een open dag."}}, "texts"),
        ({"texts": {"nl": "Bel 85.07.30-033.28", "fr": "Oui"}}, "texts"),
        ({"texts": {**CAMPAIGN["texts"], "de": "Ja"}}, "texts"),  # type: ignore[dict-item]  # a text beside texts
        ({"municipalities": ["Atlantis"]}, "municipalities"),
        ({"name": "  "}, "name"),
    ],
)
async def test_what_does_not_fit_in_a_campaign_is_named(api: ApiStage, change: dict[str, object], place: str) -> None:
    assert (await api.post("/campaigns", {**CAMPAIGN, **change}, 422))["place"] == [place]
    assert (await api.get("/campaigns"))["campaigns"] == []


async def test_reading_and_writing_campaigns_takes_a_scope_each(api: ApiStage) -> None:
    api.token = await token(api.stage, "campaigns:read")
    assert (await api.call("GET", "/campaigns")).status == 200
    assert (await api.call("POST", "/campaigns", CAMPAIGN)).status == 403
