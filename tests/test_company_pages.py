"""The pages of companies: what a job broker writes down and sees there: never what is hard for anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from casework.cases.cases import Actor
from casework.door.rights import LOOKS_AFTER, RIGHTS_OF
from casework.employers.calls import Said, Told, answer
from casework.employers.register import Bureau, registered
from casework.employers.vacancies import Wanted, add_vacancy
from casework.house.organisation import Organisation
from casework.offers.catalogue import Entry
from casework.offers.catalogue_desk import add
from casework.offers.shown import wish
from storage.columns import new_id
from storage.employer_tables import Company, CompanyCall, CompanyVisit, Vacancy
from storage.ledger import Ledger
from storage.tables import Audit, Case, CatalogueEntry, Person
from tests.session_house import group
from tests.staff_stage import ANSWERS, HERE, NOW, ORGANISATIONS, Browser, Stage
from tests.test_report_pages import with_role

HOST = "Bakkerij Demo"
BARRIERS = ("Mijn kinderen", "Geld of wonen", "My children", "Money or housing")
TODAY = NOW.date()
FIELDS = {
    "company": HOST,
    "day": TODAY.isoformat(),
    "how": "visit",
    "note": "Zoekt mensen voor het weekend.",
    "next_step": "Terugbellen",
    "next_on": (TODAY + timedelta(days=7)).isoformat(),
}
VACANCY = {"title.nl": "Bakker", "title.fr": "Boulanger", "places": "2", "place": "Bilzen"}
MEETING = group(id="bakery", host=HOST, day=TODAY, place="hall")


def with_host() -> Organisation:
    house = ORGANISATIONS[HERE]
    hosted = replace(MEETING, place=next(iter(house.places)))
    return replace(house, sessions={**house.sessions, hosted.id: hosted})


@pytest.fixture
async def stage(sound_ledger: Ledger) -> Stage:
    stage = Stage(sound_ledger, organisations={**ORGANISATIONS, HERE: with_host()})
    await stage.staff()
    return stage


@asynccontextmanager
async def console(stage: Stage, role: str = "job_broker") -> AsyncIterator[Browser]:
    login = await with_role(stage, role)
    async with stage.serve() as new_browser:
        yield await (await new_browser()).sign_in(login)


async def may_call(stage: Stage, case: str) -> str:
    """The person of this case was at the bakery, and agreed; the id of the company."""

    def work(session: Session) -> str:
        company = registered(session, stage.vault, HERE, HOST, stage.now)
        assert company is not None
        person = session.get_one(Case, case).person_id
        facts: dict[str, Any] = {
            "organisation": HERE,
            "person_id": person,
            "company_id": company.id,
            "met_at": MEETING.id,
        }
        call = CompanyCall(id=new_id(), asked_at=stage.now, **facts)
        session.add(call)
        session.flush()
        key = stage.vault.open_key(session.get_one(Person, person).wrapped_key)
        said = Said("yes", "nl", "web", Told("Samira", "+32470123456"))
        assert answer(session, key, call, said, stage.now) == "agreed"
        return company.id

    return await stage.ledger.write(work)


async def actions(stage: Stage) -> list[str]:
    return await stage.ledger.read(lambda session: list(session.exec(select(Audit.action))))


async def test_a_broker_writes_down_a_visit_finds_work_there_and_sees_what_to_do(stage: Stage) -> None:
    async with console(stage) as broker:
        await (await broker.open("/staff/companies")).send('action="/staff/companies/visits"', None, **FIELDS)
        assert "Zoekt mensen voor het weekend." in broker.html
        await broker.send('/vacancies"', None, **VACANCY)
        assert "Bakker" in broker.html
        await broker.open("/staff/")
        assert "Terugbellen" in broker.html
        await broker.send("/done", None, today="1")
        assert "Terugbellen" not in broker.html
        await broker.open("/staff/companies")
        assert HOST in broker.html
    assert {"company.visit", "vacancy.add", "company.step", "company.list", "company.read"} <= set(await actions(stage))


async def test_what_is_not_right_is_said_and_not_kept(stage: Stage) -> None:
    async with console(stage) as broker:
        await broker.open("/staff/companies")
        await broker.send('action="/staff/companies/visits"', None, **{**FIELDS, "next_on": ""})
        assert "Fill in both, or neither." in broker.html
        await broker.open("/staff/companies")
        await broker.send('action="/staff/companies/visits"', None, **{**FIELDS, "company": " "})
        assert "Write the name of the company." in broker.html
    assert await stage.ledger.read(lambda session: list(session.exec(select(CompanyVisit)))) == []


async def test_who_agreed_stands_on_both_pages_by_name_and_number_and_with_nothing_else(stage: Stage) -> None:
    case = await stage.case(ANSWERS)
    company = await may_call(stage, case)
    async with console(stage) as broker:
        for address in (f"/staff/companies/{company}", f"/staff/sessions/{MEETING.id}"):
            await broker.open(address)
            assert "Samira" in broker.html
            assert "+32470123456" in broker.html
            assert case not in broker.html
            assert not [word for word in BARRIERS if word in broker.html]
        await broker.open(f"/staff/cases/{case}")
        assert broker.status == 404
    assert "company.callers" in await actions(stage)


async def test_a_no_looks_exactly_like_never_having_been_asked(stage: Stage) -> None:
    case = await stage.case(ANSWERS)
    company = await may_call(stage, case)

    def clear(session: Session) -> None:
        for call in session.exec(select(CompanyCall)):
            session.delete(call)

    def refuse(session: Session) -> None:
        call = session.exec(select(CompanyCall)).one()
        key = stage.vault.open_key(session.get_one(Person, call.person_id).wrapped_key)
        answer(session, key, call, Said("no", "nl", "web"), stage.now)

    async with console(stage) as broker:
        await stage.ledger.write(refuse)
        await broker.open(f"/staff/companies/{company}")
        refused = broker.html
        await stage.ledger.write(clear)
        await broker.open(f"/staff/companies/{company}")
        assert broker.html == refused


async def test_on_no_page_of_a_broker_stands_what_is_hard_for_somebody(stage: Stage) -> None:
    """The catalogue names what offers are for, and nobody."""
    case = await stage.case(ANSWERS)
    company = await may_call(stage, case)
    pages = ("", "companies", f"companies/{company}", "cases", "sessions", f"sessions/{MEETING.id}", "cheques")
    async with console(stage) as broker:
        for path in pages:
            await broker.open(f"/staff/{path}")
            assert broker.status == 200, path
            assert not [word for word in BARRIERS if word in broker.html], path


@pytest.mark.parametrize("role", [role for role in RIGHTS_OF if "work_companies" in RIGHTS_OF[role]])
def test_who_deals_with_companies_alone_never_sees_what_is_hard(role: str) -> None:
    if role in LOOKS_AFTER:
        assert "see_barriers" not in RIGHTS_OF[role]
        assert "see_private" not in RIGHTS_OF[role]


@pytest.mark.parametrize("role", ["coach", "front_desk", "session_host", "regisseur", "admin"])
async def test_others_do_not_find_who_may_be_called(stage: Stage, role: str) -> None:
    company = await may_call(stage, await stage.case(ANSWERS))
    async with console(stage, role) as browser:
        await browser.open(f"/staff/companies/{company}")
        assert browser.status == 404
        await browser.open(f"/staff/sessions/{MEETING.id}")
        assert "+32470123456" not in browser.html


async def test_a_coach_sees_open_vacancies_beside_a_case_and_the_broker_does_not(stage: Stage) -> None:
    case = await stage.case(ANSWERS)
    account = await stage.account("greet")

    def found(session: Session) -> None:
        company = registered(session, stage.vault, HERE, HOST, stage.now)
        assert company is not None
        bureau = Bureau(session, stage.vault, with_host(), Actor.of(account), stage.now)
        assert isinstance(add_vacancy(bureau, company, Wanted({"nl": "Bakker"}, session=MEETING.id)), Vacancy)

    await stage.ledger.write(found)
    async with console(stage, "coach") as coach:
        await coach.open(f"/staff/cases/{case}")
        assert "Open vacancies" in coach.html
        assert f"<bdi>{HOST}</bdi>" in coach.html
        await coach.open(f"/staff/sessions/{MEETING.id}")
        assert "Bakker" in coach.html


@pytest.mark.parametrize("role", ["job_broker", "coordinator"])
async def test_who_deals_with_a_company_sees_what_there_is_for_it_and_what_it_wants(stage: Stage, role: str) -> None:
    firm = await stage.case({"path": "company", "kind": "company", "company_name": "Drukkerij Demo"})

    lead = Actor.of(await stage.account("greet"))

    def offers(session: Session) -> None:
        for title, sensitive in (("Hulp bij aanwerven", False), ("Schuldhulp", True)):
            entry = Entry(title={"nl": title, "fr": title}, sensitive=sensitive)
            row = add(session, CatalogueEntry, lead, entry, stage.now)
            wish(session, firm, session.get_one(Case, firm).person_id, row.id, stage.now)

    await stage.ledger.write(offers)
    async with console(stage, role) as browser:
        await browser.open(f"/staff/cases/{firm}")
        assert "Hulp bij aanwerven" in browser.html
        assert "Wants to know more" in browser.html
        assert "Schuldhulp" not in browser.html
        assert "Propose this" not in browser.html


async def test_of_two_who_change_a_vacancy_one_is_told_to_look_again(stage: Stage) -> None:
    async with console(stage) as broker:
        await (await broker.open("/staff/companies")).send('action="/staff/companies/visits"', None, **FIELDS)
        await broker.send('/vacancies"', None, **VACANCY)
        [row] = await stage.ledger.read(lambda session: list(session.exec(select(Vacancy))))
        change = f"/vacancies/{row.id}"
        await broker.send(change, None, **{**VACANCY, "state": "filled"})
        assert "Done." in broker.html
        await broker.send(change, None, **{**VACANCY, "state": "gone", "version": "1"})
        assert "Look again" in broker.html
    [row] = await stage.ledger.read(lambda session: list(session.exec(select(Vacancy))))
    assert row.state == "filled"


def test_a_partner_and_a_guest_have_no_right_to_companies() -> None:
    assert {role for role in RIGHTS_OF if "work_companies" in RIGHTS_OF[role]} == {
        "team_lead",
        "job_broker",
        "coordinator",
        "system",
    }


async def test_names_of_companies_lie_sealed(stage: Stage) -> None:
    async with console(stage) as broker:
        await (await broker.open("/staff/companies")).send('action="/staff/companies/visits"', None, **FIELDS)
    [row] = await stage.ledger.read(lambda session: list(session.exec(select(Company).where(col(Company.id) != ""))))
    assert HOST.encode() not in row.sealed
    assert HOST not in row.name_index
