"""Whatever is typed at whatever question: nothing breaks, nothing harmful is kept, every reply can be sent."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from random import Random

import aiohttp
import pytest
from sqlmodel import select

from bot.channels.telegram_drawing import LONGEST_TEXT, messages
from bot.converse import Converse
from flows.answers.text import CUT
from flows.heard import Said
from flows.log import Answered, Value
from flows.script import Ask
from storage.ledger import open_ledger
from storage.tables import Heard
from storage.verify import verify
from tests.faults.hostile import hostile_strings
from tests.faults.inside import ADULT, SKIP, Guest, all_bubbles, all_logs, house_on, many_like
from tests.faults.program import TOKEN, Program
from tests.faults.script import Script
from tests.faults.starter import Starter
from tests.faults.talker import Talker
from tests.patience import PATIENCE
from tests.telegram_server import TelegramServer

STRINGS = hostile_strings()
FULL = ADULT | {"path": "full", "barriers": "childcare"}
WAYS: Mapping[str, Mapping[str, str]] = {
    "language": ADULT,
    "privacy": ADULT,
    "path": ADULT,
    "name": FULL,
    "place": ADULT,
    "barriers": FULL,
    "childcare": FULL,
    "recap": FULL,
    "health_where": FULL,
    "slot": ADULT,
    "phone": ADULT | {"contact_way": "call"},
    "door_email": ADULT | {"path": "no_work", "door_phone": SKIP},
}
"""A question of each kind, and what to answer on the way there."""


@pytest.fixture
async def converse() -> AsyncIterator[Converse]:
    ledger = await open_ledger("sqlite://")
    yield Converse(house_on(ledger))
    await ledger.close()


def test_every_kind_of_question_of_the_flow_is_tried(script: Script) -> None:
    asks = script.flow.asks
    assert {type(asks[question].kind) for question in WAYS} == {type(ask.kind) for ask in asks.values()}
    assert len(set(STRINGS)) >= 500


@pytest.mark.parametrize("question", WAYS)
async def test_hostile_words_never_break_a_turn(converse: Converse, question: str) -> None:
    model = Guest(converse, 1, WAYS[question])
    await model.reach(question)
    asked = await model.asked()
    assert asked is not None
    assert asked.question == question
    ledger = converse.house.ledger
    guests = await many_like(model, range(2, 2 + len(STRINGS)))
    await asyncio.gather(*(guest.says(text) for guest, text in zip(guests, STRINGS, strict=True)))

    parked = await ledger.read(lambda session: list(session.exec(select(Heard.reason).where(Heard.state == "parked"))))
    assert parked == []
    for bubbles in await all_bubbles(guests):
        assert bubbles
        for message in (part for bubble in bubbles for part in messages(bubble)):
            assert 0 < len(message["text"].encode("utf-16-le")) <= 2 * LONGEST_TEXT
    kept = [
        text
        for log in await all_logs(guests)
        for entry in log
        if isinstance(entry, Answered)
        for text in texts_of(entry)
    ]
    assert [text for text in kept if not harmless(text)] == []
    assert await ledger.read(verify) == []


def texts_of(entry: Answered) -> Iterator[str]:
    values: tuple[Value | None, ...] = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    yield from (value for value in (*values, entry.said) if isinstance(value, str))


def harmless(text: str) -> bool:
    """NFC, and no control or half character but the end of a line."""
    kinds = {unicodedata.category(character) for character in text if character != "\n"}
    return unicodedata.is_normalized("NFC", text) and not kinds & {"Cc", "Cs"} and "\u202e" not in text


@pytest.mark.parametrize("question", ["name", "door_need"])
async def test_a_text_over_the_limit_is_cut_and_the_person_is_told(
    converse: Converse, question: str, script: Script
) -> None:
    guest = Guest(converse, 1, FULL if question == "name" else ADULT | {"path": "no_work"})
    await guest.reach(question)
    before = len(await guest.bubbles())
    await guest.hears(Said("é" * 1999))
    told = (await guest.bubbles())[before:]
    ask: Ask = script.flow.asks[question]
    assert (await guest.memory()).value(question) == "é" * ask.kind.max  # type: ignore[attr-defined]
    assert script.wording.translate(CUT, "nl") in "\n".join(bubble.text for bubble in told)


async def test_hostile_words_over_the_wire_get_an_answer_and_never_a_server_error(
    starter: Starter, telegram: TelegramServer, script: Script, sqlite_url: str, log_file: Path
) -> None:
    program = Program(starter, sqlite_url, telegram.url, log_file, webhook=True)
    await program.start()
    account = telegram.bot(TOKEN)
    people = [Talker(telegram.user(TOKEN, number), script, chance=Random(number)) for number in range(1, 5)]
    await asyncio.gather(*(person.talk("place") for person in people))
    sample = [text.encode("utf-8", "replace").decode() for text in Random(1).sample(STRINGS, 60)]
    for place, text in enumerate(sample):
        people[place % 4].user.says(text[:4096] or "?")
    for kind in ("voice", "photo", "document", "location", "sticker"):
        people[0].user.sends(kind)
    async with asyncio.timeout(PATIENCE):
        while account.pending:
            account.news.clear()
            await asyncio.sleep(0.05)
    assert account.webhook_errors == 0
    assert await web_statuses(program, sample) <= {200, 429}
    assert (await refused(program)) < 500
    await program.stop()
    assert {call.status for call in account.sent()} == {200}
    assert "turn.failed" not in log_file.read_text()


async def web_statuses(program: Program, sample: list[str]) -> set[int]:
    same = {"Sec-Fetch-Site": "same-origin"}
    chat = f"{program.url}/chat/genk"
    statuses = set()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers=same) as session:
        async with session.post(f"{chat}/start", json={"language": "nl"}) as answer:
            assert answer.status == 200
        for number, text in enumerate(sample[:20]):
            async with session.post(f"{chat}/say", json={"key": f"key-{number:08}", "text": text}) as answer:
                statuses.add(answer.status)
    return statuses


async def refused(program: Program) -> int:
    """The worst status of bodies that no page of ours sends."""
    worst = 0
    async with aiohttp.ClientSession(headers={"Sec-Fetch-Site": "same-origin"}) as session:
        for body in (
            b"",
            b"{",
            b"[" * 5000,
            b"\xff",
            b'{"key":1}',
            b'{"key":"12345678","text":"\\ud800"}',
            b"0" * 900_000,
        ):
            kind = {"Content-Type": "application/json"}
            for path in ("say", "start"):
                async with session.post(f"{program.url}/chat/genk/{path}", data=body, headers=kind) as answer:
                    worst = max(worst, answer.status)
    return worst
