"""May this company call you? Asked once, after the session, of who was there; listed only with a yes that stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlmodel import Session, col, select

from bot.session_happenings import was_there
from bot.stage import Actor
from bot.ticker import Ticker
from casework.cases.cases import Actor as Reader
from casework.door.accounts import Account, ensure_accounts
from casework.employers.calls import ASK, MayCall, may_be_called
from casework.employers.register import Bureau, by_name
from casework.house.in_force import InForce
from casework.privacy.consents import consented
from casework.privacy.erasing import erase
from casework.sessions.attendance import Register
from casework.sessions.enrolments import Room, find, join
from flows.heard import COMPANY
from storage.employer_tables import CompanyCall
from storage.tables import Case, Consent, Due, Enrolment, Notice, Outgoing, Staff
from storage.verify import verify
from tests.session_talk import said, somebody
from tests.stage import Stage, open_stage

T = TypeVar("T")
HOST, BAKERS, NO_HOST = "Bakkerij Demo", "bakker-mei", "info-apr"
ASKED = "Mag het bedrijf Bakkerij Demo je bellen?"
AFTER = timedelta(days=34, hours=7)
"""From Wednesday 24 March, 10 o'clock, until the workshop of the company is over."""
NUMBER = "0470 12 34 56"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        house = opened.house.organisations["genk"]
        await opened.house.ledger.write(lambda session: ensure_accounts(session, house, opened.clock.now()))
        yield opened
        assert await opened.house.ledger.read(verify) == []


async def read(stage: Stage, work: Callable[[Session], T]) -> T:
    return await stage.house.ledger.write(work)


async def rows(stage: Stage, table: type[Any], *which: Any) -> list[Any]:
    return await read(stage, lambda session: list(session.exec(select(table).where(*which))))


async def was_at(stage: Stage, actor: Actor, group: str = BAKERS) -> Actor:
    stage.clock.move(AFTER)
    await was_there(actor, group)
    return actor


async def agreed(stage: Stage, name: str = "ann") -> Actor:
    actor = await was_at(stage, await somebody(stage, name))
    await actor.says("ja")
    await actor.says(NUMBER)
    await actor.says("Ann")
    return actor


async def listed(stage: Stage) -> list[MayCall]:
    house = stage.house.organisations["genk"]

    def work(session: Session) -> list[MayCall]:
        mine = Staff.organisation == "genk", Staff.role == "job_broker"
        reader = Reader.of(Account.of(session.exec(select(Staff).where(*mine)).one()))
        company = by_name(session, stage.house.vault, "genk", HOST)
        if company is None:
            return []
        return may_be_called(Bureau(session, stage.house.vault, house, reader, stage.clock.now()), company)

    return await read(stage, work)


async def person(stage: Stage, actor: Actor) -> str:
    return await read(stage, lambda session: actor.partner(session).person_id)


async def test_who_was_there_is_asked_once_and_listed_with_what_they_agreed_to(stage: Stage) -> None:
    actor = await was_at(stage, await somebody(stage))
    assert ASKED in said(actor)
    await actor.taps("Ja")
    assert "Op welk nummer" in said(actor)
    assert await listed(stage) == []
    await actor.says(NUMBER)
    assert "Wat is je voornaam?" in said(actor)
    assert await listed(stage) == []
    await actor.says("Ann")
    assert "Het nummer eindigt op 56." in said(actor)
    [caller] = await listed(stage)
    assert (caller.name, caller.number) == ("Ann", "+32470123456")
    who = await person(stage, actor)
    [call] = await rows(stage, CompanyCall)
    assert await read(stage, lambda session: consented(session, who, f"company/{call.company_id}"))
    assert NUMBER.replace(" ", "")[1:].encode() not in (call.sealed or b"")


async def test_the_house_hears_of_it_without_a_name_of_anybody(stage: Stage) -> None:
    await agreed(stage)
    [notice] = await rows(stage, Notice, Notice.kind == "may_call")
    brokers = await rows(stage, Staff, Staff.organisation == "genk", Staff.role == "job_broker")
    assert notice.coach == brokers[0].coach
    assert HOST not in str(notice.model_dump())


async def test_nobody_is_asked_before_the_session_is_over(stage: Stage) -> None:
    actor = await somebody(stage)
    stage.clock.move(AFTER - timedelta(hours=3))
    await was_there(actor, BAKERS)
    assert ASKED not in said(actor)
    stage.clock.move(timedelta(hours=3))
    await stage.tick()
    await actor.looks()
    assert ASKED in said(actor)


async def test_at_night_the_question_waits(stage: Stage) -> None:
    actor = await somebody(stage)
    stage.clock.move(timedelta(days=34, hours=12, minutes=30))
    await was_there(actor, BAKERS)
    assert ASKED not in said(actor)
    stage.clock.move(timedelta(hours=14))
    await stage.tick()
    await actor.looks()
    assert ASKED in said(actor)


async def test_after_as_many_messages_as_a_day_has_it_waits_until_tomorrow(stage: Stage) -> None:
    actor = await somebody(stage)
    stage.clock.move(AFTER)
    most = stage.house.organisations["genk"].messages_a_day

    def busy(session: Session) -> None:
        partner = actor.partner(session)
        for _ in range(most):
            place: dict[str, Any] = {"organisation": "genk", "channel": "web", "chat_id": partner.chat_id}
            session.add(
                Outgoing(
                    **place, sealed=b"x", lane=1, state="sent", created_at=stage.clock.now(), sent_at=stage.clock.now()
                )
            )

    await read(stage, busy)
    await read(stage, lambda session: _marked(session, stage, actor, BAKERS, came=True))
    await stage.tick()
    [due] = await rows(stage, Due, Due.kind == ASK)
    assert due.state == "planned"
    assert due.due_at > stage.clock.now() + timedelta(hours=8)


def _marked(session: Session, stage: Stage, actor: Actor, group: str, *, came: bool) -> None:
    """As who runs the session does it on its page."""
    house = stage.house.organisations["genk"]
    room = Room(session, house, house.sessions[group], stage.clock.now())
    account = Account.of(session.exec(select(Staff).where(Staff.organisation == "genk").limit(1)).one())
    who = actor.partner(session).person_id
    join(room, who, "nl")
    place = find(room, who)
    assert place is not None
    assert Register(room, account).mark(place.id, place.version, attended=came) == "done"


@pytest.mark.parametrize(("group", "came"), [(NO_HOST, True), (BAKERS, False)])
async def test_without_a_company_as_host_or_for_who_was_not_there_nothing_is_asked(
    stage: Stage, group: str, came: bool
) -> None:
    actor = await somebody(stage)
    stage.clock.move(AFTER)
    await read(stage, lambda session: _marked(session, stage, actor, group, came=came))
    await stage.tick()
    assert await rows(stage, Due, Due.kind == ASK) == []
    assert await rows(stage, CompanyCall) == []


async def test_a_session_with_a_name_that_says_something_asks_nothing(stage: Stage) -> None:
    actor = await somebody(stage)
    genk = stage.house.organisations["genk"]
    quiet = replace(genk, sessions={**genk.sessions, BAKERS: replace(genk.sessions[BAKERS], discreet=True)})
    stage.house = replace(stage.house, organisations=InForce({**stage.house.organisations, "genk": quiet}))
    stage.clock.move(AFTER)
    await was_there(actor, BAKERS)
    assert await rows(stage, Due, Due.kind == ASK) == []


async def test_a_company_is_not_asked_whether_a_company_may_call(stage: Stage) -> None:
    actor = await somebody(stage)
    who = await person(stage, actor)

    def becomes(session: Session) -> None:
        for case in session.exec(select(Case).where(Case.person_id == who)):
            case.kind = "company"
            session.add(case)

    await read(stage, becomes)
    await was_at(stage, actor)
    assert ASKED not in said(actor)
    assert await rows(stage, CompanyCall) == []


async def test_weeks_later_nobody_is_asked_any_more(stage: Stage) -> None:
    actor = await somebody(stage)
    stage.clock.move(AFTER + timedelta(days=15))
    await was_there(actor, BAKERS)
    assert ASKED not in said(actor)


@pytest.mark.parametrize("word", ["nee", "liever niet", None])
async def test_a_no_or_silence_is_listed_nowhere_and_never_asked_about_again(stage: Stage, word: str | None) -> None:
    actor = await was_at(stage, await somebody(stage))
    if word:
        await actor.says(word)
    assert await listed(stage) == []
    assert await rows(stage, Notice, Notice.kind == "may_call") == []

    def again(session: Session) -> None:
        place = session.exec(select(Enrolment).where(Enrolment.session == BAKERS)).one()
        session.add(
            Due(
                key="once more",
                kind=ASK,
                organisation="genk",
                person_id=place.person_id,
                subject=place.id,
                due_at=stage.clock.now(),
            )
        )

    await read(stage, again)
    stage.clock.move(timedelta(days=1))
    await stage.tick()
    await actor.looks()
    assert ASKED not in said(actor)
    assert len(await rows(stage, CompanyCall)) == 1


async def test_a_yes_is_taken_back_under_the_message_and_with_ones_data(stage: Stage) -> None:
    actor = await agreed(stage)
    await actor.says("mijn gegevens")
    assert "Bakkerij Demo mag je bellen." in said(actor)
    await actor.taps("Stop dit")
    assert "Bakkerij Demo krijgt je nummer niet." in said(actor)
    assert await listed(stage) == []
    assert len(await rows(stage, Notice, Notice.kind == "may_call")) == 2
    await actor.says("mijn gegevens")
    assert "mag je bellen" not in said(actor)
    assert [each.sealed for each in await rows(stage, CompanyCall)] == [None]
    proofs = await rows(stage, Consent, col(Consent.scope).startswith("company/"))
    assert [each.granted for each in sorted(proofs, key=lambda each: each.at)] == [True, False]


async def test_another_number_takes_the_place_of_the_first(stage: Stage) -> None:
    actor = await agreed(stage)
    await actor.taps("Een ander nummer")
    await actor.says("0470 99 88 77")
    assert [(each.name, each.number) for each in await listed(stage)] == [("Ann", "+32470998877")]


@pytest.mark.parametrize("courtesy", ["ja", "dank je", "👍", "ik wil dat niet", "weet niet"])
async def test_a_yes_without_a_name_is_a_yes(stage: Stage, courtesy: str) -> None:
    actor = await was_at(stage, await somebody(stage))
    await actor.says("ja")
    await actor.says(NUMBER)
    await actor.says(courtesy)
    assert "Typ je voornaam" in said(actor)
    await actor.taps("Liever geen naam")
    assert [(each.name, each.number) for each in await listed(stage)] == [("", "+32470123456")]


async def test_of_a_name_that_was_introduced_the_company_gets_the_name(stage: Stage) -> None:
    actor = await was_at(stage, await somebody(stage))
    await actor.says("ja")
    await actor.says(NUMBER)
    await actor.says("ik heet Ann")
    assert [(each.name, each.number) for each in await listed(stage)] == [("Ann", "+32470123456")]


async def test_later_decides_nothing_and_can_be_answered_in_words(stage: Stage) -> None:
    actor = await was_at(stage, await somebody(stage))
    await actor.says("later")
    assert [each.state for each in await rows(stage, CompanyCall)] == ["asked"]
    await actor.says("nee")
    assert [each.state for each in await rows(stage, CompanyCall)] == ["refused"]


async def test_what_is_no_number_leads_on_and_half_a_number_is_asked_again(stage: Stage) -> None:
    actor = await was_at(stage, await somebody(stage))
    await actor.says("ja")
    await actor.says("0470 12")
    assert "Typ je telefoonnummer" in said(actor)
    await actor.says("dat wil ik niet")
    assert "krijgt je nummer niet" in said(actor)
    assert await listed(stage) == []


async def test_nobody_answers_for_somebody_else(stage: Stage) -> None:
    await was_at(stage, await somebody(stage))
    [call] = await rows(stage, CompanyCall)
    stranger = await somebody(stage, "bea")
    await stranger.tap(COMPANY, f"yes:{call.id}")
    assert "niet meer nodig" in said(stranger)
    assert [each.state for each in await rows(stage, CompanyCall)] == ["asked"]


@pytest.mark.parametrize("option", ["", "yes", "yes:", "steal:abc"])
async def test_a_button_that_says_nothing_we_know_does_nothing(stage: Stage, option: str) -> None:
    actor = await somebody(stage)
    await actor.tap(COMPANY, option)
    assert actor.toast == "Deze knop werkt niet meer."


async def test_who_wants_no_messages_is_left_alone(stage: Stage) -> None:
    actor = await somebody(stage)
    await actor.says("stop")
    await was_at(stage, actor)
    assert ASKED not in said(actor)
    assert await rows(stage, CompanyCall) == []


async def test_of_somebody_who_is_erased_nothing_stays(stage: Stage) -> None:
    actor = await agreed(stage)
    who = await person(stage, actor)
    await read(stage, lambda session: erase(session, who, stage.clock.now()))
    assert await rows(stage, CompanyCall) == []
    assert await listed(stage) == []


async def test_two_ticks_at_once_ask_once(stage: Stage) -> None:
    actor = await somebody(stage)
    stage.clock.move(AFTER)
    await read(stage, lambda session: _marked(session, stage, actor, BAKERS, came=True))
    await Ticker(stage.house).tick()
    await Ticker(stage.house).tick()
    await actor.looks()
    assert said(actor).count(ASKED) == 1


async def test_doctor_finds_somebody_listed_without_a_consent_that_stands() -> None:
    async with open_stage() as stage:
        await agreed(stage)
        assert await stage.house.ledger.read(verify) == []

        def break_it(session: Session) -> None:
            for proof in session.exec(select(Consent).where(col(Consent.scope).startswith("company/"))):
                proof.granted = False
                session.add(proof)

        await read(stage, break_it)
        assert [found.invariant for found in await stage.house.ledger.read(verify)] == ["I18"]
        assert await listed_nobody(stage)


async def listed_nobody(stage: Stage) -> bool:
    """Even then nobody is shown: the page asks for the consent itself."""
    house = stage.house.organisations["genk"]
    await read(stage, lambda session: ensure_accounts(session, house, stage.clock.now()))
    return await listed(stage) == []
