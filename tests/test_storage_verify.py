"""Verifying finds each kind of damage, and nothing in a sound database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.audit import record
from storage.insert import insert_new
from storage.ledger import Ledger, open_ledger
from storage.tables import Appointment, Case, Chat, Conversation, Enrolment, Heard, LogEntry, Person
from storage.time_claim import claim_time
from storage.trays import DuePlan, Parcel, plan, put
from storage.verify import verify

NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

Harm = Callable[..., Awaitable[list[str]]]


def sound(session: Session) -> None:
    """One person of each table, as the assistant would leave them."""
    own = {"organisation": "demo", "created_at": NOW}
    add = {"session": session}
    insert_new(**add, table=Person, id="p", language="nl", wrapped_key=b"k", **own)
    insert_new(**add, table=Person, id="stranger", language="nl", wrapped_key=b"k", created_at=NOW, organisation="x")
    insert_new(**add, table=Chat, id="chat", channel="web", address="a", person_id="p", **own)
    talk = {"person_id": "p", "chat_id": "chat", "flow": "intake", "version": 2, "entries": 2}
    insert_new(**add, table=Conversation, id="talk", updated_at=NOW, **talk, **own)
    for seq in (1, 2):
        insert_new(**add, table=LogEntry, conversation_id="talk", seq=seq, kind="answered", sealed=b"s", at=NOW)
        insert_new(**add, table=Heard, organisation="demo", channel="web", update_key=str(seq), chat_id="chat", at=NOW)
    case = {"person_id": "p", "conversation_id": "talk", "language": "nl", "sealed": b"s"}
    insert_new(**add, table=Case, id="case", updated_at=NOW, **case, **own)
    put(session, Parcel("demo", "web", "chat", "talk", "message", b"s"), NOW)
    assert claim_time(session, visit("visit", 24))
    assert plan(session, DuePlan("remind/visit/1", "remind_day", "demo", "p", "visit", 1, NOW))
    for action in ("signed_in", "read_case", "signed_out"):
        record(session, "demo", "staff", action, "case", NOW)


def visit(name: str, hours: int) -> Appointment:
    starts = NOW + hours * HOUR
    return Appointment(
        id=name,
        organisation="demo",
        person_id="p",
        coach="an",
        place="hall",
        kind="intake",
        starts_at=starts,
        ends_at=starts + HOUR,
        busy_from=starts,
        busy_until=starts + HOUR,
        zone="Europe/Brussels",
        wall="",
        language="nl",
        created_at=NOW,
    )


@pytest.fixture
async def found(ledger: Ledger) -> Harm:
    """Makes a sound database, runs a statement that harms it, and answers what verifying says."""
    await ledger.write(sound)

    async def harm(*statements: str) -> list[str]:
        for statement in statements:
            await ledger.write(lambda s, harmful=statement: s.connection().execute(text(harmful)))
        return [f"{violation.invariant} {violation.place}" for violation in await ledger.read(verify)]

    return harm


HARM = [
    ("I1 conversation talk", "DELETE FROM log_entry WHERE seq = 1"),
    ("I1 conversation talk", "UPDATE log_entry SET seq = 3 WHERE seq = 2"),
    ("I1 conversation talk", "UPDATE conversation SET entries = 3"),
    ("I2 heard demo/web/2", "UPDATE heard SET state = 'parked' WHERE update_key = '2'"),
    ("I2 heard demo/web/2", "UPDATE heard SET state = 'lost' WHERE update_key = '2'"),
    ("I3 outgoing 1", "UPDATE outgoing SET state = 'somewhere'"),
    ("I3 outgoing 1", "UPDATE outgoing SET state = 'sent'"),
    ("I3 outgoing 1", "UPDATE outgoing SET state = 'technical-failure'"),
    ("I3 outgoing 1", "UPDATE outgoing SET state = 'sending'"),
    ("I3 due 1", "UPDATE due SET state = 'dead'"),
    ("I5 due 1", "UPDATE due SET due_at = '2027-04-01 00:00:00.000000'"),
    ("I6 intake_case case", "UPDATE intake_case SET state = 'somewhere'"),
    ("I6 intake_case case", "UPDATE intake_case SET person_id = 'stranger'"),
]
AUDIT_HARM = [
    ("I7 audit 2", "update", "UPDATE audit SET subject = 'another' WHERE id = 2"),
    ("I7 audit 3", "delete", "DELETE FROM audit WHERE id = 2"),
]


async def test_a_sound_database_has_no_violations(ledger: Ledger) -> None:
    await ledger.write(sound)
    assert await ledger.read(verify) == []


async def test_an_empty_database_has_no_violations(ledger: Ledger) -> None:
    assert await ledger.read(verify) == []


@pytest.mark.parametrize(("place", "statement"), HARM, ids=[statement for _, statement in HARM])
async def test_damage_is_found(found: Harm, place: str, statement: str) -> None:
    assert await found(statement) == [place]


@pytest.mark.parametrize(("place", "event", "statement"), AUDIT_HARM, ids=["changed", "removed"])
async def test_damage_to_the_audit_is_found_even_by_who_may_take_its_guard_away(
    found: Harm, ledger: Ledger, place: str, event: str, statement: str
) -> None:
    guard = f"audit_only_grows_{event}" if ledger.dialect == "sqlite" else "audit_only_grows ON audit"
    assert await found(f"DROP TRIGGER {guard}", statement) == [place]


@pytest.mark.parametrize("statement", ["UPDATE audit SET subject = 'another'", "DELETE FROM audit"])
async def test_the_database_refuses_to_change_or_remove_what_stands_in_the_audit(
    ledger: Ledger, statement: str
) -> None:
    await ledger.write(sound)
    with pytest.raises(DBAPIError, match="the audit only grows"):
        await ledger.write(lambda session: session.connection().execute(text(statement)))
    assert await ledger.read(verify) == []


async def test_a_reminder_of_a_visit_that_is_off_is_found(found: Harm) -> None:
    harm = ("UPDATE appointment SET state = 'cancelled'", "DELETE FROM granule")
    assert await found(*harm) == ["I5 due 1"]


async def test_a_reminder_of_an_older_version_is_harmless(found: Harm) -> None:
    harm = ("UPDATE appointment SET state = 'cancelled', version = 2", "DELETE FROM granule")
    assert await found(*harm) == []


HOLDS = [
    ("it is held, and nothing ends that", "UPDATE due SET state = 'done' WHERE subject = 'kept'"),
    ("it is held, and nothing ends that", "UPDATE due SET version = 2 WHERE subject = 'kept'"),
    ("it is held without a deadline", "UPDATE appointment SET hold_until = NULL WHERE id = 'kept'"),
    ("it is held for longer than until its start", "UPDATE appointment SET hold_until = ends_at WHERE id = 'kept'"),
]


@pytest.mark.parametrize(("problem", "statement"), HOLDS, ids=[statement for _, statement in HOLDS])
async def test_a_hold_that_would_never_end_is_found(ledger: Ledger, problem: str, statement: str) -> None:
    def held(session: Session) -> None:
        sound(session)
        kept = visit("kept", 30)
        kept.state, kept.hold_until = "held", NOW + HOUR
        assert claim_time(session, kept)
        assert plan(session, DuePlan("end", "end_hold", "demo", "p", "kept", 1, NOW + HOUR))

    await ledger.write(held)
    assert await ledger.read(verify) == []
    await ledger.write(lambda session: session.connection().execute(text(statement)))
    assert [str(violation) for violation in await ledger.read(verify)] == [f"I4 appointment kept: {problem}"]


SEATS = [
    ("I4 enrolment offered: its offer ends at no time", "UPDATE due SET state = 'done' WHERE subject = 'offered'"),
    ("I4 enrolment offered: its offer ends at no time", "UPDATE due SET version = 2 WHERE subject = 'offered'"),
    ("I4 enrolment offered: its offer ends at no time", "UPDATE enrolment SET hold_until = NULL"),
    (
        "I5 due 2: it would remind of a session that the person does not come to",
        "UPDATE enrolment SET state = 'waiting', seat = NULL WHERE id = 'enrolled'",
    ),
]


@pytest.mark.parametrize(("problem", "statement"), SEATS, ids=[statement for _, statement in SEATS])
async def test_a_seat_that_is_offered_for_ever_and_a_needless_reminder_are_found(
    ledger: Ledger, problem: str, statement: str
) -> None:
    def seated(session: Session) -> None:
        sound(session)
        for seat, (id, person, kind) in enumerate(
            (("enrolled", "p", "remind_session_day"), ("offered", "other", "seat_ends")), 1
        ):
            insert_new(session, Person, id=person, organisation="demo", language="nl", wrapped_key=b"k", created_at=NOW)
            own = {"organisation": "demo", "session": "info", "person_id": person, "language": "nl", "state": id}
            moments = {"asked_at": NOW, "changed_at": NOW, "hold_until": NOW + HOUR if id == "offered" else None}
            session.add(Enrolment(id=id, seats=2, seat=seat, **own, **moments))
            assert plan(session, DuePlan(id, kind, "demo", person, id, 1, NOW + HOUR))

    await ledger.write(seated)
    assert await ledger.read(verify) == []
    await ledger.write(lambda session: session.connection().execute(text(statement)))
    assert [str(violation) for violation in await ledger.read(verify)] == [problem]


async def test_more_people_than_seats_are_found_where_nothing_forbade_it(sqlite_ledger: Ledger) -> None:
    def crowded(session: Session) -> None:
        sound(session)
        session.connection().execute(text("DROP INDEX uq_enrolment_seat"))
        insert_new(session, Person, id="q", organisation="demo", language="nl", wrapped_key=b"k", created_at=NOW)
        for person in ("p", "q"):
            own = {"organisation": "demo", "session": "info", "person_id": person, "language": "nl"}
            session.add(Enrolment(seats=1, seat=1, state="enrolled", asked_at=NOW, changed_at=NOW, **own))

    await sqlite_ledger.write(crowded)
    (violation,) = await sqlite_ledger.read(verify)
    assert str(violation) == "I4 enrolment demo/info: more people have a seat than there are seats"


async def test_an_overlap_is_found(sqlite_ledger: Ledger) -> None:
    await sqlite_ledger.write(sound)
    await sqlite_ledger.write(lambda session: session.add(visit("double", 24)))
    assert [violation.invariant for violation in await sqlite_ledger.read(verify)] == ["I4", "I4"]


async def test_a_lost_granule_is_found(sqlite_ledger: Ledger) -> None:
    await sqlite_ledger.write(sound)
    lose = text("DELETE FROM granule WHERE granule = (SELECT max(granule) FROM granule)")
    await sqlite_ledger.write(lambda session: session.connection().execute(lose))
    (violation,) = await sqlite_ledger.read(verify)
    assert str(violation) == "I4 appointment visit: the five minutes it holds are not those of its time"


async def test_a_reference_that_leads_nowhere_is_found(sqlite_url: str) -> None:
    ledger = await open_ledger(sqlite_url)
    await ledger.write(sound)
    await ledger.close()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as careless:
        careless.execute("DELETE FROM person WHERE id = 'p'")
    ledger = await open_ledger(sqlite_url)
    places = {violation.place for violation in await ledger.read(verify)}
    await ledger.close()
    assert places == {"chat chat", "conversation talk", "intake_case case", "appointment visit", "due 1"}


async def test_the_audit_chain_holds_when_many_write_at_once(ledger: Ledger) -> None:
    def work(number: int) -> Callable[[Session], None]:
        return lambda session: record(session, "demo", "staff", "read_case", str(number), NOW)

    await asyncio.gather(*(ledger.write(work(number)) for number in range(40)))
    assert await ledger.read(verify) == []
