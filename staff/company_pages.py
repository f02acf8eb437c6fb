"""The pages of companies: the list, one with its visits and vacancies, and what is written down there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from aiohttp import web
from sqlmodel import Session

from casework.cases.cases import Actor
from casework.door.actors import names_of_actors
from casework.door.rights import Right
from casework.employers.calls import may_be_called
from casework.employers.figures import counted
from casework.employers.register import LONGEST_NAME, Bureau, known_companies, name_of
from casework.employers.shelf import lines
from casework.employers.vacancies import (
    LONGEST_PLACE,
    LONGEST_TITLE,
    MOST_PLACES,
    STATES,
    Wanted,
    add_vacancy,
    change_vacancy,
    hosted_by,
    vacancies_of,
)
from casework.employers.visits import (
    HOWS,
    LONGEST_NOTE,
    LONGEST_STEP,
    Contact,
    note_visit,
    rewrite,
    step_done,
    visit_again,
    visits_to,
)
from staff.door import SIGNED_IN, Route
from staff.forms import day_in, read_form, seen_version
from staff.office import OFFICE
from staff.pages import address, onward, page
from storage.employer_tables import Company, CompanyVisit, Vacancy

COMPANY = "{company:[0-9a-f]{1,32}}"
VISIT = "{visit:[0-9a-f]{1,32}}"
VACANCY = "{vacancy:[0-9a-f]{1,32}}"
GOOD = frozenset({"kept", "done"})
NOTES = GOOD | {"changed", "company", "day", "next", "title", "places", "days", "session", "number"}
RIGHT: Right = "work_companies"
Came: TypeAlias = str | list[Any] | CompanyVisit | Vacancy


async def show_companies(request: web.Request) -> web.Response:
    today = _today(request)

    def work(session: Session) -> dict[str, Any]:
        bureau = _bureau(request, session)
        bureau.record("company.list", "all")
        return {
            "lines": lines(bureau),
            "known": known_companies(bureau),
            "counted": counted(session, bureau.organisation.id, today),
        }

    found = await request.config_dict[OFFICE].ledger.write(work)
    return page(request, "companies.html", **found, **_around(request))


async def show_company(request: web.Request) -> web.Response:
    def work(session: Session) -> dict[str, Any] | None:
        bureau = _bureau(request, session)
        company = _company(request, bureau)
        if company is None:
            return None
        name = name_of(bureau.vault, company)
        bureau.record("company.read", company.id)
        return {
            "company": company,
            "name": name,
            "visits": visits_to(bureau, company),
            "vacancies": vacancies_of(session, company),
            "hosted": hosted_by(bureau.organisation, name),
            "callers": may_be_called(bureau, company),
            "names": names_of_actors(session, bureau.organisation.id),
        }

    found = await request.config_dict[OFFICE].ledger.write(work)
    if found is None:
        raise web.HTTPNotFound
    return page(request, "company.html", **found, **_around(request))


def _around(request: web.Request) -> dict[str, Any]:
    """What the forms of both pages need."""
    note = request.query.get("note", "")
    return {
        "note": note if note in NOTES else "",
        "good": note in GOOD,
        "today": _today(request),
        "hows": HOWS,
        "states": STATES,
        "longest": {
            "name": LONGEST_NAME,
            "note": LONGEST_NOTE,
            "step": LONGEST_STEP,
            "title": LONGEST_TITLE,
            "place": LONGEST_PLACE,
            "places": MOST_PLACES,
        },
    }


async def add_visit(request: web.Request) -> web.Response:
    """To a company by its name, known or new."""
    form = await read_form(request)
    return await _done(request, "companies", lambda bureau: note_visit(bureau, form.get("company", ""), contact(form)))


async def add_visit_here(request: web.Request) -> web.Response:
    form = await read_form(request)

    def work(bureau: Bureau) -> Came:
        company = _company(request, bureau)
        return "missing" if company is None else visit_again(bureau, company, contact(form))

    return await _done(request, "company", work)


async def change_visit(request: web.Request) -> web.Response:
    form, seen = await read_form(request), (request.match_info["visit"], await seen_version(request))
    return await _done(request, "company", lambda bureau: rewrite(bureau, seen, contact(form)))


async def end_step(request: web.Request) -> web.Response:
    """From the company, or from Today."""
    form, seen = await read_form(request), (request.match_info["visit"], await seen_version(request))
    back = "today" if "today" in form else "company"
    return await _done(request, back, lambda bureau: step_done(bureau, seen))


async def add_one(request: web.Request) -> web.Response:
    form = await read_form(request)

    def work(bureau: Bureau) -> Came:
        company = _company(request, bureau)
        return "missing" if company is None else add_vacancy(bureau, company, wanted(form))

    return await _done(request, "company", work)


async def change_one(request: web.Request) -> web.Response:
    form, seen = await read_form(request), (request.match_info["vacancy"], await seen_version(request))
    return await _done(request, "company", lambda bureau: change_vacancy(bureau, seen, wanted(form)))


def contact(form: Mapping[str, str]) -> Contact:
    """400 for what no form of ours sends."""
    how = next((each for each in HOWS if each == form.get("how")), None)
    day = day_in(form, "day")
    if how is None or day is None:
        raise web.HTTPBadRequest
    return Contact(day, how, form.get("note", ""), form.get("next_step", ""), day_in(form, "next_on"))


def wanted(form: Mapping[str, str]) -> Wanted:
    state = next((each for each in STATES if each == form.get("state", "open")), None)
    places = form.get("places", "")
    if state is None or not (places.isascii() and places.isdecimal() and len(places) <= len(str(MOST_PLACES))):
        raise web.HTTPBadRequest
    titles = {name.removeprefix("title."): text for name, text in form.items() if name.startswith("title.")}
    from_on, until_on = (day_in(form, name) for name in ("from_on", "until_on"))
    return Wanted(titles, int(places), form.get("place", ""), from_on, until_on, form.get("session") or None, state)


async def _done(request: web.Request, back: str, work: Callable[[Bureau], Came]) -> web.Response:
    """Back to where the form stood, with what came of it; a new company is shown."""

    def run(session: Session) -> tuple[Came, str]:
        came = work(_bureau(request, session))
        company = came.company_id if isinstance(came, CompanyVisit | Vacancy) else ""
        return came, company or request.match_info.get("company", "")

    came, company = await request.config_dict[OFFICE].ledger.write(run)
    if came == "missing":
        raise web.HTTPNotFound
    note = came if isinstance(came, str) else came[0] if isinstance(came, list) else "kept"
    if back == "today":
        raise onward(request, address(request, "today"))
    where = address(request, "company", company=company) if company else address(request, back)
    raise onward(request, f"{where}?note={note}")


def _company(request: web.Request, bureau: Bureau) -> Company | None:
    return bureau.find(request.match_info["company"])


def _bureau(request: web.Request, session: Session) -> Bureau:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    house = office.organisations.read(session, account.organisation)
    return Bureau(session, office.vault, house, Actor.of(account), office.now())


def _today(request: web.Request) -> date:
    office = request.config_dict[OFFICE]
    return office.now().astimezone(office.organisations[request[SIGNED_IN].organisation].tz).date()


ROUTES = (
    Route("GET", "/companies", "companies", show_companies, RIGHT),
    Route("POST", "/companies/visits", "company_note", add_visit, RIGHT),
    Route("GET", f"/companies/{COMPANY}", "company", show_company, RIGHT),
    Route("POST", f"/companies/{COMPANY}/visits", "company_visit", add_visit_here, RIGHT),
    Route("POST", f"/companies/{COMPANY}/visits/{VISIT}", "company_rewrite", change_visit, RIGHT),
    Route("POST", f"/companies/{COMPANY}/visits/{VISIT}/done", "company_step", end_step, RIGHT),
    Route("POST", f"/companies/{COMPANY}/vacancies", "vacancy_add", add_one, RIGHT),
    Route("POST", f"/companies/{COMPANY}/vacancies/{VACANCY}", "vacancy_change", change_one, RIGHT),
)
