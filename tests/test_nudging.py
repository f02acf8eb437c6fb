"""One message after a silence: in the daytime, in their language, at most twice, and never where it is unwanted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.people import PERSON
from bot.reach import Reach, note_reach
from bot.stage import Actor
from bot.ticker import Ticker
from casework.house.in_force import InForce
from flows.log import Nudged
from storage.ledger import Ledger
from storage.tables import Due, Outgoing
from storage.trays import claim_due
from tests.stage import Stage, open_stage

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKS = "Wil je verdergaan?"
NUDGE = ["Verdergaan", "Een mens", "Geen berichten meer"]


@pytest.fixture
async def stage(sqlite_ledger: Ledger) -> AsyncIterator[Stage]:
    """On Wednesday 24 March 2027, 10 o'clock; Sunday 28 and Monday 29 March are Easter."""
    async with open_stage(sqlite_ledger) as opened:
        yield opened


async def in_the_middle(stage: Stage, *words: str, name: str = "ann", channel: str = "telegram") -> Actor:
    ann = stage.actor(name, channel=channel)
    await ann.starts()
    for said in words or ("nederlands", "ja", "snel een mens", "34 tot 49 jaar", "3600"):
        await ann.says(said)
    return ann


async def silence(stage: Stage, actor: Actor, span: timedelta, step: timedelta = 6 * HOUR) -> list[str]:
    """What comes of itself meanwhile, with a look into the tray every ``step``."""
    before = len(actor.seen)
    end = stage.clock.at + span
    while stage.clock.at < end:
        stage.clock.move(step)
        await stage.tick()
    await actor.looks()
    return [bubble.text for bubble in actor.seen[before:]]


async def rows(stage: Stage) -> list[tuple[str, str | None]]:
    def work(session: Session) -> list[tuple[str, str | None]]:
        found = session.exec(select(Due).where(Due.kind == "nudge").order_by(col(Due.id)))
        return [(due.state, due.reason) for due in found]

    return await stage.house.ledger.write(work)


async def test_one_message_after_the_silence_says_how_many_questions_are_left(stage: Stage) -> None:
    ann = await in_the_middle(stage)
    assert await silence(stage, ann, 42 * HOUR) == []
    assert await silence(stage, ann, 6 * HOUR) == [f"Hallo! Er zijn nog 3 vragen. {ASKS}"]
    assert [button.label for button in ann.seen[-1].buttons] == NUDGE
    assert await silence(stage, ann, 20 * DAY) == []
    assert await rows(stage) == [("done", None)]


async def test_speaking_meanwhile_begins_the_silence_anew_with_the_same_row(stage: Stage) -> None:
    ann = await in_the_middle(stage)
    await silence(stage, ann, 40 * HOUR)
    await ann.says("een job")
    assert await silence(stage, ann, 40 * HOUR) == []
    assert len(await rows(stage)) == 1


@pytest.mark.parametrize(
    ("spoke", "comes"),
    [
        (datetime(2027, 3, 24, 21, 30, tzinfo=UTC), datetime(2027, 3, 27, 7, 0, tzinfo=UTC)),
        (datetime(2027, 3, 24, 23, 30, tzinfo=UTC), datetime(2027, 3, 27, 7, 0, tzinfo=UTC)),
        (datetime(2027, 3, 26, 12, 0, tzinfo=UTC), datetime(2027, 3, 30, 6, 0, tzinfo=UTC)),
        (datetime(2027, 3, 24, 12, 0, tzinfo=UTC), datetime(2027, 3, 26, 12, 0, tzinfo=UTC)),
    ],
    ids=["in the evening", "at night", "before Easter", "in the daytime"],
)
async def test_none_comes_at_night_on_sundays_or_holidays(stage: Stage, spoke: datetime, comes: datetime) -> None:
    stage.clock.at = spoke
    ann = await in_the_middle(stage)
    stage.clock.at = comes - timedelta(minutes=1)
    await stage.tick()
    assert not any(ASKS in bubble.text for bubble in await ann.looks())
    stage.clock.at = comes
    await stage.tick()
    assert [ASKS in bubble.text for bubble in await ann.looks()] == [True]


async def test_two_in_all_and_one_for_each_silence(stage: Stage) -> None:
    ann = await in_the_middle(stage)
    for _ in range(4):
        await silence(stage, ann, 9 * DAY)
        await ann.says("waarom")
    asked = [bubble for bubble in ann.seen if [button.label for button in bubble.buttons] == NUDGE]
    assert len(asked) == 2
    assert len([entry for entry in await ann.log() if isinstance(entry, Nudged)]) == 2


async def test_before_a_consent_nothing_is_planned(stage: Stage) -> None:
    ann = await in_the_middle(stage, "nederlands")
    assert await silence(stage, ann, 9 * DAY) == []
    await ann.says("hallo")
    assert await silence(stage, ann, 9 * DAY) == []
    assert await rows(stage) == []


@pytest.mark.parametrize(
    "said", [("stop",), ("geen berichten meer",), ("ik wil niet meer leven",), ("een job", "nee nu niet", "chat")]
)
async def test_none_after_stop_after_distress_and_after_the_end(stage: Stage, said: tuple[str, ...]) -> None:
    ann = await in_the_middle(stage)
    for words in said:
        await ann.says(words)
    assert await silence(stage, ann, 9 * DAY) == []
    assert [state for state, _ in await rows(stage)] == ["skipped"]


async def test_none_to_a_chat_that_blocks_us(stage: Stage) -> None:
    ann = await in_the_middle(stage)
    voice, place, now = stage.house.voice, ann.place, stage.clock.now()
    blocked = Reach(place.organisation, place.channel, "left", place.address, open=False)
    await stage.house.ledger.write(lambda session: note_reach(session, voice, blocked, now))
    assert await silence(stage, ann, 9 * DAY) == []
    assert await rows(stage) == [("skipped", "cannot be reached")]


async def test_who_is_left_in_peace_is_asked_only_afterwards(stage: Stage) -> None:
    ann = await in_the_middle(stage)
    until = stage.clock.now() + 6 * DAY
    await stage.house.ledger.write(
        lambda session: session.connection().execute(update(PERSON).values(quiet_until=until))
    )
    assert await silence(stage, ann, 5 * DAY) == []
    assert await silence(stage, ann, 2 * DAY) == [f"Hallo! Er zijn nog 3 vragen. {ASKS}"]


async def test_after_stop_and_coming_back_a_new_silence_is_noticed(stage: Stage) -> None:
    ann = await in_the_middle(stage, "nederlands", "ja", "snel een mens", "34 tot 49 jaar", "stop")
    await silence(stage, ann, 9 * DAY)
    await ann.says("verder")
    assert await silence(stage, ann, 4 * DAY) == [f"Hallo! Er zijn nog 4 vragen. {ASKS}"]


async def test_it_comes_in_the_language_of_the_person_and_marked_where_the_policy_says_so(stage: Stage) -> None:
    awa = await in_the_middle(stage, "français", "oui", "parler à quelqu'un", "26 à 33 ans")
    (said,) = await silence(stage, awa, 3 * DAY)
    assert said == "(traduction)\nBonjour ! Il reste 4 questions. Voulez-vous continuer ?"


async def test_a_yes_goes_on_and_is_no_answer_to_the_open_question(stage: Stage) -> None:
    ann = await in_the_middle(stage)
    await ann.says("een job")
    await silence(stage, ann, 3 * DAY)
    await ann.says("ja")
    assert ann.fresh[-1].question == "book"
    assert ann.fresh[-1].text.startswith("Welkom terug.")


async def test_its_buttons_do_what_they_say(stage: Stage) -> None:
    for label, said in (
        ("Verdergaan", "Vraag 2"),
        ("Een mens", "Ik heb een coach"),
        ("Geen berichten meer", "Ik stop."),
    ):
        ann = await in_the_middle(stage, name=label.lower().replace(" ", ""))
        await silence(stage, ann, 3 * DAY)
        await ann.taps(label)
        assert any(said in bubble.text for bubble in ann.fresh)


async def test_an_answer_after_it_is_simply_taken(stage: Stage) -> None:
    ann = await in_the_middle(stage)
    await silence(stage, ann, 3 * DAY)
    await ann.tap("goal", "job")
    assert ann.fresh[-1].question == "book"


async def test_an_organisation_that_sets_no_silence_never_asks(stage: Stage) -> None:
    genk = replace(stage.house.organisations["genk"], nudge_after=None)
    stage.house = replace(stage.house, organisations=InForce({**stage.house.organisations, "genk": genk}))
    stage.converse.house = stage.house
    ann = await in_the_middle(stage)
    assert await silence(stage, ann, 9 * DAY) == []
    assert await rows(stage) == []


async def test_ten_processes_at_once_say_it_once(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        ann = await in_the_middle(stage)
        stage.clock.move(2 * DAY + HOUR)
        await asyncio.gather(*(Ticker(stage.house).tick() for _ in range(10)))
        assert [ASKS in bubble.text for bubble in await ann.looks()] == [True]


async def test_who_speaks_at_that_very_moment_is_not_asked_twice(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        people = [await in_the_middle(stage, name=f"p{number}") for number in range(6)]
        stage.clock.move(2 * DAY + HOUR)
        await asyncio.gather(stage.tick(), *(person.says("een job") for person in people))
        for person in people:
            await person.looks()
            assert sum(ASKS in bubble.text for bubble in person.seen) <= 1
            assert person.seen[-1].question == "book" or ASKS in person.seen[-1].text


async def test_a_process_that_dies_with_the_row_in_its_hands_loses_nothing(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        ann = await in_the_middle(stage)
        stage.clock.move(2 * DAY + HOUR)
        now = stage.clock.now()
        taken = await ledger.write(lambda session: claim_due(session, now, 10, -1))
        assert [due.kind for due in taken] == ["nudge"]
        await stage.tick()
        await stage.tick()
        assert [ASKS in bubble.text for bubble in await ann.looks()] == [True]


async def test_the_row_and_its_message_hold_nothing_personal_in_the_open(stage: Stage) -> None:
    ann = await in_the_middle(stage)
    await silence(stage, ann, 3 * DAY)

    def work(session: Session) -> tuple[str, bytes]:
        due = session.exec(select(Due).where(Due.kind == "nudge")).one()
        out = session.exec(select(Outgoing).order_by(col(Outgoing.id).desc())).first()
        assert out
        key = due.key.replace(due.person_id or "?", "").replace(due.subject or "?", "")
        return f"{key} {due.body} {due.reason}", out.sealed

    row, sealed = await stage.house.ledger.write(work)
    assert row
    assert not any(word in row for word in ("Genk", "3600", "Hallo", "34"))
    assert not any(word in sealed for word in (b"Genk", b"Hallo", b"3600:", b"from_34"))
