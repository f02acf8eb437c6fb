"""The export of a case holds what its page says, in the words, lengths and values of the standard it names."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, get_args

import pytest

from casework.cases.cases import HandOverRequest
from staff.api_export import LANGUAGES, Actor, Betrokkene, CaseExport, InterneTaak
from storage.ledger import open_ledger
from tests.api_stage import ApiStage, open_api
from tests.klantinteracties import NEEDS, TAKES
from tests.staff_stage import ANSWERS, HERE, ORGANISATIONS
from tests.stage import ROOT

ROW = re.compile(r"^\| `(\w+)\.(\w+)` \|", re.MULTILINE)
LONG = "Een heel lange naam " * 20


@pytest.fixture
async def api() -> AsyncIterator[ApiStage]:
    ledger = await open_ledger("sqlite://")
    house = ORGANISATIONS[HERE]
    long = {id: replace(coach, name=LONG) if id == "greet" else coach for id, coach in house.coaches.items()}
    async with open_api(ledger, {HERE: replace(house, name=LONG, coaches=long)}) as opened:
        yield opened
    await ledger.close()


async def exported(api: ApiStage, case: str) -> dict[str, Any]:
    found: dict[str, Any] = await api.get(f"/cases/{case}/export")
    return found


async def in_every_state(api: ApiStage) -> AsyncIterator[dict[str, Any]]:
    """Of nobody, of a coach, done; in each language."""
    for language in LANGUAGES:
        person, talk = await api.stage.person()
        case = await api.stage.hand_over(HandOverRequest(HERE, person, talk, ANSWERS, (), language))
        yield await exported(api, case)
        await api.post(f"/cases/{case}/accept", {"coach": "greet"}, If_Match="*")
        yield await exported(api, case)
        await api.post(f"/cases/{case}/done", {}, If_Match="*")
        yield await exported(api, case)


async def test_every_field_is_one_of_the_standards_with_a_value_that_it_takes(api: ApiStage) -> None:
    seen: set[tuple[str, str]] = set()
    async for export in in_every_state(api):
        assert {*export} == {*TAKES, "opstap"}
        for thing, fields in TAKES.items():
            assert NEEDS[thing] <= set(export[thing])
            for name, value in export[thing].items():
                assert fields[name](value), f"{thing}.{name}: {value!r}"
                seen.add((thing, str(value)))
    assert {("internetaak", "te_verwerken"), ("internetaak", "verwerkt")} <= seen
    assert {("actor", "medewerker"), ("actor", "organisatorische_eenheid")} <= seen
    assert {value for thing, value in seen if thing == "klantcontact"} >= {"nld", "fra", "eng", "web"}


async def test_the_page_names_each_field_and_no_other(api: ApiStage) -> None:
    export = await exported(api, await api.stage.case())
    rows = ROW.findall((ROOT / "docs" / "api.md").read_text("utf-8").partition("## Export")[2])
    told = set(rows)
    assert len(rows) == len(told)
    assert told == {(thing, name) for thing in TAKES for name in export[thing]}


@pytest.mark.parametrize(
    ("thing", "model", "field"), [("actor", Actor, "soortActor"), ("internetaak", InterneTaak, "status")]
)
def test_every_value_that_we_can_give_is_in_the_standards_list(
    thing: str, model: type[Actor | InterneTaak], field: str
) -> None:
    values = get_args(model.model_fields[field].annotation)
    assert values
    assert all(TAKES[thing][field](value) for value in values)
    assert not TAKES[thing][field]("something_else")


def test_the_person_is_always_the_customer_who_began() -> None:
    person = Betrokkene()
    assert (person.rol, person.initiator, person.wasPartij) == ("klant", True, None)


async def test_the_short_number_is_ten_digits_and_stays_the_same(api: ApiStage) -> None:
    case = await api.stage.case()
    first, again = await exported(api, case), await exported(api, case)
    assert re.fullmatch(r"\d{10}", first["klantcontact"]["nummer"])
    assert first["klantcontact"]["nummer"] == again["internetaak"]["nummer"]


async def test_no_name_and_no_word_of_a_person_stands_outside_our_own_part(api: ApiStage) -> None:
    export = await exported(api, await api.stage.case())
    own = export.pop("opstap")
    assert own["answers"]["first_name"] == "Samira"
    assert "Samira" not in str(export)
    assert set(CaseExport.model_fields) == {*export, "opstap"}
