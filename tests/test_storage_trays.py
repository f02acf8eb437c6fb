"""The trays hand each row to one claimer, in order, and again when a lease runs out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from storage.insert import insert_new
from storage.ledger import Ledger
from storage.tables import Chat, Due, Outgoing
from storage.trays import (
    DuePlan,
    Parcel,
    claim_due,
    claim_outgoing,
    finish_due,
    mark,
    plan,
    put,
    retry_due,
)

NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)


def due(key: str, due_at: datetime = NOW) -> DuePlan:
    return DuePlan(key, "remind", "demo", None, "appointment", 1, due_at, {"place": "hall"})


def chat(session: Session, name: str) -> None:
    insert_new(session, Chat, id=name, organisation="demo", channel="telegram", address=name, created_at=NOW)


def parcel(name: str, **more: object) -> Parcel:
    return Parcel("demo", "telegram", name, None, "message", b"sealed", **more)  # type: ignore[arg-type]


async def filled(ledger: Ledger, *chats: str) -> list[int]:
    """One parcel for each name, in that order."""

    def work(session: Session) -> list[int]:
        for name in set(chats):
            chat(session, name)
        return [put(session, parcel(name), NOW) for name in chats]

    return await ledger.write(work)


async def claimed(ledger: Ledger, now: datetime = NOW, limit: int = 10, lease_s: float = 60) -> list[Outgoing]:
    rows = await ledger.write(lambda s: claim_outgoing(s, "telegram", "demo", now, limit, lease_s))
    return [Outgoing(**row) for row in rows]


async def dues(ledger: Ledger, now: datetime = NOW, limit: int = 10, lease_s: float = 60) -> list[Due]:
    return await ledger.write(lambda s: claim_due(s, now, limit, lease_s))


async def test_what_is_planned_twice_is_planned_once(ledger: Ledger) -> None:
    assert await ledger.write(lambda s: plan(s, due("a")))
    assert not await ledger.write(lambda s: plan(s, due("a")))


async def test_what_is_due_comes_earliest_first_and_the_rest_stays(ledger: Ledger) -> None:
    for key, minutes in (("late", 2), ("early", 1), ("tomorrow", 1440)):
        planned = due(key, NOW + timedelta(minutes=minutes))
        await ledger.write(lambda s, p=planned: plan(s, p))
    found = await dues(ledger, SOON)
    assert [(row.key, row.attempts, row.body) for row in found] == [
        ("early", 1, {"place": "hall"}),
        ("late", 1, {"place": "hall"}),
    ]
    assert await dues(ledger, SOON) == []


async def test_a_due_row_whose_lease_ran_out_comes_again(ledger: Ledger) -> None:
    await ledger.write(lambda s: plan(s, due("a")))
    await dues(ledger, lease_s=-1)
    assert [row.attempts for row in await dues(ledger)] == [2]


async def test_a_due_row_ends_once(ledger: Ledger) -> None:
    await ledger.write(lambda s: plan(s, due("a")))
    (row,) = await dues(ledger)
    assert await ledger.write(lambda s: finish_due(s, row.id or 0, "done"))
    assert not await ledger.write(lambda s: finish_due(s, row.id or 0, "skipped", "late"))
    assert not await ledger.write(lambda s: retry_due(s, row.id or 0, SOON))


async def test_a_due_row_given_back_falls_due_again(ledger: Ledger) -> None:
    await ledger.write(lambda s: plan(s, due("a")))
    (row,) = await dues(ledger)
    assert await ledger.write(lambda s: retry_due(s, row.id or 0, SOON))
    assert await dues(ledger) == []
    assert [again.attempts for again in await dues(ledger, SOON)] == [2]


async def test_a_due_row_ends_only_in_a_known_state(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="does not end"):
        await ledger.write(lambda s: finish_due(s, 1, "forgotten"))


async def test_no_due_row_goes_to_two_claimers(ledger: Ledger) -> None:
    await ledger.write(lambda s: [plan(s, due(str(number))) for number in range(60)])

    async def claimer() -> list[str]:
        keys: list[str] = []
        while rows := await dues(ledger, limit=7):
            keys += [row.key for row in rows]
        return keys

    shares = await asyncio.gather(*(claimer() for _ in range(6)))
    assert sorted(key for share in shares for key in share) == sorted(map(str, range(60)))


async def test_a_chat_gets_its_messages_one_by_one_in_order(ledger: Ledger) -> None:
    first, other, second = await filled(ledger, "an", "bo", "an")
    assert [row.id for row in await claimed(ledger)] == [first, other]
    assert await claimed(ledger) == []
    assert await ledger.write(lambda s: mark(s, first, {"sending"}, state="sent", sent_at=NOW))
    assert [row.id for row in await claimed(ledger)] == [second]


async def test_a_message_that_must_wait_holds_back_the_ones_behind_it(ledger: Ledger) -> None:
    first, _ = await filled(ledger, "an", "an")
    await claimed(ledger)
    await ledger.write(lambda s: mark(s, first, {"sending"}, state="temporary-failure", not_before=SOON))
    assert await claimed(ledger) == []
    assert [row.id for row in await claimed(ledger, SOON)] == [first]


async def test_a_message_whose_lease_ran_out_is_marked_uncertain(ledger: Ledger) -> None:
    (first,) = await filled(ledger, "an")
    assert [(row.id, row.uncertain) for row in await claimed(ledger, lease_s=-1)] == [(first, False)]
    assert [(row.id, row.uncertain, row.attempts) for row in await claimed(ledger)] == [(first, True, 2)]


async def test_an_answer_overtakes_what_nobody_waits_for(ledger: Ledger) -> None:
    await ledger.write(lambda s: (chat(s, "an"), chat(s, "bo")))
    reminder = await ledger.write(lambda s: put(s, parcel("an", lane=1), NOW))
    other = await ledger.write(lambda s: put(s, parcel("bo", lane=1), NOW))
    answer = await ledger.write(lambda s: put(s, parcel("an"), NOW))
    assert [row.id for row in await claimed(ledger)] == [answer, other]
    await ledger.write(lambda s: mark(s, answer, {"sending"}, state="sent"))
    assert [row.id for row in await claimed(ledger)] == [reminder]


async def test_another_channel_or_organisation_is_left_alone(ledger: Ledger) -> None:
    await filled(ledger, "an")
    assert await ledger.write(lambda s: claim_outgoing(s, "web", "demo", NOW, 10, 60)) == []
    assert await ledger.write(lambda s: claim_outgoing(s, "telegram", "other", NOW, 10, 60)) == []


async def test_a_parcel_with_a_key_is_put_once(ledger: Ledger) -> None:
    await ledger.write(lambda s: chat(s, "an"))
    first = await ledger.write(lambda s: put(s, parcel("an", key="remind/1"), NOW))
    assert await ledger.write(lambda s: put(s, parcel("an", key="remind/1"), NOW)) == first


@pytest.mark.parametrize("final", ["sent", "permanent-failure", "technical-failure", "cancelled"])
async def test_a_final_state_is_never_left(ledger: Ledger, final: str) -> None:
    (first,) = await filled(ledger, "an")
    assert await ledger.write(lambda s: mark(s, first, {"created"}, state=final))
    assert not await ledger.write(lambda s: mark(s, first, {"created", "sending"}, state="cancelled"))
    assert await claimed(ledger) == []
    with pytest.raises(ValueError, match="never left"):
        await ledger.write(lambda s: mark(s, first, {final}, state="created"))


async def test_no_message_goes_to_two_claimers_and_each_chat_keeps_its_order(ledger: Ledger) -> None:
    chats = [f"chat{number % 5}" for number in range(40)]
    ids = await filled(ledger, *chats)
    carried: list[tuple[str, int]] = []

    async def courier() -> None:
        while len(carried) < len(ids):
            for row in await claimed(ledger, limit=3):
                carried.append((row.chat_id, row.id or 0))
                await ledger.write(lambda s, n=row.id or 0: mark(s, n, {"sending"}, state="sent"))

    await asyncio.gather(*(courier() for _ in range(4)))
    assert sorted(number for _, number in carried) == ids
    for name in set(chats):
        mine = [number for place, number in carried if place == name]
        assert mine == sorted(mine)
