"""Links and codes that go on at another place: each works once, for its own person, and leaves other talks alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.people import StaffChat, find
from casework.talk.continuing import Way, give_code
from flows.heard import Started
from storage.ledger import Ledger
from storage.tables import Chat, Conversation
from storage.verify import verify
from tests.databases import BOTH
from tests.stage import Stage, open_stage
from tests.surfaces import asked, chats_of, code_on_screen, moves_to_web, on_telegram, people_of, plays, texts, with_bot

USED = "Deze link werkt niet meer."
OCCUPIED = "Deze chat heeft al eigen antwoorden."


@pytest.fixture
async def ledger(one_ledger: Ledger) -> Ledger:
    return one_ledger


@BOTH
async def test_a_link_works_once(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja")
        await moves_to_web(telegram)
        taken = await stage.converse.take(stage.actor("thief").incoming(Started(code_on_screen(telegram))))
        assert taken.chat_id is None
        assert len(await chats_of(stage)) == 2


@BOTH
async def test_two_browsers_that_follow_the_same_link_at_once_are_one_arrival(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja")
        await telegram.says("web")
        code = code_on_screen(telegram)
        browsers = [stage.actor(f"browser{number}") for number in range(6)]
        taken = await asyncio.gather(*(stage.converse.take(each.incoming(Started(code))) for each in browsers))
        assert len([each for each in taken if each.chat_id]) == 1
        assert len(await chats_of(stage)) == 2


async def test_a_link_grows_old(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja")
        await telegram.says("web")
        stage.clock.move(timedelta(minutes=31))
        taken = await stage.converse.take(stage.actor("late").incoming(Started(code_on_screen(telegram))))
        assert taken.chat_id is None


async def test_a_link_is_worth_nothing_at_another_organisation_or_another_channel(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja")
        await telegram.says("web")
        code = code_on_screen(telegram)
        elsewhere = stage.actor("browser", organisation="bijzig")
        assert (await stage.converse.take(elsewhere.incoming(Started(code)))).chat_id is None
        other = stage.actor("2002", channel="telegram")
        await other.starts(payload=code)
        assert await other.log() != await telegram.log()
        page = stage.actor("browser")
        await page.starts(payload=code)
        assert asked(page) == "path"


async def test_a_guessed_code_on_telegram_is_answered_kindly_and_begins_anew(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = stage.actor("1001", channel="telegram")
        await telegram.starts(payload="0123456789abcdefghjkmnpqrs")
        assert asked(telegram) == "language"
        assert USED in texts(telegram)


async def test_a_chat_with_answers_of_its_own_is_left_alone_and_so_is_the_link(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        brother = await on_telegram(stage, "ja", "[Ik zoek werk]", name="2002")
        before = await brother.log()
        page = with_bot(stage).actor("browser")
        await page.starts("nl")
        await plays(page, ("ja", "telegram"))
        code = code_on_screen(page)
        await brother.starts(payload=code)
        assert OCCUPIED in texts(brother)
        assert asked(brother) == "age"
        assert (await brother.log())[: len(before)] == before
        assert await brother.log() != await page.log()
        own = stage.actor("1001", channel="telegram")
        await own.starts(payload=code)
        assert asked(own) == "path"
        assert await own.log() == await page.log()


@BOTH
async def test_a_chat_in_which_nothing_was_answered_becomes_the_persons(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = stage.actor("1001", channel="telegram")
        await telegram.starts()
        page = with_bot(stage).actor("browser")
        await page.starts("nl")
        await plays(page, ("ja", "telegram"))
        await telegram.starts(payload=code_on_screen(page))
        assert asked(telegram) == "path"
        assert len(await people_of(stage)) == 1
        assert await ledger.read(verify) == []


async def test_a_coachs_own_chat_never_becomes_a_persons(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        await stage.house.ledger.write(lambda session: _make_staff_chat(session, stage))
        page = with_bot(stage).actor("browser")
        await page.starts("nl")
        await plays(page, ("ja", "telegram"))
        coach = stage.actor("9", channel="telegram")
        await stage.converse.take(coach.incoming(Started(code_on_screen(page))))
        found = await ledger.write(lambda session: find(session, stage.house.vault, coach.place))
        assert isinstance(found, StaffChat)


def _make_staff_chat(session: Session, stage: Stage) -> None:
    from casework.door.accounts import ensure_accounts, find_account

    ensure_accounts(session, stage.house.organisations["genk"], stage.clock.now())
    staff = find_account(session, "genk", "an")
    assert staff is not None
    here = {"organisation": "genk", "channel": "telegram", "address": "9"}
    session.add(Chat(**here, staff_id=staff.id, created_at=stage.clock.now()))


async def test_a_code_is_read_as_people_type_it() -> None:
    from casework.talk.continuing import ALPHABET, LENGTH, read_code

    code = (ALPHABET * 2)[:LENGTH]
    typed = code.upper().replace("0", "O").replace("1", "I")
    assert read_code(f"  {typed[:4]}-{typed[4:9]} {typed[9:]} ") == code
    assert read_code("") == read_code(code + "0") == read_code("u" * LENGTH) == ""


async def test_a_code_of_one_person_never_leads_to_another(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        people = [await on_telegram(stage, "ja", name=str(number)) for number in range(3)]
        now = stage.clock.now()

        def codes(session: Session) -> list[str]:
            mine = [person.partner(session).person_id for person in people]
            return [give_code(session, person, Way("genk", "web"), now) for person in mine]

        for person, code in zip(people, await ledger.write(codes), strict=True):
            page = stage.actor(f"browser of {person.place.address}")
            await page.starts(payload=code)
            assert await page.log() == await person.log()
        conversations = await ledger.read(lambda session: session.exec(select(Conversation)).all())
        assert len(conversations) == 3
