"""Whatever happens to it, the outgoing tray does as a plain list would."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from storage.insert import insert_new
from storage.ledger import Ledger, open_ledger
from storage.tables import Chat
from storage.trays import Parcel, claim_outgoing, mark, put

NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
CHATS = ("an", "bo", "cy")
OPEN = ("created", "sending", "temporary-failure")


@dataclass
class Expected:
    """A row as a list would keep it."""

    id: int
    chat: str
    lane: int
    state: str = "created"
    not_before: datetime = NOW
    leased: bool = False
    uncertain: bool = False


def take(rows: list[Expected], now: datetime) -> list[int]:
    """What a claim must bring."""
    taken: list[Expected] = []
    for chat in CHATS:
        waiting = sorted((r for r in rows if r.chat == chat and r.state in OPEN), key=lambda r: (r.lane, r.id))
        on_their_way = [row for row in waiting if row.state == "sending"]
        first = on_their_way[:1] or waiting[:1]
        lapsed = not any(row.leased for row in on_their_way)
        if first and lapsed and first[0] is waiting[0] and first[0].not_before <= now:
            taken += first
    for row in taken:
        row.uncertain |= row.state == "sending"
        row.state = "sending"
    return [row.id for row in sorted(taken, key=lambda r: (r.lane, r.id))]


puts = st.tuples(st.just("put"), st.sampled_from(CHATS), st.integers(0, 1))
claims = st.tuples(st.just("claim"), st.booleans(), st.integers(0, 3))
marks = st.tuples(
    st.just("mark"), st.integers(0, 9), st.sampled_from(("sent", "temporary-failure", "permanent-failure", "cancelled"))
)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.one_of(puts, claims, marks), max_size=30))
def test_the_outgoing_tray_does_as_a_list_would(steps: list[tuple[str, str | int | bool, int | str]]) -> None:
    asyncio.run(compare(steps))


async def compare(steps: list[tuple[str, str | int | bool, int | str]]) -> None:
    ledger = await open_ledger("sqlite://")
    await ledger.write(add_chats)
    rows: list[Expected] = []
    for step in steps:
        match step:
            case ("put", str(chat), int(lane)):
                rows.append(Expected(await ledger.write(lambda s, p=parcel(chat, lane): put(s, p, NOW)), chat, lane))  # noqa: B008
            case ("claim", bool(leased), int(minutes)):
                await claims_agree(ledger, rows, leased, NOW + timedelta(minutes=minutes))
            case ("mark", int(place), str(state)) if place < len(rows):
                await marks_agree(ledger, rows[place], state)
    await ledger.close()


def add_chats(session: Session) -> None:
    for name in CHATS:
        insert_new(session, Chat, id=name, organisation="demo", channel="telegram", address=name, created_at=NOW)


def parcel(chat: str, lane: int) -> Parcel:
    return Parcel("demo", "telegram", chat, None, "message", b"sealed", lane=lane)


async def claims_agree(ledger: Ledger, rows: list[Expected], leased: bool, now: datetime) -> None:
    lease_s = 600 if leased else -1
    found = await ledger.write(lambda s: claim_outgoing(s, "telegram", "demo", now, 10, lease_s))
    assert [row["id"] for row in found] == take(rows, now)
    uncertain = {row["id"]: row["uncertain"] for row in found}
    for row in rows:
        if row.id in uncertain:
            row.leased = leased
            assert uncertain[row.id] == row.uncertain


async def marks_agree(ledger: Ledger, row: Expected, state: str) -> None:
    later = NOW + timedelta(minutes=2)
    marked = await ledger.write(lambda s: mark(s, row.id, {"sending"}, state=state, not_before=later))
    assert marked == (row.state == "sending")
    if marked:
        row.state, row.not_before, row.leased = state, later, False
