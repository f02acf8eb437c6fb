"""Deliveries of webhooks: a receiver that is down, slow or gone loses nothing and holds up only its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from bot.agenda_network import Outside
from casework.hooks import webhook_lines, webhooks
from storage.ledger import Ledger
from storage.tables import Webhook, WebhookEvent
from storage.verify import verify
from tests.hook_server import HookServer
from tests.staff_stage import HERE, Stage
from tests.webhook_desk import SWIFT, Desk


@pytest.fixture
async def desk(sqlite_ledger: Ledger) -> AsyncIterator[Desk]:
    stage = Stage(sqlite_ledger)
    await stage.staff()
    async with HookServer() as server:
        yield Desk(stage, server)
    assert await sqlite_ledger.read(verify) == []


async def test_a_receiver_that_is_down_for_a_day_loses_nothing_and_keeps_the_order(desk: Desk) -> None:
    await desk.subscribe()
    cases = [await desk.stage.case() for _ in range(3)]
    desk.server.status = 500
    await desk.until(timedelta(hours=20))
    for case in cases:
        await desk.accept(case)
    late = await desk.stage.case()
    await desk.until(timedelta(hours=4))
    assert desk.server.told == []
    for case in cases:
        await desk.finish(case)
    desk.server.status = 200
    await desk.until(timedelta(minutes=15))
    for case in cases:
        theirs = [event for event in desk.server.told if event["data"]["case"]["id"] == case]
        assert [event["data"]["sequence"] for event in theirs] == [1, 2, 3]
    assert [event["type"] for event in desk.server.told if event["data"]["case"]["id"] == late] == ["case.offered"]
    assert len(desk.server.tried) < 40
    assert (await desk.webhook()).failures == 0


async def test_the_same_event_keeps_its_id_however_often_it_is_tried(desk: Desk) -> None:
    await desk.subscribe()
    await desk.stage.case()
    desk.server.statuses = [500, 503, 429]
    await desk.until(timedelta(hours=3))
    assert len(desk.server.tried) == 4
    assert len({headers["webhook-id"] for headers in desk.server.headers}) == 1
    assert len(desk.server.told) == 1


async def test_one_that_is_slow_is_tried_again(desk: Desk) -> None:
    await desk.subscribe()
    await desk.stage.case()
    desk.server.slow = 0.5
    await desk.tick()
    assert (await desk.webhook()).problem == "too slow"
    desk.server.slow = 0.0
    await desk.until(timedelta(minutes=1))
    assert (await desk.events())[0].state == "delivered"


async def test_after_three_days_it_is_a_dead_letter_and_the_rest_of_the_case_waits_behind_it(desk: Desk) -> None:
    await desk.subscribe()
    case = await desk.stage.case()
    desk.server.status = 500
    await desk.until(timedelta(hours=1))
    await desk.accept(case)
    began = desk.stage.now
    while (await desk.events())[0].state == "waiting":
        await desk.until(timedelta(hours=3))
    assert timedelta(hours=70) < desk.stage.now - began < timedelta(hours=90)
    dead = await desk.ledger.read(lambda s: webhook_lines.dead_letters(s, HERE))
    assert [(event.seq, event.reason) for event in dead] == [(1, "it answers 500")]
    desk.server.status = 200
    await desk.until(timedelta(minutes=20))
    assert desk.server.told == []
    await desk.ledger.write(lambda s: webhook_lines.replay(s, s.get_one(WebhookEvent, dead[0].id), desk.stage.now))
    await desk.until(timedelta(minutes=11))
    assert desk.server.line == [(1, "case.offered"), (2, "case.accepted")]


async def test_a_dead_letter_that_is_left_out_lets_the_rest_of_its_case_go_on(desk: Desk) -> None:
    await desk.subscribe()
    case = await desk.stage.case()
    desk.server.status = 422
    await desk.tick()
    await desk.accept(case)
    desk.server.status = 200
    await desk.tick()
    assert desk.server.told == []
    first = (await desk.events())[0]
    assert (first.state, first.attempts) == ("dead", 1)
    for expected in (True, False):
        work = partial(webhook_lines.skip, now=desk.stage.now)
        assert await desk.ledger.write(lambda s: work(s, s.get_one(WebhookEvent, first.id))) is expected  # noqa: B023
    await desk.until(timedelta(minutes=2))
    assert desk.server.line == [(2, "case.accepted")]


async def test_one_refused_event_holds_up_its_own_case_only(desk: Desk) -> None:
    await desk.subscribe()
    for _ in range(3):
        await desk.stage.case()
    desk.server.statuses = [400]
    await desk.tick()
    assert len(desk.server.told) == 2
    assert (await desk.webhook()).failures == 0


async def test_a_receiver_that_says_it_is_gone_is_paused_until_staff_resume_it(desk: Desk) -> None:
    id, _ = await desk.subscribe()
    case = await desk.stage.case()
    desk.server.status = 410
    await desk.tick()
    assert (await desk.webhook()).state == "gone"
    desk.server.status = 200
    await desk.accept(case)
    await desk.until(timedelta(hours=1))
    assert (len(desk.server.tried), desk.server.told) == (1, [])
    await desk.ledger.write(lambda s: webhooks.resume(s, s.get_one(Webhook, id), desk.stage.now))
    await desk.tick()
    assert desk.server.line == [(1, "case.offered"), (2, "case.accepted")]


async def test_two_receivers_are_told_each_in_its_own_time(desk: Desk) -> None:
    await desk.subscribe()
    async with HookServer(status=500) as down:
        other = Desk(desk.stage, down)
        await other.subscribe()
        await desk.stage.case()
        assert await desk.tick() == 2
        assert (len(desk.server.told), len(down.told), len(down.tried)) == (1, 0, 1)


async def test_redirects_are_not_followed(desk: Desk) -> None:
    await desk.subscribe()
    await desk.stage.case()
    desk.server.statuses = [302]
    await desk.tick()
    assert len(desk.server.tried) == 1
    event = (await desk.events())[0]
    assert (event.state, event.reason) == ("waiting", "it leads from one address to the next")


async def test_an_address_inside_is_refused_at_each_delivery_too(desk: Desk) -> None:
    await desk.subscribe()
    await desk.stage.case()
    await desk.tick(Outside((), SWIFT))
    assert desk.server.tried == []
    assert (await desk.webhook()).problem == "what is private needs https"
