"""A referral asked about in the chat: once, with all that is sent, never too much on Telegram, and never in vain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.referral_happenings import asked, asked_again, sent, taken_back
from bot.stage import Actor
from bot.ticker import Ticker
from bot.visit_happenings import coach
from casework.cases.cases import Actor as Reader
from casework.offers.referrals import Move, move
from casework.privacy.erasing import erase
from flows.heard import REFERRAL, Tapped
from storage.dossier_tables import CaseTask
from storage.ledger import Ledger, open_ledger
from storage.tables import (
    Audit,
    Case,
    Chat,
    Consent,
    Due,
    Notice,
    Outgoing,
    Partner,
    Person,
    Referral,
    ReferralStep,
)
from storage.verify import verify
from tests.api_stage import open_api
from tests.catalogue_stage import Shop
from tests.staff_stage import Browser
from tests.staff_stage import Stage as Office
from tests.stage import Stage, open_stage
from tests.test_catalogue_pages import signed_in
from tests.test_referrals import step

PLAIN = "Opvang", "Loket Kinderopvang", None, "Naam=Els", None
PRIVATE = "Opvang", "Loket Kinderopvang", None, "Naam=Els; *Wat is moeilijk=Geld", None
WRITTEN = "Opvang", "Loket Kinderopvang", None, "Naam=Els", "Zij heeft het zwaar."
SENSITIVE = "Begeleiding", "GTB", ", a name that says something", "Naam=Els", None


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        yield opened
        assert await opened.house.ledger.read(verify) == []


async def with_case(stage: Stage, channel: str = "web", name: str = "els") -> Actor:
    """Somebody who has handed over a case in the quick way."""
    actor = stage.actor(name, "handel", channel)
    await actor.starts(language="nl")
    for words in ("nederlands", "ja", "Snel een mens", "34 tot 49 jaar", "9300", "Een job", "Nee, nu niet", "chat"):
        await actor.says(words)
    return actor


async def rows(stage: Stage, table: type[Any]) -> list[Any]:
    def work(session: Session) -> list[Any]:
        found = list(session.exec(select(table)))
        session.expunge_all()
        return found

    return await stage.house.ledger.read(work)


async def referral(stage: Stage) -> Referral:
    [found] = await rows(stage, Referral)
    assert isinstance(found, Referral)
    return found


async def test_a_yes_in_the_chat_is_a_proof_and_the_coach_sees_it(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *WRITTEN)
    shown = els.seen[-1].text
    assert all(words in shown for words in ("Dit sturen we naar Loket Kinderopvang", "Els", "Zij heeft het zwaar."))
    await els.says("ja")
    row = await referral(stage)
    assert (row.state, row.agreed_how, row.agreed_with) == ("agreed", "chat", "house")
    assert row.agreed_at == stage.clock.now()
    [proof] = [each for each in await rows(stage, Consent) if each.scope.startswith("referral/")]
    assert (proof.granted, proof.channel, proof.language) == (True, "web", "nl")
    done = {(each.actor, each.action) for each in await rows(stage, Audit) if each.subject == row.id}
    assert {("staff:a-coach", "referral.ask"), ("person", "referral.agree")} <= done
    assert [each.kind for each in await rows(stage, Notice) if each.subject == row.case_id][-1] == "referral_answered"


@pytest.mark.parametrize("what", [PRIVATE, WRITTEN, SENSITIVE], ids=["private", "written", "sensitive"])
async def test_telegram_learns_nothing_of_what_is_private(stage: Stage, what: tuple[Any, ...]) -> None:
    els = await with_case(stage, "telegram")
    before = len(els.seen)
    await asked(els, *what)
    await els.says("ja")
    shown = " ".join(bubble.text for bubble in els.seen[before:])
    assert els.seen[-1].link
    for word in ("Opvang", "Loket", "GTB", "Begeleiding", "Geld", "zwaar", "Naam", "Els"):
        assert word not in shown, word
    assert (await referral(stage)).state == "proposed"


async def test_the_link_leads_to_the_whole_question(stage: Stage) -> None:
    els = await with_case(stage, "telegram")
    await asked(els, *SENSITIVE)
    await els.taps("Ja, op de pagina")
    link = els.seen[-1].link
    assert link is not None
    page = stage.actor("a browser", "handel", "web")
    await page.starts(payload=link.address.partition("#")[2])
    assert "Dit sturen we naar GTB:" in page.seen[-1].text
    await page.says("ja")
    assert "zegt iets over jou" in page.seen[-1].text
    assert (await referral(stage)).state == "proposed", "the name itself is agreed to apart"
    await page.says("ja")
    assert (await referral(stage)).state == "agreed"
    proof = [each.channel for each in await rows(stage, Consent) if each.scope.startswith("referral/")]
    assert proof == ["web"]


async def test_an_old_yes_on_telegram_is_worth_nothing_once_the_name_says_something(stage: Stage) -> None:
    els = await with_case(stage, "telegram")
    await asked(els, *PLAIN)

    def work(session: Session) -> None:
        for partner in session.exec(select(Partner)):
            partner.sensitive = True

    await stage.house.ledger.write(work)
    await els.taps("Ja, stuur het")
    assert els.seen[-1].link
    assert "Loket" not in els.seen[-1].text
    assert (await referral(stage)).state == "proposed"


async def test_nobody_answers_for_somebody_else(stage: Stage) -> None:
    els, other = await with_case(stage), await with_case(stage, name="an")
    await asked(els, *PLAIN)
    row = await referral(stage)
    for wish in ("yes", "sure", "no", "show"):
        await other.tap(REFERRAL, f"{wish}:{row.id}")
        assert "Els" not in other.seen[-1].text
    assert (await referral(stage)).state == "proposed"


async def test_what_was_never_asked_in_the_chat_cannot_be_answered_there(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    row = await referral(stage)

    def unask(session: Session) -> None:
        for row in session.exec(select(ReferralStep).where(ReferralStep.change == "ask")):
            row.change = "propose"

    await stage.house.ledger.write(unask)
    await els.tap(REFERRAL, f"yes:{row.id}")
    assert (await referral(stage)).state == "proposed"


@pytest.mark.parametrize("by_whom", ["person", "coach"])
async def test_without_an_answer_for_a_week_the_coach_gets_a_task_that_goes_with_it(stage: Stage, by_whom: str) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    for days, count in ((6, 0), (2, 1)):
        stage.clock.move(timedelta(days=days))
        await stage.tick()
        assert len(await rows(stage, CaseTask)) == count
    [task] = await rows(stage, CaseTask)
    assert (task.kind, task.state, task.author) == ("task", "open", "house")
    assert [each.kind for each in await rows(stage, Notice) if each.key.startswith("task|")] in ([], ["task"])
    if by_whom == "person":
        await els.taps("Nee, niet sturen")
    else:
        await taken_back(els)
    [task] = await rows(stage, CaseTask)
    assert task.state == "done"


async def test_an_answer_in_time_leaves_no_task(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    await els.says("nee")
    stage.clock.move(timedelta(days=8))
    await stage.tick()
    assert await rows(stage, CaseTask) == []
    assert (await referral(stage)).reason == "not_wanted"


async def ask_now(stage: Stage, actor: Actor) -> str:
    row = await referral(stage)
    reader = Reader.of(coach(actor))

    def work(session: Session) -> str:
        return move(session, reader, (row.id, row.version), Move("ask"), stage.clock.now())

    return await stage.house.ledger.write(work)


async def test_a_question_is_not_repeated_within_a_week(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    assert await ask_now(stage, els) == "asked"
    stage.clock.move(timedelta(days=7))
    await asked_again(els)
    assert sum("Dit sturen we naar" in bubble.text for bubble in els.seen) == 2


async def test_who_stopped_is_not_written_to_and_the_coach_is_told(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    stage.clock.move(timedelta(days=7))
    await els.says("stop")
    before = len(els.seen)
    assert await ask_now(stage, els) == "no_messages"
    await stage.tick()
    assert len(await els.looks()) == 0
    assert len(els.seen) == before


async def test_who_cannot_be_reached_is_asked_by_word_of_mouth(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    stage.clock.move(timedelta(days=7))

    def block(session: Session) -> None:
        for chat in session.exec(select(Chat).where(col(Chat.person_id).is_not(None))):
            chat.state = "blocked"

    await stage.house.ledger.write(block)
    assert await ask_now(stage, els) == "unreachable"


async def test_who_stops_before_it_goes_out_leaves_a_task(stage: Stage) -> None:
    """It waited for the morning; by then the person wanted no messages."""
    els = await with_case(stage)
    stage.clock.move(timedelta(hours=13))
    await asked(els, *PLAIN)
    assert not any("Dit sturen we naar" in bubble.text for bubble in els.seen)
    await els.says("stop")
    stage.clock.move(timedelta(hours=12))
    await stage.tick()
    await els.looks()
    assert not any("Dit sturen we naar" in bubble.text for bubble in els.seen)
    [task] = await rows(stage, CaseTask)
    assert task.state == "open"


async def test_what_is_taken_back_before_it_went_out_is_not_asked(stage: Stage) -> None:
    els = await with_case(stage)
    stage.clock.move(timedelta(hours=13))
    await asked(els, *PLAIN)
    await taken_back(els)
    stage.clock.move(timedelta(hours=12))
    await stage.tick()
    await els.looks()
    assert not any("Dit sturen we naar" in bubble.text for bubble in els.seen)


async def test_a_change_of_mind_before_it_was_sent_takes_the_yes_back(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    await els.says("ja")
    await els.taps("Toch niet")
    row = await referral(stage)
    assert (row.state, row.reason) == ("withdrawn", "not_wanted")
    proofs = [each.granted for each in await rows(stage, Consent) if each.scope == f"referral/{row.id}"]
    assert proofs == [True, False]


async def test_a_change_of_mind_after_it_was_sent_reaches_the_coach(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    await els.says("ja")
    await sent(els)
    stage.clock.move(timedelta(minutes=1))
    await els.taps("Toch niet")
    assert (await referral(stage)).state == "sent"
    assert len([each for each in await rows(stage, Notice) if each.kind == "referral_answered"]) == 2


async def test_two_taps_at_once_are_one_answer(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    taps = [els.incoming(Tapped(els.button(label).tap), label) for label in ("Ja, stuur het", "Ja, stuur het")]
    await els.at_once(*taps)
    assert (await referral(stage)).version == 3
    assert len([each for each in await rows(stage, Consent) if each.scope.startswith("referral/")]) == 1


async def test_who_is_erased_is_asked_nothing_and_leaves_nothing(stage: Stage) -> None:
    els = await with_case(stage)
    stage.clock.move(timedelta(hours=13))
    await asked(els, *PLAIN)
    [person] = {row.person_id for row in await rows(stage, Case)}
    await stage.house.ledger.write(lambda session: erase(session, person, stage.clock.now()))
    stage.clock.move(timedelta(days=9))
    await Ticker(stage.house).tick()
    assert await rows(stage, Referral) == []
    assert await rows(stage, CaseTask) == []
    assert {each.state for each in await rows(stage, Due) if each.kind == "ask_referral"} == {"skipped"}


async def test_the_question_stands_sealed_in_the_tray(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *WRITTEN)
    assert not any(b"zwaar" in each.sealed for each in await rows(stage, Outgoing))
    assert not any("zwaar" in str(each.body) for each in await rows(stage, Due))


@pytest.fixture
async def at_desk(sound_ledger: Ledger) -> AsyncIterator[tuple[Shop, Browser]]:
    office = Office(sound_ledger)
    await office.staff()
    async with office.serve() as opened:
        yield Shop(office), await signed_in(office, await opened(), "coach")


async def test_the_coach_asks_from_the_page_once_and_reads_that_no_answer_came_yet(
    at_desk: tuple[Shop, Browser],
) -> None:
    shop, console = at_desk
    case = await shop.stage.case()
    id = await shop.proposed(case, await shop.entry())
    await console.open(f"/staff/cases/{case}/referrals/{id}")
    assert "asked in the chat" not in console.html
    await step(console, "ask")
    assert "Saved." in console.html
    assert "no answer yet" in console.html
    await step(console, "ask")
    assert "It was asked in the chat a short time ago." in console.html


async def test_the_page_says_to_ask_by_mouth_who_wants_no_messages(at_desk: tuple[Shop, Browser]) -> None:
    shop, console = at_desk
    case = await shop.stage.case()
    id = await shop.proposed(case, await shop.entry())

    def hush(session: Session) -> None:
        session.get_one(Person, session.get_one(Case, case).person_id).quiet = True

    await shop.stage.ledger.write(hush)
    await console.open(f"/staff/cases/{case}/referrals/{id}")
    await step(console, "ask")
    assert "The person wants no messages. Ask by word of mouth." in console.html
    assert "asked in the chat" not in console.html


async def test_another_system_asks_and_is_told_that_it_was_asked() -> None:
    ledger = await open_ledger("sqlite://")
    async with open_api(ledger) as api:
        id = await Shop(api.stage).proposed(await api.stage.case(), await Shop(api.stage).entry())
        shown = await api.post(f"/referrals/{id}/change", {"change": "ask"}, If_Match="*")
        assert (shown["referral"]["state"], shown["referral"]["version"]) == ("proposed", 2)
        again = await api.post(f"/referrals/{id}/change", {"change": "ask"}, 409, If_Match="*")
        assert "a week to answer" in again["detail"]
        planned = await ledger.read(lambda session: [row.kind for row in session.exec(select(Due))])
        assert planned.count("ask_referral") == 1
    await ledger.close()
