"""Every page of the console with every role, and with what another organisation has, against docs/rights.md."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from casework.cases.case_kinds import FOR_COACHES, KINDS, CaseKind
from casework.cases.cases import Actor
from casework.cases.need_to_know import NEEDS, visible
from casework.cases.summary import Line, Part, Section
from casework.door.accounts import Account, ensure_accounts
from casework.door.rights import LOOKS_AFTER, NAMED, RIGHTS_OF, TABLE, Right, may
from casework.door.sign_in import open_door
from casework.employers.register import Bureau
from casework.employers.vacancies import Wanted, add_vacancy
from casework.employers.visits import Contact, note_visit
from staff.app import ROUTES
from staff.cookie import form_token
from staff.door import Access, Route
from storage.employer_tables import Company, CompanyVisit, Vacancy
from storage.ledger import Ledger, open_ledger
from storage.tables import Case, Notice, Staff
from tests.catalogue_stage import Shop
from tests.rights_page import PAGE, cut, drawn, opens
from tests.staff_stage import ANSWERS, ELSEWHERE, HERE, NOW, ORGANISATIONS, Browser, Stage

NOTHING = "0" * 32
FIELDS = {
    "version": "1",
    "reason": "not_for_us",
    "change": "agree",
    "coach": "yusuf",
    "outcome": "work",
    "how": "visit",
    "day": "2027-03-24",
    "places": "1",
}
"""What forms of the console send besides, so that only rights can stand in the way."""
Ids = Mapping[str, str]
"""What stands for the parts of an address, by the first folder of the address and the part's name."""


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    opened = await open_ledger("sqlite://")
    yield opened
    await opened.close()


@pytest.fixture
async def stage(ledger: Ledger) -> Stage:
    """Nobody has a password: the walkers find the door open."""
    stage = Stage(ledger)
    for organisation in (HERE, ELSEWHERE):
        await ledger.write(partial(ensure_accounts, organisation=ORGANISATIONS[organisation], now=stage.now))
    return stage


def test_the_page_for_the_security_officer_is_true() -> None:
    assert PAGE.read_text("utf-8") == drawn(), "run python -m tests.rights_page and read the difference"


def filled(route: Route, ids: Ids) -> str:
    """The address of something that is there; what the walk does not know becomes something that is not."""
    folder = route.path.split("/")[1]
    parts = (ids.get(f"{folder} {part[1:].split(':')[0]}", NOTHING) if "{" in part else part for part in cut(route))
    return "/staff" + "".join(parts)


def known(route: Route, ids: Ids) -> bool:
    return NOTHING not in filled(route, ids)


async def world(stage: Stage, organisation: str, coach: str, kind: CaseKind = "job_seeker") -> Ids:
    """Something of every sort in this organisation, given to this coach."""
    case = await stage.case({**ANSWERS, "kind": kind}, organisation)

    def give(session: Session) -> str:
        session.get_one(Case, case).coach = coach
        mine = select(Notice).where(Notice.organisation == organisation, col(Notice.state) == "waiting")
        notice = session.exec(mine).first()
        assert notice is not None
        notice.coach = coach
        return notice.id

    owner = (await stage.account(coach)).id if organisation == HERE else None
    furnished = {**await Shop(stage, organisation).furnish(case, owner), **await visited(stage, organisation)}
    return {"cases id": case, "notices id": await stage.ledger.write(give), **furnished}


async def visited(stage: Stage, organisation: str) -> dict[str, str]:
    """A company with a visit and a vacancy."""

    def work(session: Session) -> dict[str, str]:
        somebody = session.exec(select(Staff).where(Staff.organisation == organisation).limit(1)).one()
        actor = Actor.of(Account.of(somebody))
        bureau = Bureau(session, stage.vault, ORGANISATIONS[organisation], actor, stage.now)
        contact = Contact(stage.now.date(), "visit", next_step="Bellen", next_on=stage.now.date())
        visit = note_visit(bureau, "Bakkerij Demo", contact)
        assert isinstance(visit, CompanyVisit)
        company = session.get_one(Company, visit.company_id)
        vacancy = add_vacancy(bureau, company, Wanted(dict.fromkeys(("nl", "fr"), "Bakker")))
        assert isinstance(vacancy, Vacancy)
        return {"companies company": company.id, "companies visit": visit.id, "companies vacancy": vacancy.id}

    return await stage.ledger.write(work)


async def signed_in(stage: Stage, browser: Browser, role: str) -> None:
    """A browser of somebody with this role, without the time a password takes."""
    account = await stage.account("greet")

    def work(session: Session) -> str:
        session.get_one(Staff, account.id).role = role
        return open_door(session, account.id, stage.now)

    here, jar = browser.client.make_url("/"), browser.client.session.cookie_jar
    jar.update_cookies({"opstap-staff": await stage.ledger.write(work)}, here)


async def ask(browser: Browser, route: Route, path: str) -> int:
    sent = {"Sec-Fetch-Site": "same-origin"}
    if route.method == "GET":
        response = await browser.client.get(path, allow_redirects=False)
    else:
        form = {"form_token": form_token(browser.cookie()), **FIELDS}
        response = await browser.client.post(path, data=form, headers=sent, allow_redirects=False)
    status = response.status
    response.close()
    return status


def walk() -> list[Route]:
    """All pages; the door itself last, which would lock the walker out."""
    return sorted(ROUTES, key=lambda route: route.name == "sign_out")


@pytest.mark.parametrize("role", TABLE)
async def test_every_page_opens_for_those_with_the_right_and_is_not_there_for_others(stage: Stage, role: str) -> None:
    async with stage.serve() as opened:
        browser = await opened()
        wrong = []
        await signed_in(stage, browser, role)
        mine: Ids = {}
        for route in walk():
            mine = mine or await world(stage, HERE, "greet", "company" if role in LOOKS_AFTER else "job_seeker")
            status = await ask(browser, route, filled(route, mine))
            theirs = opens(route, role)
            if not theirs and status != 404:
                wrong.append(f"{route.name}: {status} for who has no right to it")
            if theirs and status in (403, 404) and known(route, mine) and not off_here(route):
                wrong.append(f"{route.name}: {status} for who has the right")
            if theirs and route.method != "GET":
                mine = {}  # what was done may stand in the way of what comes next
    assert not wrong


def off_here(route: Route) -> bool:
    """Pages of what this small office does not have."""
    return "filling" in route.name


@pytest.mark.parametrize("role", TABLE)
async def test_what_another_organisation_has_is_not_there_for_any_role(stage: Stage, role: str) -> None:
    """Their coach has the same short name as ours: even that opens nothing."""
    theirs = await world(stage, ELSEWHERE, "greet")
    before = await everything(stage)
    async with stage.serve() as opened:
        browser = await opened()
        await signed_in(stage, browser, role)
        about_them = [route for route in walk() if any(id in filled(route, theirs) for id in theirs.values())]
        statuses = {route.name: await ask(browser, route, filled(route, theirs)) for route in about_them}
    assert len(about_them) >= 4
    assert {name: status for name, status in statuses.items() if status != 404} == {}
    assert await everything(stage) == before


@pytest.mark.parametrize("kind", sorted(FOR_COACHES))
@pytest.mark.parametrize("role", LOOKS_AFTER)
async def test_what_is_of_who_looks_for_work_is_not_there_for_who_looks_after_other_kinds(
    stage: Stage, role: str, kind: CaseKind
) -> None:
    """Not though it was given to them."""
    ours = await world(stage, HERE, "greet", kind)
    private = {ours["cases id"], ours["notices id"]}
    before = await everything(stage)
    async with stage.serve() as opened:
        browser = await opened()
        await signed_in(stage, browser, role)
        about = [route for route in walk() if private & {*filled(route, ours).split("/")}]
        statuses = {route.name: await ask(browser, route, filled(route, ours)) for route in about}
    assert len(about) >= 20
    assert {name: status for name, status in statuses.items() if status != 404} == {}
    assert await everything(stage) == before


async def everything(stage: Stage) -> list[tuple[str, ...]]:
    def work(session: Session) -> list[tuple[str, ...]]:
        cases = [(case.id, case.state, str(case.version), str(case.coach)) for case in session.exec(select(Case))]
        return cases + [(notice.id, notice.state) for notice in session.exec(select(Notice))]

    return await stage.ledger.read(work)


async def test_a_guest_is_sent_to_the_door_from_every_page_that_is_not_for_anybody(stage: Stage) -> None:
    mine = await world(stage, HERE, "greet")
    async with stage.serve() as opened:
        browser = await (await opened()).open("/staff/sign-in")
        inside = [route for route in walk() if route.access is not Access.ANYBODY]
        statuses = {route.name: await ask(browser, route, filled(route, mine)) for route in inside}
    assert {name: status for name, status in statuses.items() if status != 303} == {}


LINES: tuple[tuple[Part, str], ...] = (
    ("appointment", "A"),
    ("basics", "A"),
    ("barriers", "A"),
    ("barriers", "B"),
    ("basics", "B"),
    ("preferences", "B"),
    ("private", "C"),
    ("basics", "C"),
)
SECTIONS = tuple(Section(part, (Line(f"{part}-{tier}", "", "x", tier),)) for part, tier in LINES)
BLIND = ("job_broker", "session_host", "coordinator", "regisseur", "front_desk", "partner", "admin")


async def told(stage: Stage, role: str, *, own: bool, named: bool = False, kind: CaseKind = "job_seeker") -> set[str]:
    account = replace(await stage.account("greet"), role=role, named=named)
    coach = "greet" if own else "yusuf"
    case = a_case(HERE, coach, kind)
    return {line.question for section in visible(account, case, SECTIONS) for line in section.lines}


@pytest.mark.parametrize("role", BLIND)
async def test_who_has_no_need_to_know_never_sees_a_barrier_even_in_a_case_of_their_own(
    stage: Stage, role: str
) -> None:
    seen = {line for kind in KINDS for line in await told(stage, role, own=True, named=True, kind=kind)}
    assert not seen & {"barriers-A", "barriers-B", "basics-B", "private-C", "basics-C"}


async def test_a_coach_sees_barriers_of_every_case_and_health_of_their_own_only(stage: Stage) -> None:
    everything = {f"{part}-{tier}" for part, tier in LINES}
    assert await told(stage, "coach", own=True) == everything
    assert await told(stage, "coach", own=False) == everything - {"private-C", "basics-C"}
    assert await told(stage, "team_lead", own=False) == everything - {"private-C", "basics-C"}
    assert await told(stage, "coach", own=False, named=True) == everything


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", LOOKS_AFTER)
async def test_who_looks_after_kinds_sees_the_wishes_of_those_and_nothing_of_others_though_given_to_them(
    stage: Stage, role: str, kind: CaseKind, own: bool
) -> None:
    theirs = {"appointment-A", "basics-A", "preferences-B"} if kind in LOOKS_AFTER[role] else set()
    assert await told(stage, role, own=own, kind=kind) == theirs


@pytest.mark.parametrize("role", LOOKS_AFTER)
def test_cases_of_who_looks_for_work_are_looked_after_by_coaches_only(role: str) -> None:
    assert not FOR_COACHES & LOOKS_AFTER[role]


@given(st.sampled_from(sorted(RIGHTS_OF)), st.sampled_from(sorted({*NEEDS.values()})), st.booleans())
def test_no_right_reaches_into_another_organisation(role: str, right: Right, named: bool) -> None:
    holder = Account("s", HERE, "greet", "Greet", role, "greet", "nl", named)
    assert not may(holder, right, a_case(ELSEWHERE, "greet"))


def a_case(organisation: str, coach: str, kind: CaseKind = "job_seeker") -> Case:
    return Case(
        kind=kind,
        organisation=organisation,
        person_id="p",
        conversation_id="c",
        coach=coach,
        language="nl",
        sealed=b"",
        created_at=NOW,
        updated_at=NOW,
    )


def test_to_be_named_for_health_gives_nothing_else() -> None:
    assert set(NAMED) == {"see_private"}
