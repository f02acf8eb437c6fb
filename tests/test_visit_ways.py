"""How a visit is held and with whom, in the database and in the talk."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.visit_choice import offered
from casework.house.organisation import Organisation
from casework.visiting.booking import Booked, BookRequest, Taken, Wanted, book, find
from casework.visiting.earlier_coach import earlier_coach
from casework.visiting.interpreters import call_interpreter, needs_interpreter
from casework.visiting.visits import of_person
from flows.fitting import fitted, settled
from flows.held_how import held_how
from storage.ledger import Ledger
from storage.tables import Appointment, Case, Chat, Conversation, Notice
from tests.casework_house import coach, house, settle, visit
from tests.stage import papers

NOW = datetime(2027, 3, 17, 9, 0, tzinfo=UTC)
NINE, TEN = "20270319T0800-an", "20270319T0900-an"
WAYS = house(visit=visit(ways=("phone", "office")))
ONE_A_DAY = house(visit=visit(most_a_day=1))


@pytest.fixture
async def desk(ledger: Ledger) -> Ledger:
    await ledger.write(lambda session: settle(session, "ann", "ben", "cas"))
    return ledger


async def booked(desk: Ledger, demo: Organisation, person: str, value: str, **more: Any) -> Booked | Taken:
    request = BookRequest(person, value, more.pop("language", "nl"), **more)
    answer = await desk.write(lambda session: book(session, demo, request, NOW))
    assert isinstance(answer, Booked | Taken)
    return answer


async def agreed(desk: Ledger, demo: Organisation, person: str, value: str, **more: Any) -> Appointment:
    answer = await booked(desk, demo, person, value, **more)
    assert isinstance(answer, Booked)
    return answer.appointment


@pytest.mark.parametrize(
    ("wanted", "way"), [("office", "office"), ("phone", "phone"), (None, "phone"), ("video", "phone")]
)
async def test_a_visit_is_held_as_it_was_asked_for_if_the_house_offers_that(
    desk: Ledger, wanted: str | None, way: str
) -> None:
    assert (await agreed(desk, WAYS, "ann", NINE, way=wanted)).way == way


async def test_another_way_at_the_same_hour_is_another_visit_and_the_same_way_is_not(desk: Ledger) -> None:
    first = await agreed(desk, WAYS, "ann", NINE, way="office")
    assert (await agreed(desk, WAYS, "ann", NINE, way="office")).id == first.id
    moved = await agreed(desk, WAYS, "ann", NINE, way="phone")
    assert (moved.moved_from, moved.way, moved.starts_at) == (first.id, "phone", first.starts_at)


async def test_a_visit_that_is_moved_is_held_as_before(desk: Ledger) -> None:
    await agreed(desk, WAYS, "ann", NINE, way="office")
    assert (await agreed(desk, WAYS, "ann", TEN)).way == "office"


async def test_the_last_visit_of_a_day_is_had_by_one_of_two_who_want_it_at_once(desk: Ledger) -> None:
    answers = await asyncio.gather(booked(desk, ONE_A_DAY, "ann", NINE), booked(desk, ONE_A_DAY, "ben", TEN))
    assert sorted(type(answer).__name__ for answer in answers) == ["Booked", "Taken"]
    others, _ = await desk.read(lambda session: find(session, ONE_A_DAY, Wanted("nl"), NOW))
    assert others
    assert all(slot.start.date() != datetime(2027, 3, 19).date() for slot in others)


async def test_who_has_the_only_visit_of_a_day_can_move_it_within_the_day_and_staff_may_add_one(desk: Ledger) -> None:
    await agreed(desk, ONE_A_DAY, "ann", NINE)
    assert (await agreed(desk, ONE_A_DAY, "ann", TEN)).state == "booked"
    assert isinstance(await booked(desk, ONE_A_DAY, "ben", NINE), Taken)
    assert (await agreed(desk, ONE_A_DAY, "ben", NINE, by="staff")).state == "booked"


def _knows(session: Session, person: str) -> str | None:
    return earlier_coach(session, person, of_person(session, person))


def _cases(session: Session, person: str, *cases: tuple[str, str | None]) -> None:
    """Cases of this person, the earliest first: their state and coach."""
    session.add(Chat(id=person, organisation="demo", channel="web", address=person, created_at=NOW))
    session.flush()
    talk = Conversation(organisation="demo", person_id=person, chat_id=person, flow="x", created_at=NOW, updated_at=NOW)
    session.add(talk)
    session.flush()
    facts: dict[str, Any] = {
        "organisation": "demo",
        "person_id": person,
        "conversation_id": talk.id,
        "language": "nl",
        "sealed": b"",
    }
    for number, (state, name) in enumerate(cases):
        at = NOW + timedelta(days=number)
        session.add(Case(coach=name, state=state, created_at=at, updated_at=at, **facts))


async def test_without_a_visit_the_coach_of_the_case_is_known(desk: Ledger) -> None:
    await desk.write(lambda session: _cases(session, "ann", ("done", "an"), ("accepted", "bo"), ("offered", None)))
    await desk.write(lambda session: _cases(session, "ben", ("revoked", "an")))
    assert await desk.read(lambda session: _knows(session, "ann")) == "bo"
    assert await desk.read(lambda session: _knows(session, "ben")) is None


async def test_the_coach_somebody_knows_is_that_of_the_last_visit_that_was_not_called_off(desk: Ledger) -> None:
    demo = house(coach("an"), coach("bo"))
    await agreed(desk, demo, "ann", "20270319T0800-bo")
    assert await desk.read(lambda session: _knows(session, "ann")) == "bo"
    await agreed(desk, demo, "ann", "20270322T0800-an")
    assert await desk.read(lambda session: _knows(session, "ann")) == "an", "the other one was moved"
    assert await desk.read(lambda session: _knows(session, "ben")) is None


async def test_an_interpreter_that_was_promised_is_told_to_the_coach_once(desk: Ledger) -> None:
    demo = house(coach("an"), fallback=("other_place", "interpreter", "other_language"))
    french = await agreed(desk, demo, "ann", NINE, language="fr")
    dutch = await agreed(desk, demo, "ben", TEN)
    assert needs_interpreter(demo, french)
    assert not needs_interpreter(demo, dutch)
    assert not needs_interpreter(replace(demo, fallback=("other_language", "interpreter")), french)
    for given in (True, False):
        assert await desk.write(lambda session: call_interpreter(session, demo, french, NOW)) is given
    notices = await desk.read(lambda session: [(one.kind, one.coach) for one in session.exec(select(Notice))])
    assert notices == [("interpreter", "an")]


def test_a_flow_has_the_ways_of_its_organisation_and_no_question_where_there_is_one() -> None:
    flows = {name: papers().scenes.setting(name, "web").flow for name in ("genk", "handel")}
    handel = papers().organisations["handel"]
    assert [option.id for option in flows["handel"].asks["visit_way"].kind.options] == list(handel.visit.ways)
    assert "visit_way" not in flows["genk"].asks
    assert papers().scenes.setting("genk", "web").facts.named["visit_way"] == "office"
    fewer = fitted(flows["handel"], {"visit_way": ("video", "office")})
    assert [option.id for option in fewer.asks["visit_way"].kind.options] == ["video", "office"]
    assert fitted(flows["handel"], offered(handel)) is flows["handel"]
    assert settled({"visit_way": ("phone",), "other": ("a", "b")}) == {"visit_way": "phone"}


def test_only_who_has_a_link_is_told_to_open_one() -> None:
    link = {"video_link": "https://video.example.org/an"}
    assert held_how("video", link).params == link
    assert "sends you the link" in held_how("video", {"video_link": ""}).source
    assert held_how("partner", {}).source == held_how("office", {}).source
