"""Companies that staff visit: written down, found again whatever the spelling, with work that people hear of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

import pytest
from sqlmodel import Session, select

from casework.cases.cases import Actor
from casework.door.accounts import Account
from casework.employers.figures import counted
from casework.employers.forgetting import forget_invented
from casework.employers.register import Bureau, known_companies, name_of
from casework.employers.shelf import lines
from casework.employers.vacancies import (
    Wanted,
    add_vacancy,
    change_vacancy,
    find_vacancy,
    jobs_at,
    open_vacancies,
    vacancies_of,
)
from casework.employers.visits import Contact, next_steps, note_visit, rewrite, step_done, visits_to
from casework.figures.report_counting import count
from casework.privacy.erasing import erase
from storage.employer_tables import Company, CompanyVisit, Vacancy
from storage.ledger import Ledger
from storage.tables import Case, Staff
from tests.staff_stage import ELSEWHERE, NOW, ORGANISATIONS, Stage

T = TypeVar("T")
HOUSE = ORGANISATIONS[ELSEWHERE]
"""Genk, where companies present themselves."""
TODAY = NOW.date()
VISIT = Contact(TODAY, "visit", "Zoekt mensen voor het weekend.", "Terugbellen over de uren", TODAY + timedelta(days=7))
BAKERS = Wanted({"nl": "Bakker", "fr": "Boulanger"}, 2, "Genk", session="bakker-mei")
FIRM = {"path": "company", "kind": "company", "company_name": "Drukkerij Demo", "name": "Els"}


@pytest.fixture
async def stage(sound_ledger: Ledger) -> Stage:
    stage = Stage(sound_ledger)
    await stage.staff()
    return stage


async def broker(stage: Stage, role: str = "job_broker") -> Account:
    def work(session: Session) -> Account:
        mine = Staff.organisation == ELSEWHERE, Staff.role == "job_broker"
        found = Account.of(session.exec(select(Staff).where(*mine)).one())
        return replace(found, role=role)

    return await stage.ledger.read(work)


async def at_the_desk(stage: Stage, work: Callable[[Bureau], T], role: str = "job_broker") -> T:
    actor = Actor.of(await broker(stage, role))
    return await stage.ledger.write(lambda session: work(Bureau(session, stage.vault, HOUSE, actor, stage.now)))


def visited(bureau: Bureau, name: str = "Bakkerij Demo", contact: Contact = VISIT) -> Company:
    row = note_visit(bureau, name, contact)
    assert isinstance(row, CompanyVisit)
    return bureau.session.get_one(Company, row.company_id)


def found(bureau: Bureau, company: Company, wanted: Wanted = BAKERS) -> Vacancy:
    row = add_vacancy(bureau, company, wanted)
    assert isinstance(row, Vacancy)
    return row


async def test_a_visit_is_kept_sealed_and_read_again(stage: Stage) -> None:
    def work(bureau: Bureau) -> None:
        company = visited(bureau)
        [again] = visits_to(bureau, company)
        assert (again.note, again.next_step) == (VISIT.note, VISIT.next_step)
        assert name_of(bureau.vault, company) == "Bakkerij Demo"
        assert b"Bakkerij" not in company.sealed
        assert b"weekend" not in again.row.sealed

    await at_the_desk(stage, work)


@pytest.mark.parametrize("spelled", ["bakkerij demo", "  Bakkerij   Demo ", "BAKKERIJ-DEMO", "Bakkerij Démo"])
async def test_a_company_is_found_again_however_it_is_spelled(stage: Stage, spelled: str) -> None:
    first = await at_the_desk(stage, lambda bureau: visited(bureau).id)
    assert await at_the_desk(stage, lambda bureau: visited(bureau, spelled).id) == first


@pytest.mark.parametrize(
    ("contact", "flaw"),
    [
        (replace(VISIT, day=TODAY + timedelta(days=1)), "day"),
        (replace(VISIT, next_on=None), "next"),
        (replace(VISIT, next_step="  "), "next"),
    ],
)
async def test_what_cannot_be_is_not_kept(stage: Stage, contact: Contact, flaw: str) -> None:
    assert await at_the_desk(stage, lambda bureau: note_visit(bureau, "Bakkerij Demo", contact)) == [flaw]
    assert await at_the_desk(stage, lines) == []


async def test_without_a_name_nothing_is_kept(stage: Stage) -> None:
    assert await at_the_desk(stage, lambda bureau: note_visit(bureau, " - ", VISIT)) == ["company"]


async def test_the_next_step_stands_on_the_desk_of_who_wrote_it_until_it_is_done(stage: Stage) -> None:
    row = await at_the_desk(stage, lambda bureau: visits_to(bureau, visited(bureau))[0].row)
    account = await broker(stage)

    def desk(session: Session, day: date = TODAY, reader: Account = account) -> list[tuple[str, str, bool]]:
        steps = next_steps(session, stage.vault, reader, day)
        return [(each.visit.next_step, each.company, each.late) for each in steps]

    told = ("Terugbellen over de uren", "Bakkerij Demo")
    assert await stage.ledger.read(desk) == [(*told, False)]
    assert await stage.ledger.read(lambda session: desk(session, TODAY + timedelta(days=8))) == [(*told, True)]
    assert await stage.ledger.read(lambda session: desk(session, TODAY, replace(account, role="coach"))) == []
    assert await stage.ledger.read(lambda session: desk(session, TODAY, replace(account, coach="an"))) == []
    assert await at_the_desk(stage, lambda bureau: step_done(bureau, (row.id, row.version + 1))) == "changed"
    assert await at_the_desk(stage, lambda bureau: step_done(bureau, (row.id, row.version))) == "done"
    assert await stage.ledger.read(desk) == []


async def test_of_two_who_rewrite_a_visit_one_is_told_to_look_again(stage: Stage) -> None:
    row = await at_the_desk(stage, lambda bureau: visits_to(bureau, visited(bureau))[0].row)
    seen, other = (row.id, row.version), replace(VISIT, note="Heeft iemand gevonden.")
    assert await at_the_desk(stage, lambda bureau: rewrite(bureau, seen, other)) == "done"
    assert await at_the_desk(stage, lambda bureau: rewrite(bureau, seen, VISIT)) == "changed"
    [company] = await at_the_desk(stage, lambda bureau: [line.company for line in lines(bureau)])
    assert (await at_the_desk(stage, lambda bureau: visits_to(bureau, company)))[0].note == "Heeft iemand gevonden."


async def test_an_open_vacancy_is_told_at_the_session_of_its_company_and_shown_to_coaches(stage: Stage) -> None:
    group = HOUSE.sessions["bakker-mei"]

    def told(bureau: Bureau, language: str) -> str:
        return jobs_at(bureau.session, HOUSE, group, language, TODAY)

    def work(bureau: Bureau) -> None:
        before = told(bureau, "nl")
        row = found(bureau, visited(bureau))
        assert told(bureau, "nl") == f"{before}, Bakker"
        assert told(bureau, "fr").endswith(", Boulanger")
        [opening] = open_vacancies(bureau.session, bureau.vault, HOUSE.id, TODAY)
        assert (opening.row.id, opening.company) == (row.id, "Bakkerij Demo")
        assert change_vacancy(bureau, (row.id, row.version), replace(BAKERS, state="filled")) == "done"
        assert told(bureau, "nl") == before
        assert open_vacancies(bureau.session, bureau.vault, HOUSE.id, TODAY) == []

    await at_the_desk(stage, work)


async def test_a_vacancy_whose_last_day_is_over_is_told_to_nobody(stage: Stage) -> None:
    def work(bureau: Bureau) -> None:
        found(bureau, visited(bureau), replace(BAKERS, until_on=TODAY))
        assert len(open_vacancies(bureau.session, bureau.vault, HOUSE.id, TODAY)) == 1
        assert open_vacancies(bureau.session, bureau.vault, HOUSE.id, TODAY + timedelta(days=1)) == []

    await at_the_desk(stage, work)


@pytest.mark.parametrize(
    ("wanted", "flaw"),
    [
        (replace(BAKERS, titles={"fr": "Boulanger"}), "title"),
        (replace(BAKERS, titles={"nl": "Bakker 85.07.30-033.28"}), "number"),
        (replace(BAKERS, places=0), "places"),
        (replace(BAKERS, from_on=TODAY, until_on=TODAY - timedelta(days=1)), "days"),
        (replace(BAKERS, session="magazijn-mrt"), "session"),
    ],
)
async def test_a_vacancy_that_cannot_be_is_not_kept(stage: Stage, wanted: Wanted, flaw: str) -> None:
    def work(bureau: Bureau) -> Any:
        company = visited(bureau)
        came = add_vacancy(bureau, company, wanted)
        assert list(vacancies_of(bureau.session, company)) == []
        return came

    assert flaw in await at_the_desk(stage, work)


async def test_companies_of_cases_and_hosts_of_sessions_can_be_chosen_by_who_may_know_them(stage: Stage) -> None:
    case = await stage.case(FIRM, ELSEWHERE)
    known = await at_the_desk(stage, known_companies)
    assert {"Bakkerij Demo", "Magazijn Testhaven", "Drukkerij Demo"} <= {each.name for each in known}
    company = await at_the_desk(stage, lambda bureau: visited(bureau, "drukkerij demo"))
    assert company.case_id == case
    named = await at_the_desk(stage, known_companies, "front_desk")
    assert all(each.case is None or each.name != "Drukkerij Demo" for each in named if each.case != case)


async def test_a_company_whose_case_is_erased_is_forgotten_and_stays_counted(stage: Stage) -> None:
    case = await stage.case(FIRM, ELSEWHERE)

    def work(bureau: Bureau) -> str:
        company = visited(bureau, "Drukkerij Demo")
        return found(bureau, company, replace(BAKERS, session=None)).id

    vacancy = await at_the_desk(stage, work)
    person = await stage.ledger.read(lambda session: session.get_one(Case, case).person_id)
    await stage.ledger.write(lambda session: erase(session, person, stage.now))
    assert await at_the_desk(stage, lines) == []
    row = await at_the_desk(stage, lambda bureau: find_vacancy(bureau, vacancy))
    assert row is not None
    assert (row.titles, row.place, row.state) == ({}, "", "gone")
    assert await stage.ledger.read(lambda session: [s.sealed for s in session.exec(select(CompanyVisit))]) == [b""]
    year = await at_the_desk(stage, lambda bureau: counted(bureau.session, HOUSE.id, TODAY)[-1])
    assert (year.visits, year.found, year.filled) == (1, 1, 0)


async def test_visits_and_vacancies_are_counted_by_period_and_in_the_reports(stage: Stage) -> None:
    def work(bureau: Bureau) -> None:
        company = visited(bureau)
        visited(bureau, contact=replace(VISIT, day=date(2027, 1, 15)))
        row = found(bureau, company)
        found(bureau, company, replace(BAKERS, titles={"nl": "Verkoper"}))
        change_vacancy(bureau, (row.id, row.version), replace(BAKERS, state="filled"))
        month, quarter, _ = counted(bureau.session, HOUSE.id, TODAY)
        assert (month.visits, month.found, month.filled) == (1, 2, 1)
        assert quarter.visits == 2
        cells = {
            (cell.split, cell.value, cell.measure): number
            for kind in ("company_visits", "vacancies")
            for cell, number in count(bureau.session, kind, HOUSE.id, "", stage.now).cells.items()
        }
        assert cells["all", "", "company_visits"] == 2
        assert cells["month", "01", "company_visits"] == 1
        assert (cells["all", "", "vacancies"], cells["quarter", "1", "filled"]) == (2, 1)

    await at_the_desk(stage, work)


async def test_what_is_invented_goes_with_the_demonstration_and_nothing_else(stage: Stage) -> None:
    def work(bureau: Bureau) -> list[str]:
        made_up, real = visited(bureau), visited(bureau, "Garage Proefrit")
        found(bureau, made_up)
        made_up.invented = True
        bureau.session.add(made_up)
        bureau.session.flush()
        assert forget_invented(bureau.session) == 1
        return [line.name for line in lines(bureau) if line.company.id == real.id]

    assert await at_the_desk(stage, work) == ["Garage Proefrit"]
