"""The oldest of the audit goes after 24 months, and what stays can still be proven; so do old proofs of consent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from sqlmodel import select as query

from casework.privacy import consents
from storage.address import read_address
from storage.audit import ANCHOR, AUDIT, CUT, FIRST, broken_links, record
from storage.audit_cutting import KEPT, STEP, count_old, cut
from storage.in_memory import open_in_memory
from storage.ledger import Ledger, open_ledger
from storage.tables import Consent, Person
from storage.verify import verify

NOW = datetime(2029, 3, 24, 3, 30, tzinfo=UTC)
DAY = timedelta(days=1)
ACROSS = (timedelta(days=800), timedelta(days=740), KEPT + DAY, KEPT - DAY, DAY)
"""Ages of five lines: three are old enough."""


def written(session: Session, ages: tuple[timedelta, ...] = ACROSS) -> None:
    for number, age in enumerate(ages):
        record(session, ("genk", "bijzig")[number % 2], "staff:a", "case.read", f"case {number}", NOW - age)


def lines(session: Session) -> list[tuple[str, str]]:
    query = select(AUDIT.c.action, AUDIT.c.subject).order_by(AUDIT.c.id)
    return [(row.action, row.subject) for row in session.connection().execute(query)]


async def test_what_is_old_goes_the_rest_is_proven_and_each_house_reads_of_it(ledger: Ledger) -> None:
    await ledger.write(written)
    before = await ledger.read(lambda session: session.connection().execute(select(AUDIT.c.digest)).scalars().all())
    assert await ledger.read(lambda session: count_old(session, NOW)) == 3
    assert await ledger.write(lambda session: cut(session, NOW)) == 3
    assert await ledger.write(lambda session: cut(session, NOW)) == 0
    left = await ledger.read(lines)
    assert left == [("case.read", "case 3"), ("case.read", "case 4"), (CUT, before[2]), (CUT, before[2])]
    assert await ledger.read(verify) == []
    await ledger.write(lambda session: record(session, "genk", "staff:a", "case.read", "another", NOW))
    assert await ledger.read(verify) == []


async def test_it_is_cut_again_and_again(ledger: Ledger) -> None:
    await ledger.write(written)
    for months in range(4):
        later = NOW + timedelta(days=400 * months)
        await ledger.write(lambda session, at=later: cut(session, at))  # type: ignore[misc]
        assert await ledger.read(verify) == []
    assert {action for action, _ in await ledger.read(lines)} == {CUT}


REFUSED = [
    "DELETE FROM audit WHERE id = 1",
    "DELETE FROM audit",
    "UPDATE audit SET subject = 'another' WHERE id = 4",
    "INSERT INTO audit_anchor (upto, digest, removed, at) SELECT 2, 'made up', 2, at FROM audit WHERE id = 2",
    "INSERT INTO audit_anchor (upto, digest, removed, at) SELECT id, digest, 4, at FROM audit WHERE id = 4",
]


@pytest.mark.parametrize("statement", REFUSED)
async def test_nobody_else_removes_a_line_or_makes_an_anchor_for_a_young_one(ledger: Ledger, statement: str) -> None:
    await ledger.write(written)
    with pytest.raises(DBAPIError, match=r"the audit only grows|an anchor of the audit"):
        await ledger.write(lambda session: session.connection().execute(text(statement)))
    assert await ledger.read(verify) == []


@pytest.mark.parametrize("statement", ["DELETE FROM audit_anchor", "UPDATE audit_anchor SET upto = 99"])
async def test_an_anchor_stays(ledger: Ledger, statement: str) -> None:
    await ledger.write(written)
    await ledger.write(lambda session: cut(session, NOW))
    with pytest.raises(DBAPIError, match="an anchor of the audit"):
        await ledger.write(lambda session: session.connection().execute(text(statement)))


async def test_after_a_cut_the_next_line_is_guarded_as_before(ledger: Ledger) -> None:
    await ledger.write(written)
    await ledger.write(lambda session: cut(session, NOW))
    with pytest.raises(DBAPIError, match="the audit only grows"):
        await ledger.write(lambda session: session.connection().execute(text("DELETE FROM audit WHERE id = 4")))


@pytest.mark.parametrize("line", [4, 6])
async def test_a_line_that_is_missing_after_a_cut_is_found(line: int) -> None:
    """In memory there are no guards: as for who may take them away."""
    ledger = await open_ledger("sqlite://")
    await ledger.write(written)
    await ledger.write(lambda session: cut(session, NOW))
    await ledger.write(lambda session: session.connection().execute(AUDIT.delete().where(AUDIT.c.id == line)))
    assert {violation.invariant for violation in await ledger.read(verify)} == {"I7"}
    await ledger.close()


async def test_an_anchor_without_a_line_is_found() -> None:
    ledger = await open_ledger("sqlite://")

    def harm(session: Session) -> None:
        written(session)
        run = session.connection().execute
        third = run(select(AUDIT).where(AUDIT.c.id == 3)).one()
        run(ANCHOR.insert().values(upto=3, digest=third.digest, removed=3, at=NOW))
        run(AUDIT.delete().where(AUDIT.c.id <= 3))

    await ledger.write(harm)
    [violation] = await ledger.read(verify)
    assert "removed without a line" in violation.problem
    await ledger.close()


async def test_more_than_one_step_is_cut_in_steps() -> None:
    ledger = await open_ledger("sqlite://")

    def many(session: Session) -> None:
        old = {"organisation": "genk", "actor": "a", "action": "b", "subject": "c", "at": NOW - 2 * KEPT}
        rows = [{**old, "previous": FIRST, "digest": str(number)} for number in range(STEP + 3)]
        session.connection().execute(AUDIT.insert(), rows)

    await ledger.write(many)
    assert [await ledger.write(lambda session: cut(session, NOW)) for _ in range(3)] == [STEP, 3, 0]
    left = await ledger.read(lambda session: session.connection().execute(select(func.count(AUDIT.c.id))).scalar())
    assert left == 2
    await ledger.close()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 1200), max_size=12), st.lists(st.integers(0, 900), max_size=4))
def test_whatever_is_written_and_whenever_it_is_cut_only_what_is_old_goes(ages: list[int], waits: list[int]) -> None:
    with Session(empty()) as session:
        written(session, tuple(DAY * age for age in sorted(ages, reverse=True)))
        at = NOW
        for wait in waits:
            at += DAY * wait
            young = session.connection().execute(select(func.count()).where(AUDIT.c.at >= at - KEPT)).scalar_one()
            lost = cut(session, at)
            assert list(broken_links(session)) == []
            kept = session.connection().execute(select(func.count(AUDIT.c.id))).scalar_one()
            assert kept >= young
            assert (lost > 0) == (kept > young)
        session.rollback()


@cache
def empty() -> Engine:
    """A database in which nobody leaves anything: tables are made once, and what is written is taken back."""
    return open_in_memory(read_address("sqlite://"))


async def test_a_proof_goes_after_five_years_but_not_the_last_word_of_who_is_here() -> None:
    ledger = await open_ledger("sqlite://")
    old, young = NOW - timedelta(days=6 * 366), NOW - timedelta(days=4 * 365)

    def write(session: Session) -> None:
        for name, key in (("here", b"key"), ("erased", b"")):
            session.add(Person(id=name, organisation="genk", language="nl", wrapped_key=key, created_at=old))
        session.flush()
        for person, scope, at in (
            ("here", "intake", old),
            ("here", "intake", old + DAY),
            ("here", "health", old),
            ("here", "health", young),
            ("erased", "intake", old),
            ("erased", "health", young),
        ):
            row = Consent(person_id=person, scope=scope, wording=1, granted=True, language="nl", channel="web", at=at)
            session.add(row)

    def left(session: Session) -> list[tuple[str, str, datetime]]:
        return sorted((row.person_id, row.scope, row.at) for row in session.exec(query(Consent)))

    await ledger.write(write)
    assert await ledger.read(lambda session: consents.count_old(session, NOW)) == 3
    assert await ledger.write(lambda session: consents.forget_old(session, NOW)) == 3
    assert await ledger.read(left) == [
        ("erased", "health", young),
        ("here", "health", young),
        ("here", "intake", old + DAY),
    ]
    await ledger.close()
