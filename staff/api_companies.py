"""Companies by the API: visits written down, vacancies found and changed. Who agreed to be called is told to nobody."""

from __future__ import annotations

from typing import Any, NoReturn

from sqlmodel import Session

from casework.door.api_tokens import Scope
from casework.employers.register import Bureau, name_of
from casework.employers.shelf import lines
from casework.employers.vacancies import (
    LONGEST_TITLE,
    Wanted,
    add_vacancy,
    change_vacancy,
    find_vacancy,
    vacancies_of,
)
from casework.employers.visits import Contact, find_visit, note_visit, read_visit, rewrite, step_done, visits_to
from staff.api_call import Call, Operation, Reply, Wrong, missing, settled
from staff.api_company_models import (
    CompanyList,
    CompanyOut,
    CompanyVisitIn,
    CompanyVisitList,
    CompanyVisitOut,
    NewCompanyVisitIn,
    VacancyIn,
    VacancyList,
    VacancyOut,
)
from staff.api_models import Nothing
from storage.employer_tables import Company, CompanyVisit, Vacancy

WRONG = {
    "company": ("company", "No name of a company stands there.", "Write its name."),
    "day": ("day", "The day is still ahead.", "Write today or an earlier day."),
    "next": ("next_on", "A next step needs a day, and a day a step.", "Send both, or neither."),
    "title": ("titles", "There is no title in the first language of the house.", "Write one."),
    "places": ("places", "Nobody is looked for.", "Write a number from 1 on."),
    "days": ("until_on", "The last day comes before the first one.", "Write a later day."),
    "session": ("session", "The company is no host of that session.", "Name one that it is host of, or none."),
    "number": ("titles", "A number of a person stands there that may not be kept.", "Take it out."),
}


def show_companies(session: Session, call: Call) -> Reply:
    bureau = _bureau(session, call)
    bureau.record("company.list", "all")
    found = [
        CompanyOut(
            id=line.company.id,
            name=line.name,
            case=line.company.case_id,
            visited_on=line.visited_on,
            open_vacancies=line.vacancies,
        )
        for line in lines(bureau)
    ]
    return Reply(CompanyList(companies=found))


def show_visits(session: Session, call: Call) -> Reply:
    bureau = _bureau(session, call)
    company = _company(bureau, call.id)
    bureau.record("company.read", company.id)
    return Reply(CompanyVisitList(visits=[_visit_out(bureau, each.row) for each in visits_to(bureau, company)]))


def add_visit(session: Session, call: Call) -> Reply:
    """To the company of this name; one that nobody knows yet is put into the register."""
    body: NewCompanyVisitIn = call.body
    return _visit(_bureau(session, call), _kept(note_visit(_bureau(session, call), body.company, _contact(body))))


def change_visit(session: Session, call: Call) -> Reply:
    bureau = _bureau(session, call)
    row = _find_visit(bureau, call.id)
    seen = row.id, row.version if call.version is None else call.version
    _settled(rewrite(bureau, seen, _contact(call.body)), "visit")
    return _visit(bureau, _find_visit(bureau, row.id))


def end_step(session: Session, call: Call) -> Reply:
    bureau = _bureau(session, call)
    row = _find_visit(bureau, call.id)
    came = step_done(bureau, (row.id, row.version if call.version is None else call.version))
    settled("not_now" if came == "changed" and row.next_done_at else came, "visit")
    return _visit(bureau, _find_visit(bureau, row.id))


def show_vacancies(session: Session, call: Call) -> Reply:
    bureau = _bureau(session, call)
    found = vacancies_of(session, _company(bureau, call.id))
    return Reply(VacancyList(vacancies=[_vacancy_out(each) for each in found]))


def add_one(session: Session, call: Call) -> Reply:
    bureau = _bureau(session, call)
    return _vacancy(_kept(add_vacancy(bureau, _company(bureau, call.id), _wanted(call.body))))


def change_one(session: Session, call: Call) -> Reply:
    bureau = _bureau(session, call)
    row = find_vacancy(bureau, call.id)
    if row is None:
        missing("vacancy")
    seen = row.id, row.version if call.version is None else call.version
    _settled(change_vacancy(bureau, seen, _wanted(call.body)), "vacancy")
    return _vacancy(find_vacancy(bureau, seen[0]))


def _contact(body: CompanyVisitIn) -> Contact:
    return Contact(body.day, body.how, body.note, body.next_step, body.next_on)


def _wanted(body: VacancyIn) -> Wanted:
    titles = {language: title[:LONGEST_TITLE] for language, title in body.titles.items()}
    return Wanted(titles, body.places, body.place, body.from_on, body.until_on, body.session, body.state)


def _kept(came: Any) -> Any:
    if isinstance(came, list):
        _wrong(came[0])
    return came


def _settled(came: Any, what: str) -> None:
    if isinstance(came, list):
        _wrong(came[0])
    settled(came, what)


def _wrong(flaw: str) -> NoReturn:
    place, detail, remedy = WRONG[flaw]
    raise Wrong(422, detail, remedy, (place,))


def _visit(bureau: Bureau, row: CompanyVisit) -> Reply:
    return Reply(_visit_out(bureau, row), f'"{row.version}"')


def _visit_out(bureau: Bureau, row: CompanyVisit) -> CompanyVisitOut:
    told = read_visit(bureau.vault, row)
    company = bureau.session.get_one(Company, row.company_id)
    same = ("id", "day", "how", "next_on", "owner", "author", "version")
    return CompanyVisitOut(
        **{name: getattr(row, name) for name in same},
        company=row.company_id,
        company_name=name_of(bureau.vault, company),
        note=told.note,
        next_step=told.next_step,
        next_done=row.next_done_at is not None,
    )


def _vacancy(row: Vacancy | None) -> Reply:
    if row is None:
        missing("vacancy")
    return Reply(_vacancy_out(row), f'"{row.version}-{row.state}"')


def _vacancy_out(row: Vacancy) -> VacancyOut:
    told = {name: getattr(row, name) for name in VacancyOut.model_fields if name != "company"}
    return VacancyOut(**told, company=row.company_id)


def _company(bureau: Bureau, id: str) -> Company:
    company = bureau.find(id)
    if company is None:
        missing("company")
    return company


def _find_visit(bureau: Bureau, id: str) -> CompanyVisit:
    row = find_visit(bureau, id)
    if row is None:
        missing("visit")
    return row


def _bureau(session: Session, call: Call) -> Bureau:
    return Bureau(session, call.office.vault, call.organisation, call.caller.actor, call.now)


READ: Scope = "companies:read"
WRITE: Scope = "companies:write"
OPERATIONS = (
    Operation("listCompanies", "GET", "/companies", "The companies that we know", READ, show_companies, CompanyList),
    Operation(
        "listCompanyVisits", "GET", "/companies/{id}/visits", "Who visited it", READ, show_visits, CompanyVisitList
    ),
    Operation(
        "noteCompanyVisit",
        "POST",
        "/company_visits",
        "Somebody was in touch with a company",
        WRITE,
        add_visit,
        CompanyVisitOut,
        body=NewCompanyVisitIn,
        status=201,
    ),
    Operation(
        "changeCompanyVisit",
        "POST",
        "/company_visits/{id}",
        "What was written down is put right",
        WRITE,
        change_visit,
        CompanyVisitOut,
        body=CompanyVisitIn,
        versioned=True,
    ),
    Operation(
        "endCompanyStep",
        "POST",
        "/company_visits/{id}/step_done",
        "The next step is taken",
        WRITE,
        end_step,
        CompanyVisitOut,
        body=Nothing,
        versioned=True,
    ),
    Operation(
        "listVacancies", "GET", "/companies/{id}/vacancies", "The work found there", READ, show_vacancies, VacancyList
    ),
    Operation(
        "addVacancy",
        "POST",
        "/companies/{id}/vacancies",
        "A vacancy was found",
        WRITE,
        add_one,
        VacancyOut,
        body=VacancyIn,
        status=201,
    ),
    Operation(
        "changeVacancy",
        "POST",
        "/vacancies/{id}",
        "What it is now, and where it stands",
        WRITE,
        change_one,
        VacancyOut,
        body=VacancyIn,
        versioned=True,
    ),
)
