"""Companies by the API: visits and vacancies written, changed and read again; who may be called is given to nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlmodel import select

from staff.api import OPERATIONS
from storage.ledger import open_ledger
from storage.tables import Audit
from tests.api_stage import ApiStage, open_api, token

VISIT = {
    "company": "Bakkerij Demo",
    "day": "2027-03-24",
    "how": "visit",
    "note": "Zoekt mensen.",
    "next_step": "Bellen",
    "next_on": "2027-03-30",
}
WORK: dict[str, Any] = {"titles": {"nl": "Bakker", "fr": "Boulanger"}, "places": 2, "place": "Bilzen"}


@pytest.fixture
async def api() -> AsyncIterator[ApiStage]:
    ledger = await open_ledger("sqlite://")
    async with open_api(ledger) as opened:
        yield opened
    await ledger.close()


async def test_a_visit_is_written_put_right_and_its_step_taken_once(api: ApiStage) -> None:
    made = await api.post("/company_visits", VISIT, 201)
    assert (made["company_name"], made["next_done"], made["version"]) == ("Bakkerij Demo", False, 1)
    put_right = {name: VISIT[name] for name in VISIT if name != "company"} | {"note": "Zoekt twee mensen."}
    again = await api.post(f"/company_visits/{made['id']}", put_right, If_Match='"1"')
    assert again["note"] == "Zoekt twee mensen."
    await api.post(f"/company_visits/{made['id']}", put_right, 412, If_Match='"1"')
    done = await api.post(f"/company_visits/{made['id']}/step_done", {}, If_Match='"2"')
    assert done["next_done"]
    await api.post(f"/company_visits/{made['id']}/step_done", {}, 409, If_Match="*")
    [listed] = (await api.get(f"/companies/{made['company']}/visits"))["visits"]
    assert listed == done


async def test_a_vacancy_is_found_and_filled(api: ApiStage) -> None:
    company = (await api.post("/company_visits", VISIT, 201))["company"]
    made = await api.post(f"/companies/{company}/vacancies", WORK, 201)
    assert (made["state"], made["titles"]["fr"]) == ("open", "Boulanger")
    filled = await api.post(f"/vacancies/{made['id']}", {**WORK, "state": "filled"}, If_Match='"1"')
    assert filled["state"] == "filled"
    assert (await api.get(f"/companies/{company}/vacancies"))["vacancies"] == [filled]
    [line] = (await api.get("/companies"))["companies"]
    assert (line["name"], line["visited_on"], line["open_vacancies"]) == ("Bakkerij Demo", "2027-03-24", 0)


@pytest.mark.parametrize(
    ("change", "place"),
    [({"day": "2027-04-24"}, "day"), ({"next_on": None}, "next_on"), ({"company": " -"}, "company")],
)
async def test_what_is_wrong_is_named_by_its_field(api: ApiStage, change: dict[str, Any], place: str) -> None:
    answer = await api.post("/company_visits", {**VISIT, **change}, 422)
    assert answer["place"] == [place]


async def test_a_company_of_another_organisation_is_not_there(api: ApiStage) -> None:
    company = (await api.post("/company_visits", VISIT, 201))["company"]
    api.token = await token(api.stage, organisation="genk")
    assert (await api.call("GET", f"/companies/{company}/visits")).status == 404
    assert (await api.get("/companies"))["companies"] == []


async def test_every_reading_stands_in_the_audit_and_no_operation_tells_who_may_be_called(api: ApiStage) -> None:
    company = (await api.post("/company_visits", VISIT, 201))["company"]
    await api.get(f"/companies/{company}/visits")
    noted = await api.stage.ledger.read(lambda session: list(session.exec(select(Audit.action))))
    assert {"company.visit", "company.read"} <= set(noted)
    answers = [each.answer for each in OPERATIONS if each.scope.startswith("companies") and each.answer]
    assert not [each for each in answers if "number" in str(each.model_json_schema())]
