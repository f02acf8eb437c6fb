"""Who lives where another organisation works is shown the way there, by postcode and day, and is kept nowhere twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.people import Place
from casework.house.neighbours import AREA, NEIGHBOURS, public_line, read_public_services, regions, serving
from casework.house.organisations import Area, Organisation, load_organisations
from storage.tables import Case, LogEntry
from tests.stage import ROOT, Actor, open_stage

FOLDER = ROOT / "organisations"
HOUSES = load_organisations(FOLDER)
SERVICES = read_public_services(FOLDER)
ON = date(2027, 3, 24)


@pytest.mark.parametrize(
    ("here", "postcode", "there"),
    [
        ("genk", "3840", "bijzig"),
        ("zuidoost-limburg", "3840", "bijzig"),
        ("bijzig", "3700", "zuidoost-limburg"),
        ("bijzig", "9320", "handel"),
        ("handel", "3850", "bijzig"),
        ("handel", "3800", "bijzig"),
        ("genk", "3720", "bijzig"),
        ("jobin", "3790", "zuidoost-limburg"),
        ("genk", "4000", "jobin"),
    ],
)
def test_a_postcode_says_which_service_works_there(here: str, postcode: str, there: str) -> None:
    other = serving(HOUSES, here, postcode, ON)
    assert other is not None
    assert other.id == there


@given(st.sampled_from(sorted(HOUSES)), st.integers(1000, 9999).map(str))
def test_the_regions_and_the_name_agree(here: str, postcode: str) -> None:
    found = regions(HOUSES, here, ON)
    ours = HOUSES[here].serves(postcode, ON)
    assert (postcode in found[AREA]) is ours
    assert (postcode in found[NEIGHBOURS]) is (not ours and serving(HOUSES, here, postcode, ON) is not None)


def test_an_area_that_ended_is_a_neighbours_from_the_day_that_it_begins_there() -> None:
    before, after = date(2024, 12, 31), date(2025, 1, 1)
    codes = frozenset({"3840"})
    giving = moved(HOUSES["bijzig"], Area(codes, date(2023, 1, 1), before))
    taking = moved(HOUSES["zuidoost-limburg"], Area(codes, after))
    houses = {each.id: each for each in (giving, taking)}
    assert regions(houses, "bijzig", before) == {AREA: codes, NEIGHBOURS: frozenset()}
    assert regions(houses, "bijzig", after) == {AREA: frozenset(), NEIGHBOURS: codes}
    assert serving(houses, "zuidoost-limburg", "3840", before) is giving


def moved(organisation: Organisation, *areas: Area) -> Organisation:
    return replace(organisation, areas=areas)


@given(st.integers(1000, 9999).map(str), st.sampled_from(["nl", "fr"]))
def test_every_postcode_of_the_country_has_a_public_service(postcode: str, language: str) -> None:
    assert sum(postcode in service.postcodes for service in SERVICES.values()) == 1
    assert public_line(SERVICES, postcode, language)


@pytest.mark.parametrize(("goes", "kept"), [("[Ja, naar die dienst]", 0), ("[Nee, ik blijf hier]", 1)])
async def test_who_goes_to_the_other_service_leaves_nothing_here(goes: str, kept: int) -> None:
    async with open_stage() as stage:
        person = Actor(stage, Place("genk", "web", "rita"))
        await person.starts("nl")
        for said in ("ja", "[Snel een mens]", "[34 tot 49 jaar]", "3840", goes):
            bubbles = await (person.taps(said[1:-1]) if said[0] == "[" else person.says(said))
        links = [bubble.link.address for bubble in bubbles if bubble.link]
        assert [link.endswith("/chat/bijzig") for link in links] == [True] * (1 - kept)

        def look(session: Session) -> None:
            assert not session.exec(select(Case)).all()
            assert bool(session.exec(select(LogEntry)).all()) is bool(kept)

        await stage.house.ledger.read(look)
