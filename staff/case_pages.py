"""The pages about cases: the list with what may be asked of it, and one case with all that its reader may see."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlmodel import Session

from casework.accounts import Account, coach_names
from casework.assigning import Candidate
from casework.calendar import moment_or_next
from casework.case_answers import Reason
from casework.case_giving import Withdrawn, choices
from casework.case_names import name_indexes
from casework.case_states import OPEN, State, steps
from casework.cases import Actor, CaseFile, Page, list_cases, read_case
from casework.first_answer import House
from casework.need_to_know import visible
from casework.recordings import of_case
from casework.rights import may
from casework.session_summary import session_section
from casework.summary import HEADINGS
from staff.cursor import cursor_after, read_cursor
from staff.door import SIGNED_IN, Route
from staff.office import OFFICE, Office
from staff.pages import page
from storage.tables import CaseStep, Recording

LONGEST = 64
NUMBER = re.compile("[0-9a-f]{2,32}")
NOBODY = "-"
"""The index of no name: what is typed and is neither a name nor a number finds nothing."""
ON_A_PAGE = 30
ID = "{id:[0-9a-f]{1,32}}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked the list for, as it stands in the address."""

    find: str = ""
    state: str = ""
    mine: str = ""
    language: str = ""
    place: str = ""
    since: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        return cls(**{name: query.get(name, "").strip()[:LONGEST] for name in cls.__slots__})

    @property
    def address(self) -> dict[str, str]:
        """What differs from the whole list."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


async def show_cases(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    now, asked = office.now(), Asked.of(request.query)
    stretch = _stretch(request, asked)
    listed = await office.ledger.write(lambda session: list_cases(session, Actor.of(account), stretch, now))
    shown = listed[:ON_A_PAGE]
    after = cursor_after(shown[-1].case) if len(listed) > ON_A_PAGE else ""
    more = urlencode({**asked.address, "after": after}) if after else ""
    return page(request, "cases.html", cases=shown, asked=asked, states=get_args(State), more=more)


def _stretch(request: web.Request, asked: Asked) -> Page:
    """What was asked for, as the list understands it; what is no language, no place or no date finds nothing less."""
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    number = asked.find.lower().lstrip("#")
    return Page(
        ON_A_PAGE + 1,
        _after(request),
        state=asked.state or None,
        coach=(account.coach or "") if asked.mine else None,
        language=asked.language or None,
        place=asked.place or None,
        since=_midnight(asked.since, office.organisations[account.organisation].tz),
        number=number if NUMBER.fullmatch(number) else "",
        names=name_indexes(office.vault, account.organisation, asked.find) or ((NOBODY,) if asked.find else ()),
    )


def _midnight(day: str, zone: ZoneInfo) -> datetime | None:
    try:
        return moment_or_next(datetime.combine(date.fromisoformat(day), time.min), zone)
    except ValueError:
        return None


def _after(request: web.Request) -> tuple[datetime, str] | None:
    try:
        return read_cursor(request.query["after"]) if "after" in request.query else None
    except ValueError:
        raise web.HTTPNotFound from None


@dataclass(frozen=True, slots=True)
class Opened:
    """One case with what stands beside it."""

    file: CaseFile
    names: Mapping[str, str]
    spoken: Sequence[Recording]
    history: Sequence[CaseStep]
    choices: Sequence[Candidate]


async def show_case(request: web.Request) -> web.Response:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    found = await office.ledger.write(partial(_open, office=office, account=account, id=id))
    if found is None:
        raise web.HTTPNotFound
    file, language = found.file, account.language
    every = (
        *session_section(office.organisations[account.organisation], file.places, office.briefing.wording, language),
        *office.briefing.sections(file.flow, file.dossier, language),
    )
    told = visible(account, file.case, every)
    kept_from = any(section.part == "private" for section in every) and not may(account, "see_private", file.case)
    more: dict[str, Any] = {
        "opened": found,
        "headings": HEADINGS,
        "note": request.query.get("note", ""),
        "names": found.names,
        "spoken": found.spoken,
        "hidden": kept_from and may(account, "see_barriers", file.case),
        "reasons": get_args(Reason),
        "withdrawn": get_args(Withdrawn),
    }
    asked = partial(office.briefing.label, file.flow, language=language)
    return page(request, "case.html", file=file, sections=told, asked=asked, **more)


def _open(session: Session, office: Office, account: Account, id: str) -> Opened | None:
    now = office.now()
    file = read_case(session, office.vault, Actor.of(account), id, now)
    if file is None:
        return None
    house = House(office.organisations[account.organisation], office.vault)
    gives = may(account, "assign", file.case) and file.case.state in OPEN
    return Opened(
        file,
        coach_names(session, account.organisation),
        of_case(session, file.case) if may(account, "see_barriers", file.case) else (),
        steps(session, file.case.id),
        choices(session, house, file.case, now) if gives else (),
    )


ROUTES = (
    Route("GET", "/cases", "cases", show_cases, "see_cases"),
    Route("GET", f"/cases/{ID}", "case", show_case, "see_cases"),
)
