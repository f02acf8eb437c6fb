"""Whatever Telegram suffers from: each message arrives once and in order, or twice and its row says so."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.backoff import Backoff
from storage.ledger import Ledger
from tests.telegram_desk import SWIFT
from tests.telegram_faults import (
    Fault,
    HalfAnswer,
    NotJson,
    Reset,
    Says,
    ServerError,
    Silence,
    TooManyRequests,
)
from tests.test_courier_delivery import Post, open_post

CROWD = range(2000, 2012)
TEXTS = [str(number) for number in range(6)]
FAULTS: tuple[Fault, ...] = (
    ServerError(502),
    ServerError(503),
    Says(500, "Internal Server Error"),
    Reset(),
    Reset(accepted=True),
    Silence(0.8),
    HalfAnswer(),
    NotJson(),
)


@pytest.fixture
async def post(sqlite_ledger: Ledger) -> AsyncIterator[Post]:
    async with open_post(sqlite_ledger) as opened:
        yield opened


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_in_a_storm_each_message_arrives_once_or_twice_and_marked(post: Post, seed: int) -> None:
    chance = random.Random(seed)
    script = [chance.choice(FAULTS) if chance.random() < 0.2 else None for _ in range(60)]
    post.account.faults.script(*script, TooManyRequests(1))
    await post.desk.meet(*CROWD)
    for number in CROWD:
        post.account.chat(number)
    await post.desk.say_all(CROWD, *TEXTS)
    async with post.carrying(replace(SWIFT, backoff=Backoff(0.02, 0.1), chats_at_once=1 + 4 * seed)):
        await post.all_settled()
    for number in CROWD:
        seen = post.texts(number)
        arrived = Counter(seen)
        rows = await post.desk.rows(number)
        for text, row in zip(TEXTS, rows, strict=True):
            assert row.state == "sent" or row.reason == "unknown"
            assert arrived[text] <= (2 if row.uncertain else 1)
            assert arrived[text] >= (1 if row.state == "sent" else 0)
        assert seen == sorted(seen)


async def test_too_many_requests_again_and_again_are_waited_out(post: Post) -> None:
    post.account.faults.script(*[TooManyRequests(1)] * 3)
    await post.desk.say_all([501, 502], *TEXTS)
    async with post.carrying(replace(SWIFT, chats_at_once=1)):
        assert set(await post.all_settled()) == {"sent"}
    assert post.account.faults.too_early == 0
    assert post.texts(501) == TEXTS
