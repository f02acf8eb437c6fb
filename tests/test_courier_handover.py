"""A turn hands its message to the courier of its own process: sent at once, in order, and never lost on the way."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.courier import Courier
from bot.packages import Line, Package
from flows.messages import Bubble
from storage.ledger import Ledger
from storage.tables import Outgoing
from storage.tray_statements import END_LEASES
from storage.trays import put_or_take
from tests.telegram_desk import SWIFT, TOKEN, Desk, courier_for, open_api
from tests.telegram_server import TelegramServer
from tests.test_courier_delivery import AMIRA, BRAM, Post, eventually

SELDOM = replace(SWIFT, look_every=60.0)
"""Whoever is found without a ring or a hand-over is found too late for these tests."""


async def taken(desk: Desk, number: int, text: str, *, followed: bool = False) -> Package | None:
    """Put a text out as a turn does; the package, if it is ours to carry."""
    bubble = Bubble(text, "nl")

    def work(session: Session) -> Package | None:
        parcel = desk._parcel(session, number, bubble, {})
        row, ours = put_or_take(session, parcel, desk.clock.now(), SELDOM.lease)
        line = Line(parcel.organisation, parcel.channel)
        return Package(row, line, parcel.chat_id, str(number), bubble=bubble, followed=followed) if ours else None

    return await desk.ledger.write(work)


async def test_a_message_that_is_handed_over_arrives_without_a_look_into_the_tray(ledger: Ledger) -> None:
    desk = Desk(ledger)
    await desk.meet(AMIRA)
    async with TelegramServer() as server, open_api(server) as api:
        post = Post(desk, server, api)
        async with post.carrying(SELDOM) as courier:
            await eventually(lambda: _at_work(desk))
            package = await taken(desk, AMIRA, "Waar woon je?")
            assert package is not None
            desk.carriers.hand_over(package)
            assert await post.all_settled() == ["sent"]
            assert post.texts(AMIRA) == ["Waar woon je?"]
            (row,) = await desk.rows(AMIRA)
            assert (row.attempts, row.uncertain, row.lease_until) == (1, False, None)
            assert row.external_id
            assert isinstance(courier, Courier)


async def test_what_is_put_behind_a_message_on_the_road_follows_it_in_order(ledger: Ledger) -> None:
    desk = Desk(ledger)
    await desk.meet(AMIRA)
    async with TelegramServer() as server, open_api(server) as api:
        post = Post(desk, server, api)
        async with post.carrying(SELDOM):
            await eventually(lambda: _at_work(desk))
            package = await taken(desk, AMIRA, "een")
            assert package is not None
            assert await taken(desk, AMIRA, "twee") is None
            await desk.say(AMIRA, "drie")
            desk.carriers.hand_over(package)
            await post.all_settled()
            assert post.texts(AMIRA) == ["een", "twee", "drie"]


async def test_a_chat_waits_for_nobody_elses_message(ledger: Ledger) -> None:
    desk = Desk(ledger)
    await desk.meet(AMIRA, BRAM)
    await desk.say(BRAM, "nog niet weg")
    assert await taken(desk, AMIRA, "Dag Amira") is not None
    assert await taken(desk, BRAM, "Dag Bram") is None
    assert await desk.states() == ["created", "sending", "created"]


async def test_a_row_whose_process_died_before_it_was_handed_over_is_sent_by_the_next(ledger: Ledger) -> None:
    desk = Desk(ledger)
    await desk.meet(AMIRA)
    assert await taken(desk, AMIRA, "Waar woon je?") is not None
    await ledger.write(_end_of_leases)
    async with TelegramServer() as server, open_api(server) as api:
        post = Post(desk, server, api)
        async with post.carrying(SWIFT):
            assert await post.all_settled() == ["sent"]
        assert post.texts(AMIRA) == ["Waar woon je?"]


async def test_without_a_courier_or_while_it_is_told_to_be_silent_the_tray_keeps_the_message(ledger: Ledger) -> None:
    desk = Desk(ledger)
    line = Line("genk", "telegram")
    assert desk.carriers.free(line) is None
    async with TelegramServer() as server, open_api(server) as api:
        server.bot(TOKEN)
        courier = courier_for(desk, api, SELDOM)
        with desk.carriers.at_work(line, courier):
            assert desk.carriers.free(line) is courier
            courier._pace.be_silent(float("inf"))
            assert desk.carriers.free(line) is None
        assert desk.carriers.free(line) is None


async def _at_work(desk: Desk) -> bool:
    return desk.carriers.free(Line("genk", "telegram")) is not None


def _end_of_leases(session: Session) -> None:
    for statement in END_LEASES:
        session.connection().execute(statement)
    assert session.get_one(Outgoing, 1).state == "sending"
