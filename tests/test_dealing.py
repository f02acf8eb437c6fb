"""A new case is told to those whose role deals with its kind, and who may take it on; there is always somebody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import partial
from typing import get_args

import pytest
from sqlmodel import Session, select

from casework.cases.case_kinds import KINDS
from casework.cases.cases import HandOverRequest, accept, hand_over
from casework.cases.dealing import DEALS, dealers
from casework.cases.today import desk
from casework.door.accounts import Account, ensure_accounts
from casework.door.rights import may
from casework.house.organisation import Coach, Organisation, Role
from casework.telling.notice_ways import recipients
from flows.log import Value
from storage.ledger import open_ledger
from storage.tables import Case, Notice, Staff
from tests.staff_stage import HERE, ORGANISATIONS, Stage
from tests.stage import open_stage
from tests.test_doors import COMPANY, HOUSE, WORK, come_in

ROLES: Mapping[str, tuple[Role, ...]] = {
    "lead": ("coach", "team_lead"),
    "coach": ("coach",),
    "both": ("coach", "coordinator"),
    "broker": ("job_broker",),
    "desk": ("front_desk",),
    "boss": ("admin",),
}


def office(*there: str) -> Organisation:
    template = ORGANISATIONS[HERE].coaches["greet"]
    coaches: dict[str, Coach] = {
        id: replace(template, id=id, name=id, roles=ROLES[id], substitute=None) for id in there
    }
    return replace(ORGANISATIONS[HERE], coaches=coaches, on_duty=(), named_for_health=())


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    ledger = await open_ledger("sqlite://")
    yield Stage(ledger)
    await ledger.close()


async def told(stage: Stage, house: Organisation, kind: str) -> set[str]:
    """Who hears of a new case of this kind, on whatever way."""
    await stage.ledger.write(partial(ensure_accounts, organisation=house, now=stage.now))
    answers: dict[str, Value] = {"kind": kind}
    person, talk = await stage.person()

    def work(session: Session) -> set[str]:
        heard = dealers(session, house, kind)
        request = HandOverRequest(HERE, person, talk, answers, (), "nl", dealers=heard)
        case = session.get_one(Case, hand_over(session, stage.vault, request, stage.now))
        notices = session.exec(select(Notice).where(Notice.subject == case.id)).all()
        found = [staff for notice in notices for staff in recipients(session, notice)]
        assert len(found) == len({staff.id for staff in found}), "nobody hears of it twice"
        assert all(may(Account.of(staff), "take_cases", case) for staff in found)
        return {str(staff.coach) for staff in found}

    return await stage.ledger.write(work)


ALL = tuple(ROLES)


@pytest.mark.parametrize(
    ("kind", "there", "who"),
    [
        ("company", ALL, {"broker"}),
        ("company", ("lead", "coach", "both"), {"both"}),
        ("company", ("lead", "coach"), {"lead"}),
        ("company", ("coach", "desk", "boss"), {"coach"}),
        ("chores_customer", ALL, {"both"}),
        ("chores_customer", ("lead", "coach", "broker"), {"lead"}),
        ("partner", ALL, {"both"}),
        ("job_seeker", ALL, {"lead", "coach", "both"}),
        ("self_employment", ALL, {"lead", "coach", "both"}),
        ("other", ALL, {"lead", "coach", "both"}),
    ],
)
async def test_a_new_case_is_told_to_who_deals_with_its_kind(
    stage: Stage, kind: str, there: tuple[str, ...], who: set[str]
) -> None:
    assert await told(stage, office(*there), kind) == who


async def test_who_has_left_deals_with_nothing(stage: Stage) -> None:
    house = office(*ALL)
    await stage.ledger.write(partial(ensure_accounts, organisation=house, now=stage.now))

    def leave(session: Session) -> None:
        session.exec(select(Staff).where(Staff.login == "broker")).one().active = False

    await stage.ledger.write(leave)
    assert await told(stage, house, "company") == {"both"}


async def test_nobody_is_told_of_a_kind_that_their_account_may_not_take_on(stage: Stage) -> None:
    """A broker whom the file calls a coordinator too: the account is a broker's, and has no customers."""
    house = office("coach", "broker")
    broker = replace(house.coaches["broker"], roles=("job_broker", "coordinator"))
    house = replace(house, coaches={**house.coaches, "broker": broker})
    assert await told(stage, house, "chores_customer") == {"coach"}


async def test_the_desk_of_a_coach_has_no_case_that_others_deal_with_until_they_decline(stage: Stage) -> None:
    house = office(*ALL)
    await told(stage, house, "company")
    await told(stage, house, "job_seeker")

    async def offered(login: str) -> set[str]:
        account = await stage.account(login)
        found = await stage.ledger.read(lambda s: desk(s, house, account, stage.now).offered)
        return {case.kind for case in found}

    assert await offered("coach") == {"job_seeker"}
    assert await offered("broker") == {"company"}
    assert await offered("lead") == {"company", "job_seeker"}

    def decline(session: Session) -> None:
        session.exec(select(Case).where(Case.kind == "company")).one().state = "declined"

    await stage.ledger.write(decline)
    assert await offered("coach") == {"company", "job_seeker"}


async def test_who_deals_with_it_takes_it_on_and_nobody_has_to_look_any_more(stage: Stage) -> None:
    await told(stage, office(*ALL), "company")
    broker = await stage.account("broker")

    def take(session: Session) -> set[str]:
        case = session.exec(select(Case)).one()
        assert accept(session, case.id, broker, case.version, stage.now) == "accepted"
        return set(session.exec(select(Notice.state)))

    assert await stage.ledger.write(take) == {"seen"}


async def test_in_a_conversation_a_company_is_told_to_one_role_and_a_job_seeker_to_every_coach() -> None:
    async with open_stage() as stage:
        regie = stage.house.organisations[HOUSE]
        await stage.house.ledger.write(partial(ensure_accounts, organisation=regie, now=stage.clock.now()))
        await come_in(stage, "company", COMPANY)
        await come_in(stage, "work", WORK)
        found = await stage.house.ledger.read(_told)
    assert found == {"company": {"hilde"}, "job_seeker": {None}}


def _told(session: Session) -> dict[str, set[str | None]]:
    kinds = {case.id: case.kind for case in session.exec(select(Case))}
    found: dict[str, set[str | None]] = {}
    for notice in session.exec(select(Notice).where(Notice.kind == "new_case")):
        found.setdefault(kinds[notice.subject], set()).add(notice.coach)
    return found


def test_what_somebody_deals_with_is_a_kind_and_a_role() -> None:
    assert set(DEALS) < set(KINDS)
    assert {role for roles in DEALS.values() for role in roles} <= set(get_args(Role))
