"""Sessions for companies, by companies and with trainers, and meetings of staff: who is shown which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.house.organisations import Organisation, load_organisations
from casework.sessions.group_sessions import coming
from casework.sessions.meeting_file import Meeting, flaws_of_meeting
from casework.sessions.session_file import flaws
from flows.log import Value
from tests.calendar_stage import at_work, calendar_stage
from tests.casework_house import texts
from tests.session_house import NOW, group, house_with
from tests.stage import ROOT, Actor, open_stage

SEEKERS = ("full", "quick", "business", "chores")
FOR_COMPANIES = {
    ("zuidoost-limburg", "netwerk-mei"),
    ("bijzig", "oud-rekem"),
    ("handel", "circulair-jun"),
    ("handel", "firms-mei"),
}
MEETINGS = {"genk": 1, "zuidoost-limburg": 1, "bijzig": 1, "handel": 5, "jobin": 0}


@cache
def houses() -> Mapping[str, Organisation]:
    return load_organisations(ROOT / "organisations")


def shown(organisation: Organisation, known: Mapping[str, Value]) -> set[tuple[str, str]]:
    """What somebody with these answers is shown in any language."""
    found = (coming(organisation, known, language, NOW) for language in organisation.languages)
    return {(organisation.id, each.id) for groups in found for each in groups}


@pytest.mark.parametrize(("house", "id"), sorted(FOR_COMPANIES))
def test_a_company_is_shown_where_companies_meet(house: str, id: str) -> None:
    assert (house, id) in shown(houses()[house], {"path": "company", "kind": "company"})


@given(st.sampled_from(SEEKERS), st.sampled_from(["job", "training", "business", "chores", "talk"]))
def test_who_looks_for_work_is_never_shown_what_is_for_companies_alone(path: str, goal: str) -> None:
    for organisation in houses().values():
        seen = shown(organisation, {"path": path, "goal": goal, "kind": "job_seeker", "own_business": "yes"})
        assert not seen & FOR_COMPANIES


def test_a_company_is_never_shown_what_a_company_shows_to_people() -> None:
    seen = [shown(organisation, {"path": "company", "kind": "company"}) for organisation in houses().values()]
    assert not set().union(*seen) & {("genk", "bakker-mei"), ("handel", "hop-apr"), ("jobin", "assur-mai")}


async def test_a_company_presents_itself_in_our_house_with_its_jobs_and_people_hear_what_to_ask() -> None:
    async with open_stage() as stage:
        actor = stage.actor(organisation="genk")
        text = await _shown_in_full(actor, "nl", "infosessie", "27 apr")
    assert "Het bedrijf: Bakkerij Demo." in text
    assert "Werk daar: twee bakkers, een verkoper op zaterdag." in text
    assert "Je mag vragen stellen: over het werk, de uren en de weg." in text


async def test_a_training_says_who_teaches() -> None:
    async with open_stage() as stage:
        actor = stage.actor(organisation="jobin")
        text = await _shown_in_full(actor, "fr", "séances", "18 mai", business=True)
    assert "Avec : Paul Modèle (stratégie), Inès Exemple (communication)." in text


async def _shown_in_full(actor: Actor, language: str, asked: str, day: str, *, business: bool = False) -> str:
    """What is told of the session on that day."""
    await actor.starts(language)
    await actor.tap("privacy", "yes")
    await actor.tap("path", "business" if business else "full")
    await actor.says(asked)
    labels = [button.label for bubble in actor.fresh for button in bubble.buttons]
    await actor.taps(next(label for label in labels if day in label))
    return "\n".join(bubble.text for bubble in actor.fresh)


async def test_meetings_of_staff_stand_in_their_calendar_and_no_person_is_told() -> None:
    async with calendar_stage() as stage:
        written = stage.organisations["bijzig"]
        with_meeting = replace(written, meetings={"regie": meeting(host="Fietspunt Demo", kind="company")})
        stage.organisations = {**stage.organisations, "bijzig": with_meeting}
        async with stage.serve() as opened:
            coach = await (await at_work(stage, await opened())).open("/staff/calendar")
            thursday = coach.html.split('id="d-2027-03-25"')[1].split("</section>")[0]
            assert "Overleg" in thursday
            assert "Fietspunt Demo" in thursday
            assert "Overleg" not in (await coach.open("/staff/calendar?day=2027-04-01")).html
            assert "Overleg" not in (await coach.open("/staff/sessions")).html


@pytest.mark.parametrize("house", MEETINGS)
def test_what_is_for_staff_is_no_session_of_anybody(house: str) -> None:
    organisation = houses()[house]
    assert len(organisation.meetings) == MEETINGS[house]
    assert not set(organisation.meetings) & set(organisation.sessions)


def test_the_learning_network_meets_four_times_a_year_and_each_company_is_visited_for_half_a_day() -> None:
    meetings = houses()["handel"].meetings
    assert len(meetings["leernetwerk"].days) == 4
    visits = [each for each in meetings.values() if each.kind == "company"]
    assert {each.host for each in visits} == {"Fietsatelier Voorbeeld", "Textielatelier Demo"}


def meeting(**changes: Any) -> Meeting:
    facts: dict[str, Any] = {
        "id": "regie",
        "kind": "learning",
        "title": texts("Overleg"),
        "days": (date(2027, 3, 25),),
        "start": time(9),
        "end": time(12),
        "address": "Demoplein 1",
    }
    return Meeting(**(facts | changes))


NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({"end": time(8)}, "it ends before it begins"),
    ({"days": ()}, "it is on no day"),
    ({"days": (date(2027, 3, 25), date(2027, 3, 25))}, "a day stands there twice"),
    ({"title": {}}, "it has no name"),
    ({"kind": "company"}, "nobody says which company is visited"),
]


@pytest.mark.parametrize(("changes", "problem"), NONSENSE)
def test_a_meeting_that_makes_no_sense_is_answered_with_what_is_wrong(changes: dict[str, Any], problem: str) -> None:
    assert [each[1] for each in flaws_of_meeting(meeting(**changes), ("nl", "fr"))] == [problem]


def test_jobs_of_no_company_are_refused() -> None:
    organisation = house_with(group(jobs=texts("twee bakkers")))
    found = flaws(organisation.sessions["info"], organisation.places, organisation.languages)
    assert [each[1] for each in found] == ["nobody says which company has these jobs"]
