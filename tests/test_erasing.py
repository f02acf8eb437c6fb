"""Whoever asks to be forgotten is forgotten, in one turn and for good."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, select

from storage.ledger import Ledger
from storage.tables import Appointment, Case, Due, Granule, Heard, LogEntry, Notice, Outgoing, Person
from storage.verify import verify
from tests.stage import Actor, Stage, open_stage

TO_BOOKED = ("ja", "[Snel een mens]", "[34 tot 49 jaar]", "3600", "[Een job]", "[Ja, kies een moment]", "1", "chat")


async def booked(stage: Stage) -> Actor:
    actor = stage.actor(channel="telegram")
    await actor.starts()
    await actor.says("nederlands")
    for word in TO_BOOKED:
        await (actor.taps(word[1:-1]) if word.startswith("[") else actor.says(word))
    return actor


async def erased(stage: Stage) -> Actor:
    actor = await booked(stage)
    await actor.says("wis alles")
    await actor.taps("Ja, wis alles")
    return actor


async def test_nothing_that_was_said_can_be_read_any_more(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        await erased(stage)

        def left(session: Session) -> list[object]:
            gone = session.exec(select(Person.id).where(Person.wrapped_key == b"")).one()
            sealed = [row.sealed for row in session.exec(select(Outgoing)) if row.state == "cancelled"]
            heard = [row.sealed for row in session.exec(select(Heard)) if row.sealed]
            cases = [case.sealed for case in session.exec(select(Case).where(Case.person_id == gone))]
            return [*session.exec(select(LogEntry)), *heard, *filter(None, sealed), *filter(None, cases)]

        assert await ledger.read(left) == []
        assert await ledger.read(verify) == []


async def test_the_visit_is_given_up_and_its_coach_is_told_no_more_than_that(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        await erased(stage)

        def seen(session: Session) -> tuple[str, int, set[str], list[str]]:
            visit = session.exec(select(Appointment)).one()
            told = [notice.kind for notice in session.exec(select(Notice).where(Notice.state == "waiting"))]
            return (
                visit.state,
                len(session.exec(select(Granule)).all()),
                {due.state for due in session.exec(select(Due))},
                told,
            )

        state, held, planned, told = await ledger.read(seen)
        assert (state, held, told) == ("cancelled", 0, ["erased"])
        assert planned <= {"skipped"}


async def test_no_reminder_comes_and_the_next_word_meets_a_stranger(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await erased(stage)
        stage.clock.move(timedelta(days=1))
        await stage.tick()
        assert await actor.looks() == []
        await actor.says("hallo")
        assert actor.fresh[-1].question == "privacy"


async def test_saying_no_keeps_everything(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await booked(stage)
        await actor.says("wis alles")
        await actor.taps("Nee")
        assert len(await actor.log()) > len(TO_BOOKED)
