"""The pages about cases: the list with what may be asked of it, and one dossier with all that its reader may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any, TypeVar, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlmodel import Session

from casework.cases.case_answers import Reason
from casework.cases.case_giving import Withdrawn
from casework.cases.case_kinds import KINDS
from casework.cases.case_names import name_indexes
from casework.cases.case_outcomes import OUTCOMES
from casework.cases.case_states import OPEN, State
from casework.cases.cases import Actor, CaseFile, Page, list_cases
from casework.cases.dossier_page import Asked as AskedDossier
from casework.cases.dossier_page import Bureau, DossierPage, note_opening, open_dossier
from casework.cases.summary import HEADINGS
from casework.cases.timeline_words import CALL, Teller
from casework.door.rights import may
from casework.hours.calendar import moment_or_next
from casework.house.demonstration import invented
from casework.steps.step_states import possible
from casework.steps.step_words import STANDS, WHO_DOES
from casework.talk.talk_unread import unread
from casework.visiting.visit_words import STATES, WAYS
from staff.advice import advice
from staff.cursor import cursor_after, read_cursor, read_place, write_place
from staff.door import SIGNED_IN, Route
from staff.office import OFFICE
from staff.pages import SHORT, day_and_time, is_renewal, page
from storage.tables import Case

T = TypeVar("T")
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
    kind: str = ""

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
    stretch, again = _stretch(request, asked), is_renewal(request)
    listed = await office.ledger.write(
        lambda session: list_cases(session, Actor.of(account), stretch, now, again=again)
    )
    wrote = await office.ledger.read(lambda session: unread(session, account)) if may(account, "talk") else {}
    made_up = await invented_among(request, [each.case.person_id for each in listed])
    shown = listed[:ON_A_PAGE]
    after = cursor_after(shown[-1].case) if len(listed) > ON_A_PAGE else ""
    more = urlencode({**asked.address, "after": after}) if after else ""
    filters: dict[str, Any] = {"asked": asked, "states": get_args(State), "kinds": KINDS}
    return page(request, "cases.html", cases=shown, more=more, wrote=wrote, invented=made_up, **filters)


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
        kind=asked.kind or None,
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


async def show_case(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    found, offers = await _opened(request, lambda session, file: advice(session, office, account, file))
    told = teller(request, found)
    more: dict[str, Any] = {
        "advice": offers,
        "file": found.file,
        "invented": bool(await invented_among(request, [found.file.case.person_id])),
        "opened": found,
        "sections": found.sections,
        "headings": HEADINGS,
        "note": request.query.get("note", ""),
        "teller": told,
        "events": [told.tell(event) for event in found.timeline.events],
        "older": write_place(*found.timeline.more) if found.timeline.more else "",
        "newer": "before" in request.query,
        "visit_words": STATES,
        "ways": WAYS,
        "asked": partial(office.briefing.label, found.file.flow, language=told.language),
        "call": CALL,
        "reasons": get_args(Reason),
        "withdrawn": get_args(Withdrawn),
        "outcomes": OUTCOMES,
        "step_words": step_words(found.file.case),
    }
    return page(request, "case.html", **more)


def step_words(case: Case) -> dict[str, Any]:
    """What the page needs to say how small steps stand, and what can be said of them now."""
    return {"stands": STANDS, "who": WHO_DOES, "possible": possible, "works_on": case.state in OPEN}


async def invented_among(request: web.Request, people: Sequence[str]) -> frozenset[str]:
    """Those of ``people`` who do not exist; looked for in a demonstration only."""
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    if not office.organisations[account.organisation].demonstration:
        return frozenset()
    return await office.ledger.read(lambda session: invented(session, people))


async def dossier(request: web.Request) -> DossierPage:
    """The case of the address, opened for who is signed in; 404 for one that is not there, or not for them."""
    found, _ = await _opened(request, lambda session, file: None)
    return found


async def _opened(request: web.Request, also: Callable[[Session, CaseFile], T]) -> tuple[DossierPage, T]:
    """The dossier and what else is read of it; given only when the audit has who read it."""
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    bureau = Bureau(office.vault, office.briefing, office.organisations[account.organisation])
    asked = AskedDossier(account, request.match_info["id"], _before(request), is_renewal(request))
    now = office.now()

    def work(session: Session) -> tuple[DossierPage, T] | None:
        found = open_dossier(session, bureau, asked, now)
        return (found, also(session, found.file)) if found else None

    opened = await office.ledger.read(work)
    if opened is None:
        raise web.HTTPNotFound
    await office.ledger.write(lambda session: note_opening(session, bureau, asked, opened[0].file, now))
    return opened


def teller(request: web.Request, found: DossierPage) -> Teller:
    """Says what happened in the reader's language, with moments on the clock of the house."""
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    organisation = office.organisations[account.organisation]
    clock = partial(day_and_time, language=account.language, zone=organisation.tz, pattern=SHORT)
    return Teller(organisation, office.briefing.wording, account.language, found.names, clock)


def _before(request: web.Request) -> tuple[datetime, str] | None:
    try:
        return read_place(request.query["before"]) if "before" in request.query else None
    except ValueError:
        raise web.HTTPNotFound from None


ROUTES = (
    Route("GET", "/cases", "cases", show_cases, "see_cases"),
    Route("GET", f"/cases/{ID}", "case", show_case, "see_cases"),
)
