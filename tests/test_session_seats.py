"""Seats of a group session in the talk: who leaves makes room, who is next is asked, nobody is held up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.session_opening import open_group_sessions
from flows.heard import SESSION
from flows.log import Answered
from storage.ledger import Ledger
from storage.tables import Chat
from tests.databases import BOTH
from tests.session_house import places
from tests.session_talk import (
    CV,
    edited,
    leaves,
    passes,
    said,
    signed_up,
    somebody,
    sound,
    state_of,
)
from tests.stage import Actor, Stage, open_stage

OFFER = "Wil je deze plaats?"


@pytest.fixture
async def stage(one_ledger: Ledger) -> AsyncIterator[Stage]:
    async with open_stage(one_ledger) as stage:
        yield stage


@BOTH
async def test_the_seat_of_who_leaves_is_offered_and_a_typed_yes_takes_it(stage: Stage) -> None:
    ann, _, cem = await signed_up(stage, "ann", "bob", "cem")
    await ann.tap(SESSION, f"leave:{CV}:1")
    await passes(stage, seconds=5)
    await cem.looks()
    assert OFFER in said(cem)
    await cem.says("ja graag")
    assert await state_of(stage, cem) == "enrolled"
    assert await sound(stage)


@pytest.mark.parametrize(("words", "state"), [("ja", "enrolled"), ("nee", "declined"), ("2", "offered")])
async def test_where_no_yes_can_answer_the_open_question_a_typed_one_is_for_the_offer_said_last(
    stage: Stage, words: str, state: str
) -> None:
    cem = await offered_a_seat(stage, "ja", "[Snel een mens]")
    await cem.says(words)
    assert await state_of(stage, cem) == state


async def test_a_yes_that_could_answer_both_is_asked_back(stage: Stage) -> None:
    cem = await offered_a_seat(stage, "waarom")
    await cem.says("ja")
    assert "Waarop antwoord je?" in said(cem)
    assert await state_of(stage, cem) == "offered"
    await cem.says("ja")
    assert await state_of(stage, cem) == "offered", "a yes does not say which"


@pytest.mark.parametrize(("label", "state"), [("De vrije plaats", "enrolled"), ("Je vraag", "offered")])
async def test_what_is_tapped_then_counts(stage: Stage, label: str, state: str) -> None:
    cem = await offered_a_seat(stage, "waarom")
    await cem.says("ja")
    await cem.taps(label)
    assert await state_of(stage, cem) == state
    _, log = await cem.conversation()
    assert any(isinstance(entry, Answered) and entry.question == "privacy" for entry in log) is (label == "Je vraag")


async def offered_a_seat(stage: Stage, *before: str) -> Actor:
    """Who has answered nothing but ``before``, and has just been offered a seat."""
    ann, _ = await signed_up(stage, "ann", "bob")
    cem = await somebody(stage, "cem", *before)
    await cem.tap(SESSION, f"wait:{CV}:0")
    await leaves(stage, ann)
    await cem.looks()
    assert OFFER in said(cem)
    return cem


@pytest.mark.parametrize("why", ["stopped", "blocked"])
async def test_who_wants_no_messages_or_cannot_be_reached_does_not_hold_up_the_line(stage: Stage, why: str) -> None:
    ann, _, cem, dee = await signed_up(stage, "ann", "bob", "cem", "dee")
    if why == "stopped":
        await cem.says("stop")
    else:
        await stage.house.ledger.write(
            lambda session: session.connection().execute(
                update(Chat).where(Chat.id == cem.partner(session).chat_id).values(state="blocked")  # type: ignore[arg-type]
            )
        )
    await leaves(stage, ann)
    await dee.looks()
    assert OFFER in said(dee)
    assert await state_of(stage, cem) == "expired"
    await cem.looks()
    assert OFFER not in said(cem)
    assert await sound(stage)


async def test_after_distress_an_offer_waits_for_the_morning_and_its_deadline_with_it(stage: Stage) -> None:
    ann, _, cem = await signed_up(stage, "ann", "bob", "cem")
    await cem.says("ik wil niet meer leven")
    await leaves(stage, ann)
    await cem.looks()
    assert OFFER not in said(cem)
    await passes(stage, hours=22)
    await cem.looks()
    assert OFFER in said(cem)
    until = next(place.hold_until for place in (await stage.house.ledger.read(places)).values() if place.hold_until)
    assert until - stage.clock.now() >= timedelta(hours=10)
    assert await sound(stage)


@BOTH
async def test_silence_ends_the_offer_and_the_next_is_asked(stage: Stage) -> None:
    ann, _, cem, dee = await signed_up(stage, "ann", "bob", "cem", "dee")
    await leaves(stage, ann)
    await passes(stage, hours=24)
    await cem.looks()
    assert "Ik kon de plaats niet langer vrijhouden." in said(cem)
    await dee.looks()
    assert OFFER in said(dee)
    await cem.taps("Ja, graag")
    assert "Je bent nummer 1 op de wachtlijst." in said(cem)
    assert await sound(stage)


@BOTH
async def test_i_cannot_come_under_a_reminder_frees_the_seat(stage: Stage) -> None:
    ann, _, cem = await signed_up(stage, "ann", "bob", "cem")
    await passes(stage, days=6, hours=3)
    await ann.looks()
    assert "Kom je?" in said(ann)
    await ann.says("ik kom niet")
    assert await state_of(stage, ann) == "cancelled"
    await passes(stage, seconds=5)
    await cem.looks()
    assert OFFER in said(cem)


@BOTH
async def test_who_is_forgotten_makes_room_for_the_next(stage: Stage) -> None:
    ann, _, cem = await signed_up(stage, "ann", "bob", "cem")
    await ann.says("wis alles")
    await ann.taps("Ja, wis alles")
    await passes(stage, seconds=5)
    await passes(stage, seconds=5)
    await cem.looks()
    assert OFFER in said(cem)
    assert len(await stage.house.ledger.read(places)) == 2
    assert await sound(stage)


@BOTH
async def test_at_the_start_of_the_program_new_seats_are_offered(stage: Stage) -> None:
    _, _, cem = await signed_up(stage, "ann", "bob", "cem")
    await open_group_sessions(edited(stage, 3))
    await passes(stage, seconds=5)
    await cem.looks()
    assert OFFER in said(cem)
