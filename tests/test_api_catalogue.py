"""What entries said before, what comes back, the map and its gaps, and suggestions put aside, by the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest

from storage.ledger import Ledger
from tests.api_stage import ApiStage, open_api, token
from tests.catalogue_stage import ABOUT, CHILDREN, MONEY, TITLE, Shop, entry

OFFER = {"kind": "offer", "title": TITLE, "about": ABOUT, "themes": [CHILDREN]}


@pytest.fixture
async def api(sound_ledger: Ledger) -> AsyncIterator[ApiStage]:
    async with open_api(sound_ledger) as opened:
        yield opened


async def test_what_an_entry_said_before_can_be_read(api: ApiStage) -> None:
    id = (await api.post("/offers", OFFER, 201))["id"]
    assert (await api.get(f"/offers/{id}/versions"))["versions"] == []
    await api.post(f"/offers/{id}/change", {**OFFER, "funding": "ESF"}, If_Match='"1"')
    await api.post(f"/offers/{id}/archive", {}, If_Match="*")
    await api.post(f"/offers/{id}/restore", {}, If_Match="*")
    await api.post(f"/offers/{id}/change", {**OFFER, "funding": "ESF", "themes": [MONEY]}, If_Match="*")
    found = (await api.get(f"/offers/{id}/versions"))["versions"]
    told = [(each["version"], each["differs"], each["funding"], each["themes"]) for each in found]
    assert told == [(4, ["themes"], "ESF", [CHILDREN]), (1, ["funding"], "", [CHILDREN])]
    assert found[0]["changed_by"].startswith("api:")


async def test_offers_are_found_as_on_the_page_of_the_catalogue(api: ApiStage) -> None:
    shop = Shop(api.stage)
    partner = await shop.partner()
    old = await shop.entry(entry(ends_on=date(2027, 1, 1), about={**ABOUT, "nl": "Een babbelgroep."}))
    there = await shop.entry(entry(partner=partner, themes=(MONEY,), municipalities=("Alken",)))
    for query, wanted in (
        ("", {old, there}),
        ("find=babbelgroep", {old}),
        (f"partner={partner}", {there}),
        (f"theme={MONEY}", {there}),
        ("municipality=Wellen", {old}),
        ("stale=true", {old}),
        ("stale=true&kind=legal", set()),
    ):
        assert {each["id"] for each in (await api.get(f"/offers?{query}"))["offers"]} == wanted, query


async def test_what_was_put_away_comes_back_once_and_not_before_its_partner(api: ApiStage) -> None:
    shop = Shop(api.stage)
    partner = await shop.partner()
    offer = await shop.entry(entry(partner=partner))
    for path in (f"/offers/{offer}", f"/partners/{partner}"):
        await api.post(f"{path}/restore", {}, 409, If_Match="*")
        await api.post(f"{path}/archive", {}, If_Match="*")
    await api.post(f"/offers/{offer}/restore", {}, 409, If_Match="*")
    await api.post(f"/partners/{partner}/restore", {}, 412, If_Match='"1"')
    assert (await api.post(f"/partners/{partner}/restore", {}, If_Match='"2"'))["archived_at"] is None
    assert (await api.post(f"/offers/{offer}/restore", {}, If_Match="*"))["archived_at"] is None


async def test_the_map_has_what_is_on_offer_by_theme(api: ApiStage) -> None:
    shop = Shop(api.stage)
    offer, _ = await shop.entry(), await shop.entry(entry(compulsory=True, themes=(MONEY,)))
    drawn = await api.get("/catalogue/map")
    cells = {line["theme"]: {id for cell in line["cells"] for id in cell["offers"]} for line in drawn["themes"]}
    assert (cells[CHILDREN], cells[MONEY]) == ({offer}, set())
    assert MONEY in drawn["nowhere"]
    assert CHILDREN not in drawn["nowhere"]
    for audience in (CHILDREN, "health:yes", "goal:nothing_like_it"):
        assert (await api.call("GET", f"/catalogue/map?audience={audience}")).status == 400, "nobody is chosen by that"


async def test_gaps_count_nobody_who_could_be_worked_out_and_need_the_scope_for_what_is_hard(api: ApiStage) -> None:
    await Shop(api.stage).entry()
    for _ in range(6):
        await api.stage.case()
    found = {each["theme"]: (each["asked"], each["without"]) for each in (await api.get("/catalogue/gaps"))["gaps"]}
    assert (found[CHILDREN], found[MONEY]) == ((6, 0), (6, 6))
    api.token = await token(api.stage, "reports:read", "catalogue:read")
    assert (await api.call("GET", "/catalogue/gaps")).status == 403


async def test_a_suggestion_is_put_aside_with_a_reason_and_brought_back(api: ApiStage) -> None:
    case, offer = await api.stage.case(), await Shop(api.stage).entry()
    where = f"/cases/{case}/suggestions"

    async def aside() -> str | None:
        (found,) = (await api.get(where))["suggestions"]
        reason: str | None = found["set_aside"]
        return reason

    put = await api.call("POST", f"{where}/set_aside", {"offer": offer, "reason": "has_it"})
    assert (put.status, await aside()) == (204, "has_it")
    again = await api.call("POST", f"{where}/bring_back", {"offer": offer})
    assert (again.status, await aside()) == (204, None)
    await api.post(f"{where}/set_aside", {"offer": "0", "reason": "has_it"}, 404)
    await api.post(f"{where}/set_aside", {"offer": offer, "reason": "because"}, 422)
    api.token = await token(api.stage, "referrals:write")
    await api.post(f"{where}/set_aside", {"offer": offer, "reason": "has_it"}, 403)
