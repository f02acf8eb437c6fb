"""Cases are handed over, brought up to date, read and accepted; the staff hear of it without a name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from sqlmodel import Session, select

from casework.cases.called import known_to
from casework.cases.case_names import QUESTION
from casework.cases.case_numbers import case_by_number, numbered
from casework.cases.cases import Actor, CaseFile, HandOverRequest, Page, accept, list_cases, read_case
from casework.cases.dossier import Earlier
from casework.cases.today import desk
from casework.door.accounts import Account
from casework.door.rights import LOOKS_AFTER
from casework.privacy import consents
from casework.telling.notice_ways import recipients
from casework.telling.notices import News, give_notice, mark_seen
from flows.effects import RecordConsent
from flows.log import Value
from storage.ledger import Ledger
from storage.tables import Audit, Case, Notice, Staff
from tests.case_rows import notices, rows
from tests.staff_stage import ANSWERS, ELSEWHERE, HERE, ORGANISATIONS, Stage

COMPANY: Mapping[str, Value] = {**ANSWERS, "kind": "company"}


@pytest.fixture
async def stage(ledger: Ledger) -> Stage:
    stage = Stage(ledger)
    await stage.staff()
    return stage


async def read(stage: Stage, case_id: str, account: Account) -> CaseFile | None:
    return await stage.ledger.write(
        lambda session: read_case(session, stage.vault, Actor.of(account), case_id, stage.now)
    )


async def test_a_case_belongs_to_the_coach_of_the_appointment_and_waits_for_them_only(stage: Stage) -> None:
    greet, yusuf = await stage.account("greet"), await stage.account("yusuf")
    person, talk = await stage.person()
    visit = await stage.visit(person, "greet")
    request = HandOverRequest(HERE, person, talk, ANSWERS, (), "nl", appointment_id=visit)
    case = await stage.hand_over(request)
    found = await read(stage, case, yusuf)
    assert found is not None
    assert (found.case.coach, found.case.state, found.flow) == ("greet", "offered", "intake")
    assert found.appointment is not None
    assert found.appointment.id == visit
    assert await notices(stage, greet) == ["new_case"]
    assert await notices(stage, yusuf) == []


async def test_a_case_without_an_appointment_waits_for_everybody_until_one_accepts_it(stage: Stage) -> None:
    greet, yusuf = await stage.account("greet"), await stage.account("yusuf")
    case = await stage.case()
    assert await notices(stage, greet) == await notices(stage, yusuf) == ["new_case"]
    assert await stage.ledger.write(lambda s: accept(s, case, greet, 1, stage.now)) == "accepted"
    assert await notices(stage, yusuf) == []
    found = await read(stage, case, yusuf)
    assert found is not None
    assert (found.case.state, found.case.coach, found.case.accepted_by) == ("accepted", "greet", greet.id)


async def test_the_appointment_of_somebody_else_gives_a_case_no_coach(stage: Stage) -> None:
    other, _ = await stage.person()
    case = await stage.case(appointment_id=await stage.visit(other, "greet"))
    found = await read(stage, case, await stage.account("greet"))
    assert found is not None
    assert found.case.coach is None


async def test_an_update_keeps_the_earlier_answers_and_tells_the_coach(stage: Stage) -> None:
    greet = await stage.account("greet")
    person, talk = await stage.person()
    request = HandOverRequest(HERE, person, talk, {"first_name": "Sam", "health": "no"}, (), "nl")
    case = await stage.hand_over(request)
    stage.later(minutes=5)
    newer = HandOverRequest(HERE, person, talk, {"first_name": "Samira"}, ("health",), "fr", case=case)
    assert await stage.hand_over(newer) == case
    found = await read(stage, case, greet)
    assert found is not None
    assert (found.case.version, found.case.language) == (2, "fr")
    assert found.dossier.newest.answers == {"first_name": "Samira"}
    changed = found.dossier.newest.at
    assert found.dossier.earlier("first_name") == (Earlier("Sam", changed),)
    assert found.dossier.earlier("health") == (Earlier("no", changed),)
    assert await notices(stage, greet) == ["new_case", "changed_case"]


async def test_a_case_of_another_organisation_cannot_be_brought_up_to_date(stage: Stage) -> None:
    foreign = await stage.case(organisation=ELSEWHERE)
    own = await stage.case(case=foreign)
    assert own != foreign


async def test_a_case_that_is_accepted_stays_with_who_accepted_it(stage: Stage) -> None:
    yusuf = await stage.account("yusuf")
    person, talk = await stage.person()
    request = HandOverRequest(HERE, person, talk, ANSWERS, (), "nl")
    case = await stage.hand_over(request)
    await stage.ledger.write(lambda s: accept(s, case, yusuf, 1, stage.now))
    visit = await stage.visit(person, "greet")
    await stage.hand_over(HandOverRequest(HERE, person, talk, ANSWERS, (), "nl", case, visit))
    found = await read(stage, case, yusuf)
    assert found is not None
    assert (found.case.coach, found.case.state, found.case.version) == ("yusuf", "accepted", 3)
    assert await notices(stage, yusuf) == ["changed_case"]


async def test_of_two_coaches_who_accept_at_once_one_has_the_case(stage: Stage) -> None:
    coaches = [await stage.account("greet"), await stage.account("yusuf")]
    case = await stage.case()

    def try_it(account: Account) -> Callable[[Session], str]:
        return lambda session: accept(session, case, account, 1, stage.now)

    outcomes = await asyncio.gather(*(stage.ledger.write(try_it(account)) for account in coaches))
    assert sorted(outcomes) == ["accepted", "taken"]


async def test_a_case_that_changed_meanwhile_is_not_accepted_unread(stage: Stage) -> None:
    greet = await stage.account("greet")
    person, talk = await stage.person()
    case = await stage.hand_over(HandOverRequest(HERE, person, talk, ANSWERS, (), "nl"))
    await stage.hand_over(HandOverRequest(HERE, person, talk, {}, (), "nl", case=case))
    assert await stage.ledger.write(lambda s: accept(s, case, greet, 1, stage.now)) == "changed"
    assert await stage.ledger.write(lambda s: accept(s, case, greet, 2, stage.now)) == "accepted"


async def test_another_organisation_neither_reads_nor_accepts_nor_lists_a_case(stage: Stage) -> None:
    login = next(iter(stage.organisations[ELSEWHERE].coaches))
    stranger = await stage.account(login, ELSEWHERE)
    case = await stage.case()
    assert await read(stage, case, stranger) is None
    assert await stage.ledger.write(lambda s: accept(s, case, stranger, 1, stage.now)) == "missing"
    assert await stage.ledger.write(lambda s: list_cases(s, Actor.of(stranger), Page(), stage.now)) == []
    assert await notices(stage, stranger) == []


async def test_pages_of_the_list_join_without_a_gap_or_a_double(stage: Stage) -> None:
    greet = await stage.account("greet")
    made = {await stage.case() for _ in range(5)}
    seen: list[str] = []
    page = Page(limit=2)
    while listed := await stage.ledger.write(lambda s, page=page: list_cases(s, Actor.of(greet), page, stage.now)):  # type: ignore[misc]  # mypy does not follow the default
        seen += [line.case.id for line in listed]
        page = Page(limit=2, after=(listed[-1].case.created_at, listed[-1].case.id))
    assert len(seen) == len(made)
    assert set(seen) == made


async def test_what_a_person_told_is_sealed_in_the_row(stage: Stage) -> None:
    await stage.case()
    (case,) = await rows(stage, Case)
    assert b"Samira" not in case.sealed
    assert b"childcare" not in case.sealed


async def test_reading_listing_and_accepting_leave_a_trace(stage: Stage) -> None:
    greet = await stage.account("greet")
    case = await stage.case()
    await read(stage, case, greet)
    await stage.ledger.write(lambda s: list_cases(s, Actor.of(greet), Page(), stage.now))
    await stage.ledger.write(lambda s: accept(s, case, greet, 1, stage.now))
    traces = [(row.action, row.actor, row.subject) for row in await rows(stage, Audit)]
    assert traces == [
        ("case.read", greet.actor, case),
        ("case.list", greet.actor, "all"),
        ("case.accept", greet.actor, case),
    ]


async def test_news_with_the_same_key_is_told_once(stage: Stage) -> None:
    news = News(HERE, "person_asked", "subject", "person_asked|subject|1")
    told = [await stage.ledger.write(lambda s: give_notice(s, news, stage.now)) for _ in range(2)]
    assert told[0] is not None
    assert told[1] is None


async def test_a_notice_is_put_away_once_and_never_by_another_organisation(stage: Stage) -> None:
    greet = await stage.account("greet")
    stranger = await stage.account(next(iter(stage.organisations[ELSEWHERE].coaches)), ELSEWHERE)
    await stage.case()
    (notice,) = await rows(stage, Notice)
    attempts = [
        await stage.ledger.write(lambda s, who=who: mark_seen(s, notice.id, who, stage.now))  # type: ignore[misc]  # mypy does not follow the default
        for who in (stranger, greet, greet)
    ]
    assert attempts == [False, True, False]


@pytest.mark.parametrize("text", ["", "%", "_", "zz", "-", "5e8_", "5E85"])
async def test_what_is_no_number_begins_no_case(stage: Stage, text: str) -> None:
    await stage.case()
    assert not await stage.ledger.read(lambda s: s.exec(select(Case).where(numbered(text))).all())
    assert await stage.ledger.read(lambda s: case_by_number(s, HERE, text)) is None


async def test_a_number_names_a_case_once_it_fits_no_other(stage: Stage) -> None:
    ids = {await stage.case() for _ in range(3)}
    for id in ids:
        for length in range(1, 33):
            alike = [other for other in ids if other.startswith(id[:length])]
            case = await stage.ledger.read(lambda s, number=id[:length]: case_by_number(s, HERE, number))  # type: ignore[misc]  # mypy does not follow the default
            assert (case.id if case else None) == (id if alike == [id] else None)
        assert await stage.ledger.read(lambda s, number=id: case_by_number(s, ELSEWHERE, number)) is None  # type: ignore[misc]  # mypy does not follow the default


@pytest.mark.parametrize("role", LOOKS_AFTER)
@pytest.mark.parametrize("given", [True, False])
async def test_who_looks_after_kinds_finds_no_case_of_who_looks_for_work_by_any_way(
    stage: Stage, role: str, given: bool
) -> None:
    """Not though it was given to them, or they accepted it before they had another role."""
    greet = await stage.account("greet")
    theirs, ours = await stage.case(COMPANY), [await stage.case(), await stage.case()]
    if given:
        await stage.ledger.write(lambda s: accept(s, ours[1], greet, 1, stage.now))
    await stage.ledger.write(lambda s: hand_to(s, "greet" if given else None, [theirs, ours[0]]))
    await stage.ledger.write(lambda s: set_role(s, greet, role))
    account = replace(greet, role=role)
    listed = await stage.ledger.write(lambda s: list_cases(s, Actor.of(account), Page(), stage.now))
    today = await stage.ledger.read(lambda s: desk(s, ORGANISATIONS[HERE], account, stage.now))
    assert {line.case.id for line in listed} == {case.id for case in today.offered} == {theirs}
    assert {subject for notice in await rows(stage, Notice) for subject in await heard(stage, account, notice)} == {
        theirs
    }
    for case in ours:
        assert await read(stage, case, account) is None
        taken = await stage.ledger.write(lambda s, case=case: accept(s, case, account, 1, stage.now))  # type: ignore[misc]  # mypy does not follow the default
        assert taken == "missing"
    assert await read(stage, theirs, account) is not None
    assert await stage.ledger.write(lambda s: accept(s, theirs, account, 1, stage.now)) == "accepted"


def hand_to(session: Session, coach: str | None, cases: list[str]) -> None:
    for case in cases:
        session.get_one(Case, case).coach = coach


def set_role(session: Session, account: Account, role: str) -> None:
    session.get_one(Staff, account.id).role = role


async def heard(stage: Stage, account: Account, notice: Notice) -> set[str]:
    """What this notice is about, if it comes to them or they can put it away."""
    told = await stage.ledger.read(lambda s: {staff.id for staff in recipients(s, notice)})
    gone = await stage.ledger.write(lambda s: mark_seen(s, notice.id, account, stage.now))
    return {notice.subject} if account.id in told or gone else set()


async def test_names_in_calendars_are_of_those_whom_the_reader_may_see(stage: Stage) -> None:
    ids = [await stage.case({**answers, QUESTION: "Samira"}) for answers in (ANSWERS, COMPANY)]
    people = await stage.ledger.read(lambda s: [s.get_one(Case, id).person_id for id in ids])
    greet = await stage.account("greet")
    for role, seen in (("coach", [True, True]), ("coordinator", [False, True]), ("front_desk", [False, False])):
        account = replace(greet, role=role)
        known = await stage.ledger.read(lambda s, a=account: known_to(s, stage.vault, a, people))  # type: ignore[misc]  # mypy does not follow the default
        assert [bool(known[person].name) for person in people] == [known[person].opens for person in people] == seen


async def test_the_last_word_about_consent_holds(stage: Stage) -> None:
    person, _ = await stage.person()

    def agree(granted: bool) -> Callable[[Session], None]:
        order = RecordConsent("health", 1, granted, "nl")
        return lambda session: consents.record(session, person, order, "web", stage.now)

    def asked(session: Session) -> bool:
        return consents.consented(session, person, "health")

    assert not await stage.ledger.read(asked)
    await stage.ledger.write(agree(True))
    assert await stage.ledger.read(asked)
    stage.later(seconds=1)
    await stage.ledger.write(agree(False))
    assert not await stage.ledger.read(asked)
