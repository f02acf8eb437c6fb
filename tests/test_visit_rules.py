"""What may become of a visit: the table of states, the cut-off, holds, who waits for a time, and what staff do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from sqlmodel import Session, col, select

from casework.door.accounts import Account
from casework.visiting.booking import Booked, BookRequest, Taken, TooLate, Wanted, book, cancel, confirm, current, find
from casework.visiting.cut_off import has_wished, is_not_coming, tell_coach
from casework.visiting.freed import FREED, WAITS
from casework.visiting.holds import END, Keeper, hold, let_go, take
from casework.visiting.reminders import UNANSWERED, reminder_plan, time_to_call
from casework.visiting.slot_rules import slot_by_rule
from casework.visiting.staff_visits import Seen, attend, cancel_visit, cancel_without_coach, miss, move_visit
from casework.visiting.visit_news import MISSED, MOVED, OFF
from casework.visiting.visit_states import BEGINS_AS, LIVE, RULES, Change, State, Who, rule_for
from casework.visiting.waiting_times import Wish, line, wait
from flows.when import AFTERNOON, MORNING, When
from storage.ledger import Ledger
from storage.tables import Appointment, Audit, Due, Notice
from tests.casework_house import coach, house, settle, visit

NOW = datetime(2027, 3, 17, 9, 0, tzinfo=UTC)
NINE, TEN, ELEVEN = "20270319T0800-an", "20270319T0900-an", "20270319T1000-an"
START = datetime(2027, 3, 19, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DEMO = house(visit=visit(cutoff_hours=4, hold_minutes=30))
STAFF = Account("s", "demo", "an", "An", "coach", "an", "nl")
STRANGER = Account("x", "elsewhere", "x", "X", "coach", None, "nl")


@pytest.fixture
async def desk(sqlite_ledger: Ledger) -> Ledger:
    await sqlite_ledger.write(lambda session: settle(session, "ann", "ben", "cis"))
    return sqlite_ledger


async def booked(desk: Ledger, person: str, value: str, now: datetime = NOW) -> Appointment:
    came_of = await desk.write(lambda session: book(session, DEMO, BookRequest(person, value, "nl"), now))
    assert isinstance(came_of, Booked)
    return came_of.appointment


async def held(desk: Ledger, person: str, value: str, place: int | None = None) -> Appointment | None:
    def work(session: Session) -> Appointment | None:
        slot = slot_by_rule(DEMO, value, NOW)
        assert slot
        return hold(session, DEMO, slot, Keeper(person, "nl", place_in_line=place), NOW)

    return await desk.write(work)


async def due(desk: Ledger, kind: str) -> list[Due]:
    query = select(Due).where(Due.kind == kind).order_by(col(Due.id))
    return await desk.read(lambda session: list(session.exec(query)))


async def row(desk: Ledger, visit_id: str) -> Appointment:
    return await desk.read(lambda session: session.get_one(Appointment, visit_id))


def test_every_state_is_left_by_a_rule_or_final_and_reached_by_one_or_the_first() -> None:
    states = set(get_args(State))
    left = {state for rule in RULES.values() for state in rule.sources}
    assert left == set(LIVE), "what nothing can become of is final"
    assert {rule.to for rule in RULES.values()} | set(BEGINS_AS) == states
    assert set(RULES) == set(get_args(Change))


@pytest.mark.parametrize("change", get_args(Change))
@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("who", get_args(Who))
def test_nobody_can_do_what_the_table_does_not_say(change: Change, state: State, who: Who) -> None:
    rule = RULES[change]
    times = {"starts_at": START, "ends_at": START + HOUR, "hold_until": START - HOUR}
    made = Appointment(state=state, **times)
    moments = {
        "before it begins": (START - HOUR, START),
        "before it is over": (START, START + HOUR),
        "after it began": (START, START - HOUR),
        "after the deadline": (START - HOUR, START - 2 * HOUR),
        "always": (START, None),
    }
    good, bad = moments[rule.when]
    assert (rule_for(change, made, who, good) is rule) == (state in rule.sources and who in rule.by)
    assert bad is None or rule_for(change, made, who, bad) is None


async def test_until_the_cut_off_people_move_themselves_and_after_it_only_staff_do(desk: Ledger) -> None:
    mine = await booked(desk, "ann", NINE)
    late = mine.starts_at - timedelta(hours=4) + timedelta(minutes=1)
    request = BookRequest("ann", "20270322T0800-an", "nl")
    refused = await desk.write(lambda session: book(session, DEMO, request, late))
    assert isinstance(refused, TooLate)
    assert refused.appointment.id == mine.id
    assert (await row(desk, mine.id)).state == "booked"
    moved = await desk.write(lambda s: move_visit(s, DEMO, STAFF, mine.id, "20270322T0800-an", late))
    assert isinstance(moved, Appointment)
    assert (moved.moved_from, moved.uid) == (mine.id, mine.uid)


async def test_a_late_wish_is_told_once_and_names_nobody(desk: Ledger) -> None:
    mine = await booked(desk, "ann", NINE)

    def work(session: Session) -> list[Notice]:
        assert not has_wished(session, mine)
        tell_coach(session, mine, "late_move", NOW)
        assert has_wished(session, mine)
        assert not is_not_coming(session, mine)
        for _ in range(2):
            tell_coach(session, mine, "late_cancel", NOW)
        assert is_not_coming(session, mine)
        return list(session.exec(select(Notice)))

    told = await desk.write(work)
    assert [(each.kind, each.coach, each.subject) for each in told] == [
        ("late_move", "an", mine.id),
        ("late_cancel", "an", mine.id),
    ]


async def test_a_hold_keeps_others_out_and_becomes_the_visit_of_who_takes_it(desk: Ledger) -> None:
    kept = await held(desk, "ann", NINE)
    assert kept
    assert kept.hold_until == NOW + timedelta(minutes=30)
    assert [each.due_at for each in await due(desk, END)] == [kept.hold_until]
    refused = await desk.write(lambda session: book(session, DEMO, BookRequest("ben", NINE, "nl"), NOW))
    assert isinstance(refused, Taken)
    assert await desk.read(lambda session: current(session, "ann", NOW)) is None, "nothing is agreed yet"
    for _ in range(2):
        taken = await desk.write(lambda session: take(session, DEMO, "ann", kept.version, NOW))
        assert taken
        assert (taken.id, taken.state) == (kept.id, "booked")
    assert len(await due(desk, "remind_day")) == 1


async def test_who_books_the_time_that_is_held_for_them_gets_that_very_row(desk: Ledger) -> None:
    kept = await held(desk, "ann", NINE)
    assert kept
    assert (await booked(desk, "ann", NINE)).id == kept.id


async def test_who_books_another_time_lets_the_held_one_go(desk: Ledger) -> None:
    kept = await held(desk, "ann", NINE)
    assert kept
    await booked(desk, "ann", TEN)
    assert (await row(desk, kept.id)).state == "cancelled"
    assert (await booked(desk, "ben", NINE)).state == "booked"


async def test_a_time_that_becomes_free_is_announced_only_where_somebody_waits(desk: Ledger) -> None:
    first = await booked(desk, "ann", NINE)
    await desk.write(lambda session: cancel(session, first.id, NOW))
    assert await due(desk, FREED) == []
    await desk.write(lambda session: wait(session, "demo", "cis", Wish("nl"), NOW))
    second = await booked(desk, "ann", NINE)
    await desk.write(lambda session: cancel(session, second.id, NOW))
    assert [each.subject for each in await due(desk, FREED)] == [second.id]


async def test_a_time_that_staff_give_up_is_offered_unless_the_coach_cannot_be_there(desk: Ledger) -> None:
    await desk.write(lambda session: wait(session, "demo", "cis", Wish("nl"), NOW))
    mine = await booked(desk, "ann", NINE)
    seen = Seen(mine.id, mine.version)
    assert await desk.write(lambda session: cancel_without_coach(session, DEMO, STAFF, seen, NOW)) == "done"
    assert await due(desk, FREED) == []
    other = await booked(desk, "ben", TEN)
    again = Seen(other.id, other.version)
    for answer in ("done", "changed"):
        assert await desk.write(lambda session: cancel_visit(session, DEMO, STAFF, again, NOW)) == answer
    third = await booked(desk, "ann", ELEVEN)
    await desk.write(lambda session: move_visit(session, DEMO, STAFF, third.id, "20270322T0800-an", NOW))
    assert [row.subject for row in await due(desk, FREED)] == [other.id, third.id]


async def test_who_waits_for_a_part_of_the_day_is_offered_nothing_else(desk: Ledger) -> None:
    friday = When(first=START.date(), last=START.date())
    for person, when in (("ann", AFTERNOON), ("ben", MORNING), ("cis", friday)):
        wish = Wish("nl", when=when.as_text())
        await desk.write(lambda session, who=person, what=wish: wait(session, "demo", who, what, NOW))
    for start, those in ((NINE, ["ben", "cis"]), ("20270322T1300-an", ["ann"])):
        mine = await booked(desk, "ann", start)
        await desk.write(lambda session, id=mine.id: cancel(session, id, NOW))
        found = await desk.read(lambda session, freed=mine: list(line(session, DEMO, freed, NOW)))
        assert [each.person_id for each in found] == those


async def test_the_line_is_in_the_order_of_asking_and_goes_on_behind_who_did_not_answer(desk: Ledger) -> None:
    for person in ("ben", "ann", "ben", "cis"):
        await desk.write(lambda session, who=person: wait(session, "demo", who, Wish("nl"), NOW))
    rows = await due(desk, WAITS)
    assert [each.person_id for each in rows] == ["ben", "ann", "cis"]

    async def in_line(freed: Appointment) -> list[str]:
        return await desk.read(lambda session: [each.person_id for each in line(session, DEMO, freed, NOW)])

    kept = await held(desk, "ben", NINE, rows[0].id)
    assert kept
    assert await in_line(kept) == [], "it is not free yet"
    assert await desk.write(lambda session: let_go(session, "ben", kept.version, NOW))
    assert await in_line(kept) == ["ann", "cis"]
    freed = await booked(desk, "ben", TEN)
    await desk.write(lambda session: cancel(session, freed.id, NOW))
    assert await in_line(freed) == ["ben", "ann", "cis"]


async def test_who_waits_for_another_place_or_language_is_passed_over(desk: Ledger) -> None:
    two = house(coach("an"), coach("bo", languages=("fr",), places=("annex",)))
    wishes = {"ann": Wish("nl", place="annex"), "ben": Wish("fr"), "cis": Wish("nl", place="hall")}
    for person, wish in wishes.items():
        await desk.write(lambda session, who=person, what=wish: wait(session, "demo", who, what, NOW))
    freed = await booked(desk, "ann", NINE)
    await desk.write(lambda session: cancel(session, freed.id, NOW))
    found = await desk.read(lambda session: [each.person_id for each in line(session, two, freed, NOW)])
    assert found == ["cis"]


async def test_staff_note_who_came_and_who_did_not_once_the_visit_has_begun(desk: Ledger) -> None:
    first, second = await booked(desk, "ann", NINE), await booked(desk, "ben", TEN)
    came, missed = Seen(first.id, first.version), Seen(second.id, second.version)
    at_ten = second.starts_at
    assert await desk.write(lambda session: attend(session, STAFF, came, NOW)) == "not_now"
    assert await desk.write(lambda session: attend(session, STRANGER, came, at_ten)) == "missing"
    assert await desk.write(lambda session: attend(session, STAFF, Seen(first.id, 7), at_ten)) == "changed"
    assert await desk.write(lambda session: attend(session, STAFF, came, at_ten)) == "done"
    assert await desk.write(lambda session: miss(session, DEMO, STAFF, missed, at_ten)) == "done"
    assert await desk.write(lambda session: miss(session, DEMO, STAFF, missed, at_ten)) == "changed"
    assert [(await row(desk, each.id)).state for each in (first, second)] == ["attended", "no_show"]
    assert [each.subject for each in await due(desk, MISSED)] == [second.id]
    actions = await desk.read(lambda session: [(each.actor, each.action) for each in session.exec(select(Audit))])
    assert actions == [("staff:s", "visit.attend"), ("staff:s", "visit.miss")]


async def test_the_person_is_told_what_staff_did_outside_the_quiet_hours(desk: Ledger) -> None:
    first, second = await booked(desk, "ann", NINE), await booked(desk, "ben", TEN)
    at_night = datetime(2027, 3, 17, 22, 0, tzinfo=UTC)
    seen = Seen(first.id, first.version)
    assert await desk.write(lambda session: cancel_visit(session, DEMO, STAFF, seen, at_night)) == "done"
    moved = await desk.write(lambda session: move_visit(session, DEMO, STAFF, second.id, ELEVEN, NOW))
    assert isinstance(moved, Appointment)
    (off,), (news,) = await due(desk, OFF), await due(desk, MOVED)
    assert off.due_at == datetime(2027, 3, 18, 7, 0, tzinfo=UTC)
    assert (news.due_at, news.subject, news.version) == (NOW, moved.id, moved.version)


async def test_a_time_of_who_is_noted_as_present_is_not_offered_while_they_are_there(desk: Ledger) -> None:
    often = house(visit=visit(starts_every=30, notice_hours=0))
    mine = await booked(desk, "ann", NINE)
    during = mine.starts_at + timedelta(minutes=5)
    await desk.write(lambda session: attend(session, STAFF, Seen(mine.id, mine.version), during))
    answer = await desk.write(
        lambda session: book(session, often, BookRequest("ben", "20270319T0815-an", "nl"), during)
    )
    assert isinstance(answer, Taken)
    others, _ = await desk.read(lambda session: find(session, often, Wanted("nl"), during))
    assert others[0].start >= mine.ends_at


def test_a_coach_learns_by_day_that_nobody_answered() -> None:
    def told(hour: int) -> str:
        start = datetime(2027, 3, 24, hour, 0, tzinfo=DEMO.tz)
        return f"{time_to_call(DEMO, start).astimezone(DEMO.tz):%d %H:%M}"

    assert told(14) == "24 10:00"
    assert told(9) == "24 08:00", "not at five in the morning"
    assert told(8) == "23 19:30", "in the morning it would be too late"


async def test_an_answer_is_looked_for_only_where_a_reminder_came_before(desk: Ledger) -> None:
    mine = await booked(desk, "ann", "20270319T1300-an")
    planned = [kind for kind, *_ in reminder_plan(DEMO, mine, NOW)]
    assert planned == ["remind_day", "remind_hours", UNANSWERED]
    shortly = mine.starts_at - timedelta(hours=3)
    assert [kind for kind, *_ in reminder_plan(DEMO, mine, shortly)] == ["remind_hours"]


async def test_saying_i_come_late_is_as_good_as_early(desk: Ledger) -> None:
    mine = await booked(desk, "ann", NINE)
    late = mine.starts_at - timedelta(minutes=5)
    assert await desk.write(lambda session: confirm(session, mine.id, mine.version, late))
