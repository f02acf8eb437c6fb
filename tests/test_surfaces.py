"""One conversation, several chats: a link that works once moves a person, and nobody else."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from bot.channels.transcript import Ours, Theirs, find_reader, transcript
from bot.people import reach
from bot.reach import give_up
from flows.heard import Said, Started
from flows.log import Log
from storage.ledger import Ledger
from storage.tables import Appointment, Chat, OneTimeLink, Outgoing
from storage.verify import verify
from tests.databases import BOTH
from tests.stage import Actor, Stage, open_stage
from tests.surfaces import (
    answers,
    asked,
    chats_of,
    code_on_screen,
    moves_to_web,
    on_telegram,
    people_of,
    plays,
    texts,
    with_bot,
)

TO_BOOKED = ("ja", "[Snel een mens]", "[34 tot 49 jaar]", "3600", "[Een job]", "[Ja, kies een moment]", "1", "chat")
BACK = "Je ging verder op een andere plek."


@pytest.fixture
async def ledger(one_ledger: Ledger) -> Ledger:
    return one_ledger


@BOTH
async def test_the_page_goes_on_where_telegram_was_with_the_same_log(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja", "[Ik zoek werk]", "[34 tot 49 jaar]", "Samira")
        before = await telegram.log()
        page = await moves_to_web(telegram)
        assert asked(page) == "place"
        assert "Je kan hier verdergaan. Ik ken je antwoorden." in texts(page)
        await page.says("3600")
        assert asked(page) == "goal"
        log: Log = await telegram.log()
        assert log[: len(before)] == before
        assert log == await page.log()
        assert len(await people_of(stage)) == 1
        assert await ledger.read(verify) == []


async def test_the_other_chat_says_that_the_talk_went_on_elsewhere_and_asks_what_is_open(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja", "[Ik zoek werk]", "[34 tot 49 jaar]")
        page = await moves_to_web(telegram)
        await plays(page, ("Samira", "3600"))
        await telegram.taps("Ik zoek werk")
        assert BACK in texts(telegram)
        assert asked(telegram) == "goal"
        assert (await answers(page))["name"] == "Samira"
        await telegram.taps("Een job")
        assert BACK not in texts(telegram)
        await page.says("herhaal")
        assert BACK in texts(page)


async def test_a_late_tap_at_the_other_chat_offers_a_change(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja", "[Ik zoek werk]")
        page = await moves_to_web(telegram)
        await page.taps("34 tot 49 jaar")
        await telegram.taps("18 tot 25 jaar")
        assert "18 tot 25 jaar" in texts(telegram)
        assert (await answers(page))["age"] == "from_34"


async def test_from_the_page_to_telegram_and_back(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        page = with_bot(stage).actor("browser")
        await page.starts("nl")
        await plays(page, ("ja", "telegram"))
        assert "Dan ga je verder in Telegram." in texts(page)
        telegram = stage.actor("1001", channel="telegram")
        await telegram.starts(payload=code_on_screen(page))
        assert asked(telegram) == "path"
        assert await telegram.log() == await page.log()
        again = await moves_to_web(telegram, "another browser")
        assert asked(again) == "path"
        assert {chat.channel for chat in await chats_of(stage)} == {"web", "telegram"}
        assert len(await people_of(stage)) == 1


@pytest.mark.parametrize(("word", "to"), [("op de computer", "web"), ("sur le site", "web"), ("WEBSITE!", "web")])
async def test_the_wish_to_go_on_is_understood_in_both_languages(ledger: Ledger, word: str, to: str) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja")
        await telegram.says(word)
        link = await ledger.read(lambda session: session.exec(select(OneTimeLink)).one())
        assert link.purpose == f"continue_{to}"
        assert code_on_screen(telegram) not in link.token_hash


async def test_who_is_there_already_is_told_so(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja")
        await telegram.says("telegram")
        assert "Je bent daar al." in texts(telegram)
        assert asked(telegram) == "path"


async def test_where_there_is_no_bot_nobody_is_sent_to_one(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        page = stage.actor()
        await page.starts("nl")
        await page.says("telegram")
        assert "We zijn nu niet op Telegram." in texts(page)


@BOTH
async def test_answers_through_two_chats_at_once_do_not_interleave(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja", "[Ik zoek werk]", "[34 tot 49 jaar]")
        page = await moves_to_web(telegram)
        _, before = await ledger.write(lambda session: _log_and_version(session, page))
        updates = [each.incoming(Said("overslaan")) for _ in range(4) for each in (telegram, page)]
        await asyncio.gather(*(stage.converse.take(update) for update in updates))
        log, version = await ledger.write(lambda session: _log_and_version(session, page))
        skipped = [entry.question for entry in log if type(entry).__name__ == "Skipped"]
        assert len(skipped) == len(set(skipped)) == 8
        assert version == before + 8


def _log_and_version(session: Session, actor: Actor) -> tuple[Log, int]:
    from bot.notebook import read_log

    partner = actor.partner(session)
    return read_log(session, partner.key, partner.conversation_id), partner.version


@BOTH
async def test_a_reminder_goes_to_the_chat_that_was_used_last(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_BOOKED)
        page = await moves_to_web(telegram)
        await page.says("herhaal")
        await telegram.looks()
        await _moves_to_the_reminder(stage)
        assert "Je afspraak is" in "\n".join(bubble.text for bubble in await page.looks())
        assert await telegram.looks() == []
        await page.taps("Ik kom")
        assert "Fijn dat je komt." in texts(page)


async def test_where_the_last_chat_is_blocked_the_other_one_is_reached(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        page = with_bot(stage).actor("browser")
        await page.starts("nl")
        await plays(page, (*TO_BOOKED, "telegram"))
        telegram = stage.actor("1001", channel="telegram")
        await telegram.starts(payload=code_on_screen(page))
        await page.looks()

        def blocked(session: Session) -> str:
            partner = telegram.partner(session)
            give_up(session, stage.house.voice, partner.chat_id, stage.clock.now())
            reached = reach(session, stage.house.vault, partner.person_id)
            assert reached is not None
            return reached.place.channel

        assert await ledger.write(blocked) == "web"
        await _moves_to_the_reminder(stage)
        assert "Je afspraak is" in "\n".join(bubble.text for bubble in await page.looks())


async def _moves_to_the_reminder(stage: Stage) -> None:
    visit = await stage.house.ledger.read(lambda session: session.exec(select(Appointment)).one())
    stage.clock.move(visit.starts_at - stage.clock.now() - timedelta(hours=1, minutes=30))
    await stage.tick()


@BOTH
async def test_stop_holds_for_every_chat(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_BOOKED)
        page = await moves_to_web(telegram)
        await page.says("stop")
        await telegram.looks()
        await _moves_to_the_reminder(stage)
        assert await page.looks() == await telegram.looks() == []


async def test_the_language_is_the_persons_not_the_chats(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja", "[Ik zoek werk]")
        page = await moves_to_web(telegram)
        await page.says("français")
        await telegram.says("répéter")
        assert {bubble.language for bubble in telegram.fresh} == {"fr"}


@BOTH
async def test_who_erases_everything_is_gone_from_every_chat(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_BOOKED)
        page = await moves_to_web(telegram)
        await telegram.says("web")
        left = code_on_screen(telegram)
        await plays(page, ("wis alles", "[Ja, wis alles]"))
        assert await ledger.read(lambda session: session.exec(select(OneTimeLink)).all()) == []
        assert (await stage.converse.take(stage.actor("late").incoming(Started(left)))).chat_id is None
        await telegram.says("hallo")
        assert "path" not in await answers(telegram)
        assert len(await people_of(stage)) == 2
        assert await ledger.read(verify) == []


async def test_who_stops_a_link_by_erasing_is_not_brought_back_by_it(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja")
        await telegram.says("web")
        code = code_on_screen(telegram)
        page = stage.actor("browser")
        await telegram.says("wis alles")
        erase = telegram.incoming(Said("ja"))
        await asyncio.gather(stage.converse.take(page.incoming(Started(code))), stage.converse.take(erase))
        alive = {person.id for person in await people_of(stage)}
        chats = await chats_of(stage)
        assert {chat.person_id for chat in chats if chat.state != "erased"} <= alive


async def test_the_page_shows_what_was_said_on_telegram_without_its_buttons(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, "ja", "[Ik zoek werk]", "[34 tot 49 jaar]", "Samira")
        page = await moves_to_web(telegram)
        await page.says("3600")

        def lines(session: Session) -> list[Ours | Theirs]:
            reader = find_reader(session, stage.house.vault, ("genk", "web", "browser"), "nl")
            assert reader is not None
            return transcript(session, reader)

        shown = await ledger.read(lines)
        theirs = [line.text for line in shown if isinstance(line, Theirs)]
        assert {"Samira", "3600", "34 tot 49 jaar"} <= set(theirs)
        ours = [line for line in shown if isinstance(line, Ours)]
        here = await ledger.read(lambda session: _rows(session, page))
        assert all(not line.bubble.buttons and line.shown for line in ours if line.id not in here)
        assert any(line.bubble.buttons for line in ours if line.id in here)
        assert not any(code_on_screen(telegram) in (text or "") for text in theirs)


def _rows(session: Session, actor: Actor) -> set[int | None]:
    mine = select(Outgoing.id).join(Chat, col(Chat.id) == Outgoing.chat_id)
    return set(session.exec(mine.where(Chat.address == actor.place.address)))
