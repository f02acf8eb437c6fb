"""In distress the talk rests: who can help is shown, staff are told without a word, and no word is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import orjson
import pytest
from sqlmodel import Session, col, select

from bot.channels.terminal import Terminal
from casework.door.accounts import ensure_accounts, find_account
from flows.heard import CannotRead, Said, VoiceNote
from flows.log import Answered, Distressed, WentOn
from storage.ledger import Ledger
from storage.tables import Case, Chat, Due, LogEntry, Notice, Outgoing, Person
from tests.databases import BOTH
from tests.kept import everything
from tests.stage import Actor, Stage, open_stage
from tests.test_erasing import booked

CANARY = "kanariewoord"
DESPAIR = f"ik wil niet meer leven {CANARY}"
BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
async def ledger(one_ledger: Ledger) -> Ledger:
    return one_ledger


async def begun(stage: Stage, *words: str, channel: str = "telegram", organisation: str = "genk") -> Actor:
    actor = stage.actor(channel=channel, organisation=organisation)
    await actor.starts()
    for word in ("nederlands", "ja", *words):
        await (actor.taps(word[1:-1]) if word.startswith("[") else actor.says(word))
    return actor


async def kept(stage: Stage) -> str:
    texts = await stage.house.ledger.read(lambda session: everything(session, stage.house.vault))
    return "\n".join(texts)


async def notices(stage: Stage, kind: str = "urgent") -> list[Notice]:
    return await stage.house.ledger.read(
        lambda session: list(session.exec(select(Notice).where(Notice.kind == kind)).all())
    )


@BOTH
async def test_no_word_is_kept_anywhere_and_none_is_logged(ledger: Ledger, capfd: pytest.CaptureFixture[str]) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Ik zoek werk]", "[34 tot 49 jaar]")
        assert actor.fresh[-1].question == "name"
        await actor.says(DESPAIR)
        await actor.says(f"niemand luistert {CANARY}")
        await actor.again(actor.incoming(Said(DESPAIR), DESPAIR))
        await actor.taps("Verdergaan")
        await actor.says(f"ik kan niet meer. {CANARY}")
        await actor.says(f"ik kan niet meer. {CANARY}")
        await actor.taps("Verdergaan")
        await actor.says(f"mijn nummer is 85.07.30-033.28 en {DESPAIR}")
        await actor.taps("Verdergaan")
        await actor.says("Kim")
        found = await kept(stage)
        assert "Kim" in found
        assert "suicide" in found
        assert CANARY not in found
        assert "niet meer leven" not in found
    assert CANARY not in "".join(capfd.readouterr())


@BOTH
async def test_what_cannot_be_processed_is_parked_without_its_words_and_answered_all_the_same(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Snel een mens]", "[34 tot 49 jaar]")
        whole = await stage.house.ledger.write(damage_the_log)
        await actor.says(f"drieduizend {CANARY}")
        assert "1813" not in actor.fresh[-1].text
        await actor.says(DESPAIR)
        assert "1813" in actor.fresh[-1].text
        await stage.house.ledger.write(lambda session: mend_the_log(session, whole))
        assert (await kept(stage)).count(CANARY) == 1
        assert len(await notices(stage)) == 1
        assert len(await notices(stage, "parked_update")) == 2


@BOTH
@pytest.mark.parametrize("kind", ["photo", "edit"])
async def test_it_is_heard_under_a_picture_and_in_a_message_that_is_changed(ledger: Ledger, kind: str) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage)
        await actor.at_once(actor.incoming(CannotRead(kind, DESPAIR)))
        assert "1813" in actor.fresh[-1].text
        assert len(await notices(stage)) == 1
        assert CANARY not in await kept(stage)
        await actor.taps("Verdergaan")
        await actor.at_once(actor.incoming(CannotRead(kind, f"mooi he {CANARY}")))
        assert actor.fresh[-1].question == "path"
        assert CANARY not in await kept(stage)


async def test_what_is_parked_while_the_talk_rests_is_not_kept_either(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage)
        await actor.says(DESPAIR)
        whole = await stage.house.ledger.write(damage_the_log)
        await actor.says(f"drieduizend {CANARY}")
        await stage.house.ledger.write(lambda session: mend_the_log(session, whole))
        assert CANARY not in await kept(stage)


def damage_the_log(session: Session) -> list[tuple[int, bytes]]:
    rows = session.exec(select(LogEntry)).all()
    whole = [(row.seq, row.sealed) for row in rows]
    for row in rows:
        row.sealed = b"rust"
        session.add(row)
    return whole


def mend_the_log(session: Session, whole: list[tuple[int, bytes]]) -> None:
    sealed = dict(whole)
    for row in session.exec(select(LogEntry)).all():
        row.sealed = sealed[row.seq]
        session.add(row)


async def test_the_log_keeps_the_kind_and_only_a_tap_goes_on(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Snel een mens]", "[34 tot 49 jaar]")
        before = [entry for entry in await actor.log() if isinstance(entry, Answered)]
        await actor.says(DESPAIR)
        for words in ("3600", "verder", "ga verder", "2", "ja", "overslaan", "terug", "hallo"):
            await actor.says(words)
            assert actor.fresh[-1].question is None
            assert "1813" in actor.fresh[-1].text
        assert [entry for entry in await actor.log() if isinstance(entry, Answered)] == before
        await actor.taps("Verdergaan")
        assert actor.fresh[-1].question == "place"
        log = await actor.log()
        assert [entry.kind for entry in log if isinstance(entry, Distressed)] == ["suicide"]
        assert sum(isinstance(entry, WentOn) for entry in log) == 1


async def test_the_same_words_are_never_said_twice_in_a_row(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage)
        said = [(await actor.says(words))[-1].text for words in (DESPAIR, DESPAIR, "x", "y", "z", DESPAIR, "x", "y")]
        assert all(one != next_one for one, next_one in pairwise(said))


async def test_who_speaks_then_is_told_that_nobody_heard_it(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, organisation="zuidoost-limburg")
        await actor.says(DESPAIR)
        first, last = await actor.at_once(actor.incoming(VoiceNote("a-recording", 3)))
        assert "niet luisteren" in first.text
        assert "1813" in last.text


async def test_stop_and_erase_keep_working(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage)
        await actor.says(DESPAIR)
        await actor.says("stop")
        assert await quiet(stage) == [True]
        await actor.says("wis alles")
        await actor.says("ja")
        assert await actor.log() == ()


async def quiet(stage: Stage) -> list[bool]:
    return await stage.house.ledger.read(lambda session: list(session.exec(select(Person.quiet)).all()))


async def test_a_label_of_the_open_question_is_no_distress(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Ik zoek werk]", "[34 tot 49 jaar]")
        while actor.fresh[-1].question != "barriers":
            await actor.taps("Overslaan")
        await actor.says("alleen")
        assert all("106" not in bubble.text for bubble in actor.fresh)


async def test_distress_is_heard_under_the_summary_after_the_end_and_before_the_language(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await booked(stage)
        await actor.says(DESPAIR)
        assert "1813" in actor.fresh[-1].text
        stranger = stage.actor("zoe", channel="telegram")
        await stranger.starts()
        await stranger.says("je veux mourir")
        assert "0800 32 123" in stranger.fresh[-1].text
        assert "Personne" in stranger.fresh[-1].text or "équipe" in stranger.fresh[-1].text


@pytest.mark.parametrize("words", ["ik denk aan suicide", "euthanasie", "suicide"])
async def test_a_word_of_several_languages_is_one_of_the_talk(ledger: Ledger, words: str) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage)
        await actor.says(words)
        assert "Zelfmoordlijn: bel 1813" in actor.fresh[-1].text
        assert "0800 32 123" not in actor.fresh[-1].text


async def test_who_says_it_in_another_language_of_ours_is_answered_in_that_one_altogether(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage)
        await actor.says("je veux mourir")
        assert "0800 32 123" in actor.fresh[-1].text
        assert {bubble.language for bubble in actor.fresh} == {"fr"}
        await actor.says("nederlands")
        assert "1813" in actor.fresh[-1].text


async def test_in_a_language_that_we_do_not_speak_the_numbers_are_those_of_the_talk(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage)
        await actor.says("kocam beni dövüyor")
        assert "1712" in actor.fresh[-1].text
        await actor.says("intihar")
        assert "1813" in actor.fresh[-1].text
        await actor.says("frans")
        assert "0800 32 123" in actor.fresh[-1].text
        stranger = stage.actor("zoe", channel="telegram", organisation="jobin")
        await stranger.starts()
        await stranger.says("quiero morirme")
        assert "0800 32 123" in stranger.fresh[-1].text


@BOTH
async def test_staff_are_told_once_at_any_hour_without_a_name_or_a_word(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        await stage.house.ledger.write(lambda session: coach_chat(session, stage, "an"))
        actor = await begun(stage)
        stage.clock.move(timedelta(hours=13))
        await actor.says(DESPAIR)
        await actor.says("hij slaat mij")
        assert len(await notices(stage)) == 1
        told = await stage.house.ledger.read(lambda session: told_to_coach(session, stage))
        assert told == ["Dringend contact gevraagd. Kijk in de console."]
        stage.clock.move(timedelta(minutes=31))
        await actor.says(DESPAIR)
        assert len(await notices(stage)) == 2


def coach_chat(session: Session, stage: Stage, login: str) -> None:
    ensure_accounts(session, stage.house.organisations["genk"], stage.clock.now())
    staff = find_account(session, "genk", login)
    assert staff is not None
    here = {"organisation": "genk", "channel": "telegram", "address": login}
    session.add(Chat(**here, staff_id=staff.id, created_at=stage.clock.now()))


def told_to_coach(session: Session, stage: Stage) -> list[str]:
    rows = session.exec(select(Outgoing).where(Outgoing.conversation_id == None)).all()  # noqa: E711 - SQL
    sealed = [stage.house.vault.house.open(row.sealed, f"outgoing|{row.chat_id}") for row in rows]
    return [orjson.loads(each)["text"] for each in sealed]


@BOTH
async def test_reminders_wait_for_the_next_morning_and_are_not_lost(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await booked(stage)
        await actor.says(DESPAIR)
        evening = datetime(2027, 3, 24, 19, 45, tzinfo=BRUSSELS)
        stage.clock.move(evening - stage.clock.now())
        await stage.tick()
        assert await actor.looks() == []
        stage.clock.move(datetime(2027, 3, 25, 8, 1, tzinfo=BRUSSELS) - stage.clock.now())
        await stage.tick()
        assert any("Je afspraak is" in bubble.text for bubble in await actor.looks())
        await actor.taps("Ik kom")
        assert "Fijn dat je komt" in actor.fresh[0].text


@BOTH
async def test_a_reminder_that_cannot_wait_any_longer_is_told_to_the_coach(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await booked(stage)
        stage.clock.move(datetime(2027, 3, 25, 7, 30, tzinfo=BRUSSELS) - stage.clock.now())
        await stage.tick()
        await actor.looks()
        await stage.house.ledger.write(lambda session: rest_until_noon(session))
        stage.clock.move(timedelta(hours=1))
        await stage.tick()
        assert await actor.looks() == []
        assert len(await notices(stage, "unreachable")) >= 1
        reminders = select(Due.state).where(col(Due.kind).startswith("remind"))
        assert await stage.house.ledger.read(lambda session: set(session.exec(reminders))) == {"skipped"}


def rest_until_noon(session: Session) -> None:
    person = session.exec(select(Person)).one()
    person.quiet_until = datetime(2027, 3, 25, 12, 0, tzinfo=BRUSSELS)
    session.add(person)


async def test_the_terminal_goes_on_with_the_number_of_its_button(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        printed: list[str] = []
        terminal = Terminal(stage.converse, "genk", "me", printed.append)
        await terminal.start("nl")
        await terminal.say("ja")
        await terminal.say("ik wil niet meer leven")
        assert any("1813" in line for line in printed)
        assert "  2. Verdergaan" in printed
        printed.clear()
        await terminal.say("2")
        assert any("Snel een mens" in line for line in printed)


async def test_a_minor_sees_the_number_for_young_people_too(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Snel een mens]", "16", channel="web")
        await actor.says("hij slaat mij")
        assert "102" in actor.fresh[-1].text
        assert "1712" in actor.fresh[-1].text


async def test_nobody_reads_along_outside_opening_hours(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage)
        await actor.says(DESPAIR)
        assert "Niemand leest dit nu mee" not in actor.fresh[-1].text
        stage.clock.move(timedelta(hours=4))
        await actor.says("hij slaat mij")
        assert "Niemand leest dit nu mee" in actor.fresh[-1].text


async def test_no_case_is_opened_by_distress(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage)
        await actor.says(DESPAIR)
        assert await stage.house.ledger.read(lambda session: list(session.exec(select(Case)).all())) == []
