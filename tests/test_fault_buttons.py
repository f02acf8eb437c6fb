"""Forged, replayed, old and foreign buttons change nothing; a real one changes one thing once."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from random import Random
from typing import Any

import pytest
from sqlmodel import select

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_updates import NO_BUTTON, place
from bot.converse import Converse
from flows.heard import Tap, Tapped
from flows.memory import remember
from flows.messages import Button
from storage.ledger import open_ledger
from storage.tables import Appointment, Heard
from tests.faults.inside import Guest, house_on
from tests.telegram_talk import Talk

FORGED = int(os.environ.get("FAULT_FORGED", "5000"))
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:!~=+>%.é\u202e\x00"


@pytest.fixture
async def converse() -> AsyncIterator[Converse]:
    ledger = await open_ledger("sqlite://")
    yield Converse(house_on(ledger))
    await ledger.close()


def channel_to(converse: Converse) -> TelegramChannel:
    async def note(_: object) -> None: ...

    return TelegramChannel("genk", converse.house.taps, converse.take, note)


def tapping(number: int, data: str, update: int) -> dict[str, Any]:
    person = {"id": number, "is_bot": False, "first_name": "A", "language_code": "nl"}
    return {"update_id": update, "callback_query": {"id": str(update), "from": person, "data": data}}


async def button(guest: Guest, option: str) -> Button:
    asked = await guest.asked()
    assert asked is not None
    return next(each for each in (*asked.buttons, *asked.tools) if each.tap.option == option)


async def tokens(converse: Converse, guest: Guest) -> list[str]:
    return [each.token for bubble in await guest.bubbles() for each in (*bubble.buttons, *bubble.tools)]


def forged(tokens: list[str], others: list[str], number: int) -> Iterator[str]:
    """Each differs from every real one."""
    chance = Random(18)
    real = set(tokens)
    yield from (token for token in others if token not in real)
    made = len(others)
    while made < number:
        token, other = chance.choice(tokens), chance.choice(tokens)
        at = chance.randrange(len(token))
        found = chance.choice(
            (
                token[:at] + chance.choice(ALPHABET) + token[at + 1 :],
                token[:at] + token[at + 1 :],
                token[:at] + chance.choice(ALPHABET) + token[at:],
                token[:11] + other[11:],
                token + chance.choice(ALPHABET),
                token[:at],
                token[11:],
                token.swapcase(),
                "".join(chance.choices(ALPHABET, k=chance.randint(0, 64))),
            )
        )
        if found not in real:
            made += 1
            yield found


async def test_no_forged_button_is_read_as_a_tap(converse: Converse) -> None:
    guest, neighbour = Guest(converse, 1), Guest(converse, 2)
    await guest.reach("slot")
    await neighbour.reach("slot")
    mine, theirs = await tokens(converse, guest), await tokens(converse, neighbour)
    talk = Talk()
    channel = TelegramChannel("genk", converse.house.taps, talk.take, talk.note)
    count = 0
    for count, token in enumerate(forged(mine, theirs, FORGED), 1):
        await channel.hear(tapping(1, token, count))
    assert count >= min(FORGED, 5000)
    assert {incoming.heard for incoming in talk.heard} == {Tapped(NO_BUTTON)}
    assert len(talk.heard) == count


async def test_forged_and_foreign_buttons_change_nothing_in_a_conversation(converse: Converse) -> None:
    guest, neighbour = Guest(converse, 1), Guest(converse, 2)
    await guest.reach("path")
    await neighbour.reach("path")
    channel, log = channel_to(converse), await guest.log()
    theirs = await tokens(converse, neighbour)
    for number, token in enumerate(forged(await tokens(converse, guest), theirs, 100), 1):
        await channel.hear(tapping(1, token, number))
    assert await guest.log() == log
    said = [bubble.question for bubble in await guest.bubbles()]
    assert said[-100:] == ["path"] * 100


async def test_a_real_button_tapped_a_hundred_times_answers_once(converse: Converse) -> None:
    guest = Guest(converse, 1)
    await guest.reach("path")
    channel, before = channel_to(converse), len(await guest.log())
    quick = await button(guest, "quick")
    for number in range(1, 101):
        await channel.hear(tapping(1, quick.token, number))
    added = (await guest.log())[before:]
    assert [getattr(entry, "question", "") for entry in added].count("path") == 1
    assert len(added) == 1


async def test_one_delivery_of_a_tap_a_hundred_times_is_one_update(converse: Converse) -> None:
    guest = Guest(converse, 1)
    await guest.reach("slot")
    channel = channel_to(converse)
    asked = await guest.asked()
    assert asked is not None
    for _ in range(100):
        await channel.hear(tapping(1, asked.buttons[0].token, 7))
    visits = await converse.house.ledger.read(lambda session: list(session.exec(select(Appointment))))
    heard = await converse.house.ledger.read(
        lambda session: list(session.exec(select(Heard).where(Heard.update_key == "7")))
    )
    assert (len(visits), len(heard)) == (1, 1)


async def test_an_old_button_asks_before_it_changes_anything(converse: Converse) -> None:
    guest = Guest(converse, 1)
    await guest.reach("path")
    full = await button(guest, "full")
    await guest.reach("slot")
    answers, channel = remember(await guest.log()).answers, channel_to(converse)
    await channel.hear(tapping(1, full.token, 1))
    assert remember(await guest.log()).answers == answers
    offered = (await guest.bubbles())[-1]
    assert offered.buttons[0].tap == Tap("path", "=full")


async def test_a_token_is_worth_nothing_in_another_chat_channel_or_organisation(converse: Converse) -> None:
    taps = converse.house.taps
    token = taps.token(place("genk", "1"), Tap("path", "quick"))
    assert taps.read(place("genk", "1"), token) == Tap("path", "quick")
    for elsewhere in (place("genk", "2"), place("jobin", "1"), "genk/web/1", "genk/telegram/1/", "genk/telegram/11"):
        assert taps.read(elsewhere, token) is None
