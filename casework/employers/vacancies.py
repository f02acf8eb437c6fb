"""Vacancies at companies: found, changed, told of at a group session, filled or gone; nothing of any person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias, get_args

from sqlalchemy import or_
from sqlmodel import Session, col, select

from casework.cases.case_names import plainly
from casework.employers.register import Bureau, name_of
from casework.house.organisation import Organisation
from casework.sessions.session_file import GroupSession
from flows.forbidden import forbidden
from storage.as_read import change_as_read
from storage.columns import new_id
from storage.employer_tables import Company, Vacancy
from storage.vault import Vault

State: TypeAlias = Literal["open", "filled", "gone"]
STATES: tuple[State, ...] = get_args(State)
Flaw: TypeAlias = Literal["title", "places", "days", "session", "number"]
LONGEST_TITLE, LONGEST_PLACE, MOST_PLACES = 80, 80, 500
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """A vacancy as somebody writes it down: ``titles`` by language, the first language of the house at least."""

    titles: Mapping[str, str]
    places: int = 1
    place: str = ""
    from_on: date | None = None
    until_on: date | None = None
    session: str | None = None
    state: State = "open"


@dataclass(frozen=True, slots=True)
class Opening:
    """An open vacancy, with the name of its company."""

    row: Vacancy
    company: str = field(repr=False)


def flaws(bureau: Bureau, company: Company, wanted: Wanted) -> list[Flaw]:
    found: list[Flaw] = []
    if not wanted.titles.get(bureau.organisation.languages[0], "").strip():
        found.append("title")
    if any(forbidden(text) for text in (*wanted.titles.values(), wanted.place)):
        found.append("number")
    if not 1 <= wanted.places <= MOST_PLACES:
        found.append("places")
    if wanted.from_on and wanted.until_on and wanted.from_on > wanted.until_on:
        found.append("days")
    hosted = {group.id for group in hosted_by(bureau.organisation, name_of(bureau.vault, company))}
    if wanted.session is not None and wanted.session not in hosted:
        found.append("session")
    return found


def hosted_by(organisation: Organisation, company: str) -> list[GroupSession]:
    """The group sessions at which this company receives people, the soonest first."""
    name = plainly(company)
    found = (group for group in organisation.sessions.values() if group.host and plainly(group.host) == name)
    return sorted(found, key=lambda group: (group.day, group.start, group.id))


def add_vacancy(bureau: Bureau, company: Company, wanted: Wanted) -> Vacancy | list[Flaw]:
    found = flaws(bureau, company, wanted)
    if found:
        return found
    row = Vacancy(
        id=new_id(),
        organisation=bureau.organisation.id,
        company_id=company.id,
        found_on=bureau.now.astimezone(bureau.organisation.tz).date(),
        author=bureau.actor.name,
        at=bureau.now,
        **_facts(bureau, wanted, None),
    )
    bureau.session.add(row)
    bureau.session.flush()
    bureau.record("vacancy.add", row.id)
    return row


def change_vacancy(
    bureau: Bureau, seen: tuple[str, int], wanted: Wanted
) -> Literal["done", "changed", "missing"] | list[Flaw]:
    """``seen`` is the id and the version that were on the screen."""
    row = find_vacancy(bureau, seen[0])
    company = bureau.find(row.company_id) if row else None
    if row is None or company is None:
        return "missing"
    found = flaws(bureau, company, wanted)
    if found:
        return found
    if not change_as_read(bureau.session, row, seen[1], **_facts(bureau, wanted, row)):
        return "changed"
    bureau.record(f"vacancy.{wanted.state}", seen[0])
    return "done"


def find_vacancy(bureau: Bureau, vacancy_id: str) -> Vacancy | None:
    mine = Vacancy.id == vacancy_id, Vacancy.organisation == bureau.organisation.id
    return bureau.session.exec(select(Vacancy).where(*mine)).first()


def vacancies_of(session: Session, company: Company) -> Sequence[Vacancy]:
    """Open ones first, then the newest."""
    theirs = select(Vacancy).where(Vacancy.company_id == company.id)
    order = col(Vacancy.state) != "open", col(Vacancy.found_on).desc(), col(Vacancy.at).desc()
    return session.exec(theirs.order_by(*order)).all()


def open_vacancies(session: Session, vault: Vault, organisation: str, today: date) -> list[Opening]:
    """What a coach can tell somebody of: the newest first, and none whose last day is over."""
    query = (
        select(Vacancy, Company)
        .join(Company, col(Company.id) == col(Vacancy.company_id))
        .where(Vacancy.organisation == organisation, *_still_open(today))
        .order_by(col(Vacancy.found_on).desc(), col(Vacancy.at).desc())
        .limit(SHOWN)
    )
    return [Opening(row, name_of(vault, company)) for row, company in session.exec(query)]


def jobs_at(session: Session, organisation: Organisation, group: GroupSession, language: str, today: date) -> str:
    """What the host of a session looks for people for: what its file says, then the open vacancies linked to it."""
    if not group.host:
        return ""
    linked = select(Vacancy).where(Vacancy.organisation == organisation.id, Vacancy.session == group.id)
    rows = session.exec(linked.where(*_still_open(today)).order_by(col(Vacancy.at)))
    written = group.jobs.get(language) or next((group.jobs[each] for each in group.languages if each in group.jobs), "")
    return ", ".join(filter(None, (written, *(title_of(row, language) for row in rows))))


def title_of(row: Vacancy, language: str) -> str:
    """In their language, or else in the first one in which it was written."""
    return row.titles.get(language) or next(iter(row.titles.values()), "")


def _still_open(today: date) -> tuple[Any, ...]:
    return Vacancy.state == "open", or_(col(Vacancy.until_on).is_(None), col(Vacancy.until_on) >= today)


def _facts(bureau: Bureau, wanted: Wanted, before: Vacancy | None) -> dict[str, Any]:
    spoken = bureau.organisation.languages
    titles = {each: " ".join(wanted.titles.get(each, "").split())[:LONGEST_TITLE] for each in spoken}
    closed = before.closed_at if before is not None and before.state == wanted.state else bureau.now
    return {
        "titles": {language: title for language, title in titles.items() if title},
        "places": wanted.places,
        "place": " ".join(wanted.place.split())[:LONGEST_PLACE],
        "from_on": wanted.from_on,
        "until_on": wanted.until_on,
        "session": wanted.session,
        "state": wanted.state,
        "closed_at": None if wanted.state == "open" else closed,
    }
