"""By which door somebody comes in decides which case it becomes, and who of the staff sees it."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from bot.people import Place
from bot.stage import Stage
from casework.cases.case_kinds import KINDS, kind_of
from casework.cases.cases import Actor, Page, list_cases
from casework.door.accounts import Account
from casework.door.rights import LOOKS_AFTER, RIGHTS_OF, may
from flows.log import Answered, LanguageChosen
from flows.memory import Memory, remember
from flows.script import Ask
from flows.walk import walk
from storage.tables import Case, Staff
from tests.pure_talk import scenes
from tests.stage import WEDNESDAY, open_stage
from tests.stage import Actor as Person

COMPANY = (
    "ja",
    "[Ik heb een bedrijf]",
    "3770",
    "Garage Demo",
    "[Iemand vinden]",
    "Een monteur",
    "overslaan",
    "overslaan",
)
HELPER = (
    "ja",
    "[Ik zoek een helper]",
    "3770",
    "[Voor mij thuis]",
    "overslaan",
    "overslaan",
    "Ramen",
    "overslaan",
    "overslaan",
)
PARTNER = ("ja", "[Iets anders]", "[Een andere dienst]", "OCMW", "[Een vraag]", "Een vraag", "overslaan", "overslaan")
WORK = ("ja", "[Snel een mens]", "[34 tot 49 jaar]", "3770", "[Een job]", "[Nee, nu niet]", "[Chat]")
OWN = ("ja", "[Snel een mens]", "[34 tot 49 jaar]", "3770", "[Eigen zaak]", "[Nee, nu niet]", "[Chat]")
DOORS = {"company": COMPANY, "chores_customer": HELPER, "partner": PARTNER, "job_seeker": WORK, "self_employment": OWN}
HOUSE = "zuidoost-limburg"


async def come_in(stage: Stage, who: str, said: tuple[str, ...]) -> None:
    person = Person(stage, Place(HOUSE, "web", who))
    await person.starts("nl")
    for each in said:
        await (person.taps(each[1:-1]) if each.startswith("[") else person.says(each))


def staff(role: str) -> Account:
    who = dict.fromkeys(("id", "login", "name", "role", "coach"), role)
    return Account.of(Staff(**who, organisation=HOUSE, language="nl", active=True, created_at=WEDNESDAY))


async def test_every_door_leads_to_a_case_of_its_own_kind_and_each_role_sees_its_own() -> None:
    async with open_stage() as stage:
        for kind, said in DOORS.items():
            await come_in(stage, kind, said)

        def look(session: Session) -> None:
            assert {case.kind for case in session.exec(select(Case))} == set(DOORS)
            for role in ("coach", "coordinator", "job_broker", "regisseur"):
                account = staff(role)
                actor = Actor(HOUSE, role, account)
                listed = {each.case.kind for each in list_cases(session, actor, Page(), stage.clock.now())}
                wanted = set(DOORS) if role == "coach" else set(LOOKS_AFTER.get(role, ()))
                assert listed == wanted, role
                assert {case.kind for case in session.exec(select(Case)) if may(account, "see_cases", case)} == wanted
            companies = list_cases(
                session, Actor(HOUSE, "coach", staff("coach")), Page(kind="company"), stage.clock.now()
            )
            assert [each.case.kind for each in companies] == ["company"]

        await stage.house.ledger.write(look)


def test_who_sees_kinds_of_cases_never_sees_what_makes_working_hard() -> None:
    for role in LOOKS_AFTER:
        assert not {"see_barriers", "see_private"} & RIGHTS_OF[role].keys()
    assert {kind for kinds in LOOKS_AFTER.values() for kind in kinds} <= set(KINDS)


@pytest.mark.parametrize(
    ("answers", "kind"), [({}, "job_seeker"), ({"kind": "company"}, "company"), ({"kind": "x"}, "job_seeker")]
)
def test_what_answers_mean_is_the_kind_of_the_case(answers: dict[str, str], kind: str) -> None:
    assert kind_of(answers) == kind


def test_every_kind_that_a_flow_means_is_a_kind_of_case() -> None:
    for setting in scenes().values():
        assert set(setting.flow.sources("kind")) <= set(KINDS)


def test_each_organisation_has_its_own_doors() -> None:
    first = {house: setting.flow.asks["path"].kind.options[0].id for (house, _), setting in scenes().items()}
    assert first["jobin"] == "business"
    bijzig = {option.id for option in scenes()["bijzig", "web"].flow.asks["path"].kind.options}
    assert {"chores", "customer"} <= bijzig
    assert "customer_who" not in scenes()["genk", "web"].flow.asks
    assert "business" not in {option.id for option in scenes()["genk", "web"].flow.asks["path"].kind.options}


def test_the_doors_of_an_own_business_answer_the_question_what_somebody_wants() -> None:
    setting, at = scenes()["jobin", "web"], WEDNESDAY
    said = {"privacy": "yes", "path": "business", "age": "from_26", "name": "Lucie", "place": "4000:Luik"}
    known = (Answered(question, value, at) for question, value in said.items())
    memory = remember([LanguageChosen("fr", at), *known], Memory())
    position = walk(setting.flow, memory, setting.facts)
    assert position.result["goal"] == "business"
    assert isinstance(position.open, Ask)
    assert position.open.id != "goal"
