"""A coach fills in together with somebody: the same questions, and every answer says who gave it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import Session, col, select

from bot.app import build
from bot.people import reach
from casework.cases.cases import Actor as Reader
from casework.cases.cases import read_case
from casework.cases.dossier import Edition
from casework.cases.filling_in import Noted
from casework.door.accounts import ensure_accounts, set_password
from casework.door.rights import System
from flows.heard import Started
from flows.log import Answered, Skipped
from storage.ledger import Ledger
from storage.tables import Audit, Chat, Consent, Conversation, Outgoing, Person, Staff
from storage.verify import verify
from tests.databases import BOTH
from tests.staff_stage import QUICK_HASH, Browser
from tests.stage import Stage, open_stage, stage_settings
from tests.surfaces import Phone, answers, asked, on_telegram, plays, texts, the_case

BY_PHONE = ("[Ja]", "[Ik zoek werk]", "[34 tot 49 jaar]", "Samira", "3600", "[Een job]", "niets", "[Middelbare school]")
QUICK = ("[Ja]", "[Snel een mens]", "[34 tot 49 jaar]", "3600", "[Een job]", "[Nee, nu niet]", "overslaan")


@pytest.fixture
async def ledger(one_ledger: Ledger) -> Ledger:
    return one_ledger


async def edition(stage: Stage) -> Edition:
    case, now = await the_case(stage), stage.clock.now()
    reader = Reader("genk", "test", System("test", "genk"))
    file = await stage.house.ledger.write(lambda session: read_case(session, stage.house.vault, reader, case.id, now))
    assert file is not None
    return file.dossier.newest


async def read_aloud(phone: Phone) -> str:
    return "\n".join(message.text for message in await phone.reads())


async def open_question(phone: Phone) -> str | None:
    return (await phone.reads())[-1].question


@BOTH
async def test_somebody_on_the_phone_hears_the_words_of_the_chat_and_is_asked_everything(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        phone = await Phone.of(stage)
        await phone.begins("fr")
        page = stage.actor("browser")
        await page.starts("fr")
        assert [message.text for message in await phone.reads()] == [bubble.text for bubble in page.fresh]
        assert await open_question(phone) == asked(page) == "privacy"
        assert await ledger.read(verify) == []


async def test_each_answer_says_which_coach_noted_it_and_consent_by_phone_is_kept_as_such(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        phone = await Phone.of(stage)
        await phone.begins()
        await phone.notes(*BY_PHONE, "overslaan")
        page = stage.actor("browser")
        paper = await phone.desk.paper(phone.account, phone.talk)
        assert paper is not None
        await page.starts(payload=paper.code)
        log = await page.log()
        given = [entry for entry in log if isinstance(entry, Answered | Skipped)]
        assert len(given) == 9
        assert {entry.by for entry in given} == {f"coach:{phone.account.id}"}
        consents = await ledger.read(lambda session: session.exec(select(Consent)).all())
        assert [(consent.scope, consent.channel) for consent in consents] == [("intake", "phone")]


async def test_private_questions_may_be_asked_on_the_phone_after_the_consent(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        phone = await Phone.of(stage)
        await phone.begins()
        await phone.notes(*BY_PHONE, "overslaan", "overslaan")
        assert await open_question(phone) == "health_ok"
        assert "Mogen we dit vragen?" in await read_aloud(phone)
        await phone.notes("[Ja]", "[Ja]", "[Zitten]")
        assert (await phone.button("Zitten")).ticked
        assert await open_question(phone) == "work_needs"
        await phone.notes("[Klaar]")
        assert await open_question(phone) == "stress"


async def test_back_and_change_work_on_the_phone(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        phone = await Phone.of(stage)
        await phone.begins()
        await phone.notes("[Ja]", "[Ik zoek werk]", "[34 tot 49 jaar]", "Samira", "[Terug]")
        assert await open_question(phone) == "name"
        await phone.notes("Sara")
        assert await open_question(phone) == "place"


async def test_nothing_is_sent_to_the_persons_own_chat_until_they_come_back_to_it(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await plays(await on_telegram(stage), ("ja", *QUICK[1:]))
        case = await the_case(stage)
        phone = await Phone.of(stage)
        await phone.goes_on_with(case.id)
        await phone.notes("veranderen", "[Leeftijd]", "[50 tot 54 jaar]")
        assert await telegram.looks() == []
        assert (await answers(telegram))["age"] == "from_50"
        assert dict((await edition(stage)).by) == {"age": f"coach:{phone.account.id}"}
        await telegram.says("hallo")
        assert "Je coach schreef samen met jou antwoorden op." in texts(telegram)


async def test_who_only_ever_was_on_the_phone_cannot_be_written_to(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        phone = await Phone.of(stage)
        await phone.begins()
        await phone.notes(*QUICK)

        def reached(session: Session) -> object:
            person = session.exec(select(Person)).one()
            return reach(session, stage.house.vault, person.id)

        assert await ledger.write(reached) is None


@BOTH
async def test_every_answer_by_a_coach_is_in_the_audit(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        phone = await Phone.of(stage)
        await phone.begins()
        await phone.notes("[Ja]", "[Snel een mens]")
        await phone.desk.paper(phone.account, phone.talk)

        def audited(session: Session) -> list[tuple[str, str]]:
            rows = session.exec(select(Audit).where(col(Audit.action).startswith("conversation.")))
            return [(row.action, row.actor) for row in rows]

        actor = phone.account.actor
        assert await ledger.read(audited) == [
            *[("conversation.fill_in", actor)] * 3,
            ("conversation.give_link", actor),
        ]


@BOTH
async def test_a_form_sent_twice_counts_once(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        phone = await Phone.of(stage)
        await phone.begins()
        token = (await phone.button("Ja")).token
        for _ in range(3):
            await phone.desk.note(phone.account, phone.talk, Noted("the-same-key", token=token))
        conversation = await ledger.read(lambda session: session.exec(select(Conversation)).one())
        assert conversation.version == 2


async def test_a_button_of_another_talk_does_nothing(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        one, other = await Phone.of(stage), await Phone.of(stage)
        await one.begins()
        await other.begins()
        token = (await one.button("Ja")).token
        assert await other.desk.note(other.account, other.talk, Noted("key00001", token=token)) != ""
        assert await open_question(other) == "privacy"


async def test_another_organisation_sees_no_talk_and_no_case(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        phone = await Phone.of(stage)
        await phone.begins()
        await phone.notes(*QUICK)
        stranger = await Phone.of(stage, "greet", "bijzig")
        assert await stranger.desk.sheet(stranger.account, phone.talk) is None
        assert await stranger.desk.paper(stranger.account, phone.talk) is None
        assert await stranger.desk.begin_with(stranger.account, (await the_case(stage)).id) is None


@BOTH
async def test_two_coaches_who_open_the_same_case_fill_in_the_same_talk(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        await plays(await on_telegram(stage), ("ja", *QUICK[1:]))
        case = await the_case(stage)
        one, other = await Phone.of(stage), await Phone.of(stage, "mehmet")
        await one.goes_on_with(case.id)
        await other.goes_on_with(case.id)
        assert one.talk == other.talk
        phones = await ledger.read(lambda session: session.exec(select(Chat).where(Chat.channel == "phone")).all())
        assert len(phones) == 1


async def test_everything_can_be_erased_on_the_phone(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await plays(await on_telegram(stage), ("ja", *QUICK[1:]))
        phone = await Phone.of(stage)
        await phone.goes_on_with((await the_case(stage)).id)
        await phone.notes("wis alles", "[Ja, wis alles]")
        assert "Alles is gewist" in await read_aloud(phone)
        await telegram.says("hallo")
        assert "path" not in await answers(telegram)
        assert await ledger.read(verify) == []


async def test_the_code_on_paper_works_for_days_and_once(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        phone = await Phone.of(stage)
        await phone.begins()
        await phone.notes("[Ja]", "[Ik zoek werk]")
        paper = await phone.desk.paper(phone.account, phone.talk)
        assert paper is not None
        stage.clock.move(timedelta(days=6))
        page = stage.actor("browser")
        await page.starts(payload=paper.code.upper())
        assert asked(page) == "age"
        again = await stage.converse.take(stage.actor("thief").incoming(Started(paper.code)))
        assert again.chat_id is None


@asynccontextmanager
async def console(stage: Stage, login: str = "an") -> AsyncIterator[Browser]:
    """The whole program, with a coach signed in."""

    def work(session: Session) -> None:
        ensure_accounts(session, stage.house.organisations["genk"], stage.clock.now())
        for staff in session.exec(select(Staff)).all():
            set_password(session, staff, QUICK_HASH)

    await stage.house.ledger.write(work)
    client: TestClient[Any, Any] = TestClient(TestServer(build(stage.house, stage_settings(), {})))
    await client.start_server()
    try:
        browser = Browser(client)
        await browser.sign_in(login, "genk")
        yield browser
    finally:
        await client.close()


def button(browser: Browser, label: str) -> dict[str, str]:
    found = re.search(
        rf'name="tap"\s+value="([^"]+)"[^>]*>(?:<span[^>]*>✓ </span>)?[^<\w]*{re.escape(label)}', browser.html
    )
    assert found is not None, f"no button {label} on {browser.path}"
    return {"tap": found[1]}


async def test_a_coach_fills_in_a_whole_talk_in_the_console_and_the_case_names_them(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage, console(stage) as browser:
        await browser.open("/staff/filling-in")
        await browser.send('action="/staff/filling-in"', language="nl")
        assert "Mag ik ze bewaren voor je coach?" in browser.html
        for answer in QUICK:
            fields = button(browser, answer[1:-1]) if answer.startswith("[") else {"words": answer}
            await browser.send(browser.path, **fields)
            assert browser.status == 200
        case = await the_case(stage)
        assert f"/staff/cases/{case.id}" in browser.html
        await browser.open(f"/staff/cases/{case.id}")
        assert re.search(r"ingevuld met <bdi>An [^<]+</bdi>", browser.html)


async def test_a_case_that_a_person_began_is_filled_in_from_its_page(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        await plays(await on_telegram(stage), ("ja", *QUICK[1:]))
        async with console(stage) as browser:
            case = await the_case(stage)
            await browser.open(f"/staff/cases/{case.id}")
            assert "ingevuld met" not in browser.html
            await browser.send("filling-in")
            assert browser.path.startswith("/staff/filling-in/")
            assert f"/staff/cases/{case.id}" in browser.html


async def test_the_paper_is_shown_once_and_stands_in_no_address(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage, console(stage) as browser:
        await browser.open("/staff/filling-in")
        await browser.send('action="/staff/filling-in"', language="fr")
        talk = browser.path
        await browser.send("/paper")
        code = re.search(r'code">([0-9a-z-]+)<', browser.html)
        assert code is not None
        assert code[1] not in browser.path
        await browser.open(talk)
        assert code[1] not in browser.html
        assert code[1].replace("-", "") not in browser.html


async def test_without_a_form_of_ours_nothing_is_noted_and_a_stranger_finds_nothing(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage, console(stage) as browser:
        await browser.open("/staff/filling-in")
        await browser.send('action="/staff/filling-in"', language="nl")
        talk = browser.path
        await browser.send(talk, headers={"Sec-Fetch-Site": "cross-site"}, **button(browser, "Ja"))
        assert browser.status == 403
        assert (await browser.open(talk + "0")).status == 404
        assert (await browser.open("/staff/filling-in/" + "0" * 32)).status == 404
        conversation = await ledger.read(lambda session: session.exec(select(Conversation)).one())
        assert conversation.version == 1
        async with TestClient(browser.client.server, cookie_jar=None) as guest:
            answer = await guest.get(talk, allow_redirects=False)
            assert answer.status == 303


async def test_words_that_mean_nothing_are_told_to_the_coach(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage, console(stage) as browser:
        await browser.open("/staff/filling-in")
        await browser.send('action="/staff/filling-in"', language="nl")
        await browser.send(browser.path, tap="no token of ours")
        assert "Deze knop werkt niet meer." in browser.html
        await browser.send(browser.path, words=" ")
        assert 'role="status"' in browser.html
        rows = await ledger.read(lambda session: session.exec(select(Outgoing)).all())
        assert {row.channel for row in rows} == {"phone"}
