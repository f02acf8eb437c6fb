"""One conversation, several chats: a link that works once moves a person, and nobody else."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from bot.channels.transcript import Ours, Theirs, find_reader, transcript
from bot.people import StaffChat, find, reach
from bot.reach import give_up
from casework.door.rights import System
from casework.talk.continuing import Way, give_code
from flows.heard import Said, Started
from flows.log import Log
from storage.ledger import Ledger
from storage.tables import Appointment, Chat, Conversation, OneTimeLink, Outgoing, Person
from storage.verify import verify
from tests.databases import BOTH
from tests.stage import Actor, Stage, open_stage
from tests.surfaces import (
    TO_HEALTH,
    answers,
    asked,
    chats_of,
    code_on_screen,
    moves_to_web,
    on_telegram,
    plays,
    texts,
    the_case,
    to_the_end,
    with_bot,
)

TO_BOOKED = ("ja", "[Snel een mens]", "[34 tot 49 jaar]", "3600", "[Een job]", "[Ja, kies een moment]", "1", "chat")
USED = "Deze link werkt niet meer."
OCCUPIED = "Deze chat heeft al eigen antwoorden."
BACK = "Je ging verder op een andere plek."


@pytest.fixture
async def ledger(one_ledger: Ledger) -> Ledger:
    return one_ledger


async def people_of(stage: Stage) -> list[Person]:
    """Those who are not erased."""
    alive = select(Person).where(Person.wrapped_key != b"")
    return list(await stage.house.ledger.read(lambda session: session.exec(alive).all()))


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


async def test_private_questions_are_offered_on_our_page_and_asked_there(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_HEALTH)
        assert asked(telegram) == "health_where"
        assert "Telegram is daar niet de plek voor." in texts(telegram)
        await telegram.taps("Ja, op de pagina")
        assert asked(telegram) not in (None, "health_where", "health_ok")
        open_there = asked(telegram)
        page = stage.actor("browser")
        await page.starts(payload=code_on_screen(telegram))
        assert asked(page) == "health_ok"
        await plays(page, ("ja", "ja", "[Zitten]", "[Klaar]"))
        given = await answers(page)
        assert (given["health"], given["work_needs"]) == ("yes", ("sitting",))
        await telegram.says("herhaal")
        assert asked(telegram) == open_there


async def test_telegram_never_shows_or_loses_what_was_answered_on_the_page(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_HEALTH, "[Ja, op de pagina]")
        page = stage.actor("browser")
        await page.starts(payload=code_on_screen(telegram))
        await plays(page, ("ja", "ja", "[Zitten]", "[Klaar]", "overslaan", "overslaan", "overslaan"))
        telegram.seen.clear()
        await telegram.says("herhaal")
        await to_the_end(telegram)
        said = "\n".join(bubble.text for bubble in telegram.seen)
        assert "Gezondheid: (alleen je coach ziet dit)" in said
        assert "Zitten" not in said
        newest = await dossier_of(stage)
        assert (newest["health"], newest["work_needs"]) == ("yes", ("sitting",))
        await telegram.says("veranderen")
        assert "Gezondheid" not in " ".join(button.label for bubble in telegram.fresh for button in bubble.buttons)


async def dossier_of(stage: Stage) -> dict[str, object]:
    from casework.cases.cases import Actor as Reader
    from casework.cases.cases import read_case

    case, now = await the_case(stage), stage.clock.now()
    file = await stage.house.ledger.write(
        lambda session: read_case(
            session, stage.house.vault, Reader("genk", "test", System("test", "genk")), case.id, now
        )
    )
    assert file is not None
    return dict(file.dossier.newest.answers)


async def test_going_back_to_telegram_after_the_end_hands_nothing_over_again(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_HEALTH, "[Ja, op de pagina]")
        page = stage.actor("browser")
        await page.starts(payload=code_on_screen(telegram))
        await plays(page, ("ja", "nee", "overslaan", "overslaan", "overslaan"))
        await to_the_end(page)
        before = await the_case(stage)
        await telegram.says("hallo")
        assert (await the_case(stage)).version == before.version


@pytest.mark.parametrize(("answer", "told"), [("[Met mijn coach]", True), ("nee", True), ("overslaan", False)])
async def test_with_the_coach_or_skipped_no_link_is_made(ledger: Ledger, answer: str, told: bool) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_HEALTH, answer)
        assert await ledger.read(lambda session: session.exec(select(OneTimeLink)).all()) == []
        assert ("Je kan erover praten met je coach" in texts(telegram)) is told
        assert asked(telegram) != "health_where"


async def test_who_wants_to_talk_with_the_coach_is_not_asked_on_the_page_either(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_HEALTH, "[Met mijn coach]")
        open_there = asked(telegram)
        page = await moves_to_web(telegram)
        assert asked(page) == open_there


async def test_where_our_page_cannot_be_reached_the_coach_is_the_way(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        object.__setattr__(stage.house, "public_url", "")
        telegram = await on_telegram(stage, *TO_HEALTH, "[Ja, op de pagina]")
        assert "Onze eigen pagina werkt nu niet." in texts(telegram)
        assert asked(telegram) is not None


async def test_whoever_began_on_the_page_is_not_sent_there_again(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        page = with_bot(stage).actor("browser")
        await page.starts("nl")
        await plays(page, (*TO_HEALTH, "nee", "telegram"))
        telegram = stage.actor("1001", channel="telegram")
        await telegram.starts(payload=code_on_screen(page))
        assert asked(telegram) not in (None, "health_where")
        await telegram.says("terug")
        assert asked(telegram) == "income"


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
