"""What we say of our own accord: reminders wait and are not dropped, a few a day, and never of a visit that is off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.own_accord import talk_with, write
from bot.people import CHAT
from bot.stage import Actor
from casework.house.in_force import InForce
from casework.visiting.booking import Booked, BookRequest, book, cancel
from casework.visiting.holds import held_for
from casework.visiting.own_accord import has_room, tomorrow
from casework.visiting.waiting_times import Wish, wait
from flows.memory import remember
from flows.messages import Phrase, Saying
from storage.ledger import Ledger
from storage.tables import Appointment, Due, Notice, Outgoing, Person
from storage.verify import verify
from tests.stage import Stage, open_stage

FRIDAY = "20270326T1030-amira"
HOUR = timedelta(hours=1)
THURSDAY_NOON = datetime(2027, 3, 25, 11, 0, tzinfo=UTC)


@pytest.fixture
async def stage(sqlite_ledger: Ledger) -> AsyncIterator[Stage]:
    """On Wednesday 24 March 2027, 10 o'clock."""
    async with open_stage(sqlite_ledger) as opened:
        yield opened


async def somebody(stage: Stage, name: str = "ann") -> Actor:
    """Who has come to the end of a talk in Dutch, without a visit."""
    actor = stage.actor(name, "handel", "telegram")
    await actor.starts()
    for said in ("nederlands", "ja", "snel een mens", "34 tot 49 jaar", "9300", "een job", "nee, nu niet", "chat"):
        await actor.says(said)
    return actor


async def books(stage: Stage, actor: Actor, slot: str = FRIDAY) -> Appointment:
    """As if a coach had done it: the conversation knows nothing of it."""

    def work(session: Session) -> Appointment:
        request = BookRequest(actor.partner(session).person_id, slot, "nl")
        came_of = book(session, stage.house.organisations["handel"], request, stage.clock.now())
        assert isinstance(came_of, Booked)
        return came_of.appointment

    return await stage.house.ledger.write(work)


async def at(stage: Stage, actor: Actor, moment: datetime) -> list[str]:
    """What has come by then."""
    stage.clock.at = moment
    await stage.tick()
    return [bubble.text.partition("\n")[0] for bubble in await actor.looks()]


async def rows(stage: Stage, kind: str) -> list[tuple[str, str | None]]:
    query = select(Due.state, Due.reason).where(Due.kind == kind).order_by(col(Due.id))
    return await stage.house.ledger.read(lambda session: [tuple(row) for row in session.exec(query)])


async def told(stage: Stage) -> list[str]:
    query = select(Notice.kind).where(col(Notice.kind).not_in(("new_case", "person_asked")))
    return await stage.house.ledger.read(lambda session: list(session.exec(query)))


async def writes_today(stage: Stage, actor: Actor, count: int) -> None:
    """So many other messages of our own accord."""

    def work(session: Session) -> None:
        talk = talk_with(stage.house, actor.partner(session), stage.clock.now())
        talk.says += [Saying(Phrase("…", fixed=True))] * count
        write(session, stage.house, actor.partner(session), talk)

    await stage.house.ledger.write(work)
    await actor.looks()


async def test_a_reminder_that_is_late_at_night_comes_in_the_morning_however_late_that_is(stage: Stage) -> None:
    ann = await somebody(stage)
    await books(stage, ann)
    assert await at(stage, ann, datetime(2027, 3, 25, 20, 30, tzinfo=UTC)) == []
    (came,) = await at(stage, ann, datetime(2027, 3, 26, 7, 0, tzinfo=UTC))
    assert came.startswith("Je afspraak: vrijdag 26 maart om 11.30 uur.")
    assert await rows(stage, "remind_day") == [("done", None)]


async def test_a_reminder_for_which_the_day_has_no_room_left_comes_the_next_morning(stage: Stage) -> None:
    ann = await somebody(stage)
    await books(stage, ann)
    stage.clock.at = THURSDAY_NOON - HOUR
    await writes_today(stage, ann, 3)
    assert await at(stage, ann, THURSDAY_NOON) == []
    (came,) = await at(stage, ann, datetime(2027, 3, 26, 7, 0, tzinfo=UTC))
    assert came.startswith("Je afspraak: vrijdag 26 maart")


async def test_what_is_no_reminder_leaves_room_for_the_reminders_of_the_day(stage: Stage) -> None:
    ann = await somebody(stage)
    await books(stage, ann)
    house = stage.house.organisations["handel"]
    stage.clock.at = THURSDAY_NOON - 2 * HOUR
    await writes_today(stage, ann, 2)

    def room(session: Session) -> tuple[bool, bool]:
        person, now = ann.partner(session).person_id, stage.clock.now()
        return has_room(session, house, person, now, reminds=True), has_room(session, house, person, now, reminds=False)

    assert await stage.house.ledger.read(room) == (True, False)
    stage.clock.at = tomorrow(house, stage.clock.now())
    assert await stage.house.ledger.read(room) == (True, True)


async def test_a_reminder_that_is_put_out_and_not_on_its_way_is_taken_back_when_the_visit_is_off(stage: Stage) -> None:
    ann = await somebody(stage)
    visit = await books(stage, ann)
    assert len(await at(stage, ann, THURSDAY_NOON)) == 1
    await stage.house.ledger.write(lambda session: cancel(session, visit.id, stage.clock.now()))
    query = select(Outgoing.state, Outgoing.reason).where(Outgoing.key == f"remind_day|{visit.id}|1")
    found = await stage.house.ledger.read(lambda session: tuple(session.exec(query).one()))
    assert found == ("cancelled", "the visit was changed")


async def test_a_reminder_that_is_on_its_way_is_left_alone(stage: Stage) -> None:
    ann = await somebody(stage)
    visit = await books(stage, ann)
    await at(stage, ann, THURSDAY_NOON)
    key = Outgoing.key == f"remind_day|{visit.id}|1"

    def work(session: Session) -> str:
        session.connection().execute(update(Outgoing).where(key).values(state="sending"))
        assert cancel(session, visit.id, stage.clock.now())
        return session.exec(select(Outgoing.state).where(key)).one()

    assert await stage.house.ledger.write(work) == "sending"


async def test_who_cannot_be_reached_or_wants_nothing_is_a_task_for_the_coach(stage: Stage) -> None:
    ann, ben = await somebody(stage), await somebody(stage, "ben")
    await books(stage, ann)
    await books(stage, ben, "20270326T0915-amira")
    await ben.says("stop")
    blocked = update(CHAT).where(CHAT.c.address == "ann").values(state="blocked")
    await stage.house.ledger.write(lambda session: session.connection().execute(blocked))
    stage.clock.at = THURSDAY_NOON
    await stage.tick()
    assert await told(stage) == ["unreachable", "unreachable"]
    assert {reason for _, reason in await rows(stage, "remind_day")} == {"cannot be reached", "wants no messages"}


async def test_whoever_was_reminded_and_says_nothing_is_a_task_once_and_who_comes_is_none(stage: Stage) -> None:
    ann = await somebody(stage)
    visit = await books(stage, ann)
    await at(stage, ann, THURSDAY_NOON)
    await at(stage, ann, datetime(2027, 3, 26, 7, 30, tzinfo=UTC))
    assert await told(stage) == ["unanswered"]
    assert await rows(stage, "unanswered") == [("done", None)]
    assert visit.state == "booked"


async def test_a_free_time_goes_to_the_first_in_line_and_on_silence_to_the_next(stage: Stage) -> None:
    ann, ben = await somebody(stage), await somebody(stage, "ben")
    cis = await somebody(stage, "cis")
    visit = await books(stage, cis)

    def stand_in_line(session: Session) -> None:
        for actor in (ann, ben):
            wait(session, "handel", actor.partner(session).person_id, Wish("nl"), stage.clock.now())
        assert cancel(session, visit.id, stage.clock.now())

    await stage.house.ledger.write(stand_in_line)
    (offer,) = await at(stage, ann, stage.clock.at)
    assert offer.startswith("Er is nu een moment vrij: vrijdag 26 maart om 11.30 uur")
    assert await ben.looks() == []
    await at(stage, ann, stage.clock.at + HOUR)
    await stage.tick()
    (next_offer,) = await ben.looks()
    assert next_offer.text.startswith("Er is nu een moment vrij")
    assert await rows(stage, "wait_visit") == [("skipped", "did not answer an offer"), ("planned", None)]
    (yes,) = [button for button in next_offer.buttons if "Ja" in button.label]
    await ben.taps(yes.label)
    assert "dit moment is voor jou" in ben.fresh[0].text
    assert await stage.house.ledger.read(verify) == []


async def test_a_time_that_becomes_free_at_night_is_kept_for_nobody_until_somebody_can_answer(stage: Stage) -> None:
    ann, cis = await somebody(stage), await somebody(stage, "cis")
    visit = await books(stage, cis, "20270330T0700-amira")
    stage.clock.at = datetime(2027, 3, 24, 21, 0, tzinfo=UTC)

    def at_night(session: Session) -> None:
        wait(session, "handel", ann.partner(session).person_id, Wish("nl"), stage.clock.now())
        assert cancel(session, visit.id, stage.clock.now())

    await stage.house.ledger.write(at_night)
    assert await at(stage, ann, stage.clock.at + HOUR) == []
    held = await stage.house.ledger.read(lambda session: held_for(session, ann.partner(session).person_id))
    assert held is None
    assert len(await at(stage, ann, datetime(2027, 3, 25, 7, 0, tzinfo=UTC))) == 1


async def test_whoever_has_a_visit_by_now_is_passed_over_and_needs_no_place_in_line(stage: Stage) -> None:
    ann, cis = await somebody(stage), await somebody(stage, "cis")
    mine = await books(stage, ann, "20270330T0700-amira")
    visit = await books(stage, cis)

    def work(session: Session) -> None:
        wait(session, "handel", mine.person_id, Wish("nl"), stage.clock.now())
        assert cancel(session, visit.id, stage.clock.now())

    await stage.house.ledger.write(work)
    assert await at(stage, ann, stage.clock.at) == []
    assert await rows(stage, "wait_visit") == [("done", None)]
    assert await rows(stage, "time_freed") == [("skipped", "nobody waits for it")]


async def test_while_a_question_stands_open_a_typed_word_is_an_answer_to_that_one(stage: Stage) -> None:
    ann = stage.actor("ann", "handel", "telegram")
    await ann.starts()
    for said in ("nederlands", "ja", "snel een mens", "34 tot 49 jaar", "9300", "een job"):
        await ann.says(said)
    visit = await books(stage, ann)
    await at(stage, ann, THURSDAY_NOON)
    await ann.says("ja")
    assert ann.fresh[-1].question == "visit_way"
    query = select(Appointment.state).where(Appointment.id == visit.id)
    assert await stage.house.ledger.read(lambda session: session.exec(query).one()) == "booked"


async def test_a_limit_of_one_a_day_still_lets_every_reminder_through_on_its_own_day(stage: Stage) -> None:
    one = replace(stage.house.organisations["handel"], messages_a_day=1)
    stage.house = replace(stage.house, organisations=InForce({**stage.house.organisations, "handel": one}))
    ann = await somebody(stage)
    await books(stage, ann, "20270330T0930-amira")
    moments = [datetime(2027, 3, 29, 9, 45, tzinfo=UTC), datetime(2027, 3, 30, 7, 45, tzinfo=UTC)]
    assert [len(await at(stage, ann, moment)) for moment in moments] == [1, 1]
    assert await stage.house.ledger.read(lambda s: len(list(s.exec(select(Person))))) == 1


async def test_who_thinks_about_another_time_until_it_is_too_late_keeps_the_visit_and_the_coach_knows(
    stage: Stage,
) -> None:
    ann = stage.actor("ann", "handel", "telegram")
    await ann.starts()
    for said in ("nederlands", "ja", "snel een mens", "34 tot 49 jaar", "9300", "een job", "ja", "op kantoor"):
        await ann.says(said)
    await ann.taps("vr 26 mrt, 11.30")
    await ann.says("chat")
    stage.clock.at = datetime(2027, 3, 26, 6, 0, tzinfo=UTC)
    await ann.says("verplaats mijn afspraak")
    other = next(button.tap for button in ann.fresh[-1].buttons if button.tap.question == "slot")
    stage.clock.at = datetime(2027, 3, 26, 8, 0, tzinfo=UTC)
    await ann.tap(other.question, other.option)
    assert "heel gauw" in ann.fresh[0].text
    assert "late_move" in await told(stage)
    memory = remember(await ann.log())
    assert memory.value("slot") == FRIDAY
    assert not memory.reopened
    states = select(Appointment.state)
    assert await stage.house.ledger.read(lambda session: list(session.exec(states))) == ["booked"]
