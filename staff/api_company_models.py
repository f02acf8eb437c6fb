"""What the API takes and gives of companies, of visits to them, and of vacancies."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from casework.employers.register import LONGEST_NAME
from casework.employers.vacancies import LONGEST_PLACE, LONGEST_TITLE, MOST_PLACES, State
from casework.employers.visits import LONGEST_NOTE, LONGEST_STEP, How
from staff.api_beside_models import ONE_LINE
from staff.api_models import In, Out, Word

NO_NUL = "^[^\\x00]*$"
IN_A_LINE = "^[^\\x00-\\x1f\\x7f]*$"
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, pattern=ONE_LINE)]


class CompanyOut(Out):
    """A company. `case` is the one in which it came to us, if it did."""

    id: str
    name: str
    case: str | None
    visited_on: date | None
    open_vacancies: int


class CompanyList(Out):
    """The one that was visited last comes first."""

    companies: list[CompanyOut]


class CompanyVisitIn(In):
    """A visit, a call or a meeting. A `next_step` is to be taken by `next_on`: send both, or neither."""

    day: date
    how: How
    note: Annotated[str, Field(max_length=LONGEST_NOTE, pattern=NO_NUL)] = ""
    next_step: Annotated[str, Field(max_length=LONGEST_STEP, pattern=IN_A_LINE)] = ""
    next_on: date | None = None


class NewCompanyVisitIn(CompanyVisitIn):
    """The same, to a company by its `company` name, known or new."""

    company: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=ONE_LINE)]


class CompanyVisitOut(Out):
    """A visit as it was written down; `author` is as in the audit, `owner` takes the next step."""

    id: str
    company: str
    company_name: str
    day: date
    how: How
    note: str
    next_step: str
    next_on: date | None
    next_done: bool
    owner: str | None
    author: str
    version: int


class CompanyVisitList(Out):
    """The latest first."""

    visits: list[CompanyVisitOut]


class VacancyIn(In):
    """Work at a company. `titles` by language, the first one of the house at least; `session` is one it is host of."""

    titles: Annotated[dict[Word, Title], Field(min_length=1, max_length=10)]
    places: Annotated[int, Field(ge=1, le=MOST_PLACES)] = 1
    place: Annotated[str, Field(max_length=LONGEST_PLACE, pattern=IN_A_LINE)] = ""
    from_on: date | None = None
    until_on: date | None = None
    session: Word | None = None
    state: State = "open"


class VacancyOut(Out):
    """A vacancy. `state`: `open`, `filled` or `gone`."""

    id: str
    company: str
    found_on: date
    titles: dict[str, str]
    places: int
    place: str
    from_on: date | None
    until_on: date | None
    session: str | None
    state: State
    version: int


class VacancyList(Out):
    """Open ones first, then the newest."""

    vacancies: list[VacancyOut]
