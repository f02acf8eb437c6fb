"""The address behind the listen button: one's own messages and nothing else, in parts, and not without end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.aloud.reading import Reading
from storage.ledger import Ledger
from tests.webchat_caller import Caller, calling
from tests.webchat_stage import Stage, on_stage
from tests.webchat_wording import DUTCH, FRENCH


@pytest.fixture
async def stage(sqlite_ledger: Ledger, reading: Reading) -> AsyncIterator[Stage]:
    async with on_stage(sqlite_ledger, reading=reading) as stage:
        yield stage


@pytest.fixture
async def caller(stage: Stage) -> AsyncIterator[Caller]:
    async with calling(stage) as caller:
        await caller.start()
        yield caller


async def listen(caller: Caller, message: object, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    async with caller.session.get(f"{caller.stage.chat}/aloud/{message}", headers=headers) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def test_ones_own_message_is_sound_that_nobody_keeps(caller: Caller) -> None:
    newest = await caller.newest()
    status, sound, headers = await listen(caller, newest["id"])
    assert status == 200
    assert headers["Content-Type"] == "audio/mpeg"
    assert headers["Cache-Control"] == "no-store"
    assert sound[:1] == b"\xff"


async def test_a_message_is_heard_as_it_looks_now(caller: Caller) -> None:
    await caller.say("3600")
    asked = await caller.newest()
    before = (await listen(caller, asked["id"]))[1]
    await caller.tap(await caller.token("De taal"))
    assert (await listen(caller, asked["id"]))[1] != before


async def test_messages_of_others_and_of_nobody_are_not_read(stage: Stage, caller: Caller) -> None:
    theirs = await caller.newest()
    async with calling(stage) as other:
        assert (await listen(other, theirs["id"]))[0] == 401
        await other.start()
        assert (await listen(other, theirs["id"]))[0] == 404
    assert (await listen(caller, 10**17))[0] == 404
    for no_number in ("0x1", "-1", "1/..", "9" * 30, "%00"):
        assert (await listen(caller, no_number))[0] == 404


async def test_a_player_may_ask_for_parts(caller: Caller) -> None:
    message = (await caller.newest())["id"]
    _, whole, _ = await listen(caller, message)
    status, part, headers = await listen(caller, message, Range="bytes=0-1")
    assert (status, part) == (206, whole[:2])
    assert headers["Content-Range"] == f"bytes 0-1/{len(whole)}"
    assert (await listen(caller, message, Range="bytes=100-"))[1] == whole[100:]
    assert (await listen(caller, message, Range="bytes=-5"))[1] == whole[-5:]
    for useless in (f"bytes={len(whole)}-", "bytes=9-3", "bytes=a-b", "words=1-2"):
        assert (await listen(caller, message, Range=useless))[0] in (200, 416)


@pytest.mark.parametrize(("language", "words"), [("nl", DUTCH), ("fr", FRENCH)])
async def test_who_listens_too_often_is_asked_to_wait(caller: Caller, language: str, words: dict[str, str]) -> None:
    for _ in range(90):
        assert (await listen(caller, 10**17))[0] == 404
    status, said, headers = await listen(caller, 10**17, **{"Accept-Language": language})
    assert status == 429
    assert words["Please wait a moment. Then listen again."] in said.decode()
    assert int(headers["Retry-After"]) > 0


async def test_without_the_voice_the_address_says_so(sqlite_ledger: Ledger) -> None:
    async with on_stage(sqlite_ledger) as stage, calling(stage) as caller:
        await caller.start()
        status, said, _ = await listen(caller, (await caller.newest())["id"])
        assert status == 404
        assert DUTCH["I cannot read this aloud now."] in said.decode()
