"""``opstap demo``: who is invented, what they leave behind, how it is shown, and that all of it can be forgotten."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, col, select, update
from typer.testing import CliRunner

from bot.catalogue_seeding import seed_catalogues
from bot.cli import app
from bot.demo.at_the_start import demonstrate
from bot.demo.demonstration import RealPeople, forget_all, furnish
from bot.demo.inventing import STORIES, Town, invent
from bot.demo.moving_in import HOUSE, NUMBERED, move_in, put_in, taken_out
from bot.demo.written import read_written
from bot.opening import Papers, load_staff, make_house
from bot.stage import StageClock
from casework.house.demonstration import ADDRESS, everybody_invented, shown_around
from casework.house.in_force import InForce
from storage.employer_tables import Company, CompanyVisit
from storage.ledger import Ledger, open_ledger
from storage.tables import Case, Chat, Due, KeptCount, Notice, Person
from storage.verify import verify
from tests.calendar_stage import at_work, calendar_stage
from tests.databases import run_apart
from tests.staff_stage import HERE
from tests.staff_stage import Stage as StaffStage
from tests.stage import ROOT, WEDNESDAY, open_stage, papers, stage_settings

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
HOUSES = ("handel",)
MARK = '<span class="invented">'


def some_papers(*houses: str) -> Papers:
    """Of a few organisations: what holds for them holds for all, and takes a fraction of the time."""
    known = papers()
    return replace(known, organisations={id: known.organisations[id] for id in houses or HOUSES})


async def house_of_nobody(*houses: str) -> Ledger:
    """Accounts and catalogues, and no people."""
    ledger, clock = await open_ledger("sqlite://"), StageClock(NOW)
    known, written = some_papers(*houses).organisations, papers().catalogues
    await load_staff(ledger, InForce(known), clock)
    await seed_catalogues(ledger, {id: written[id] for id in known}, clock)
    return ledger


@dataclass(frozen=True, slots=True)
class Lived:
    """One demonstration from its beginning to its end, made once for all tests of a process: it takes seconds."""

    shown: bool
    came_again: int
    rows: Mapping[str, Sequence[dict[str, Any]]]
    broken: Sequence[object]
    forgotten: int
    broken_afterwards: Sequence[object]
    left: Sequence[object]
    still: bool


@cache
def lived() -> Lived:
    return run_apart(_live())


async def _live() -> Lived:
    ledger, known, clock = await house_of_nobody(), some_papers(), StageClock(NOW)
    try:
        await ledger.write(_something_waits)
        house = make_house(stage_settings(), ledger, clock, known)
        await demonstrate(house, stage_settings(), known, asyncio.Event())
        shown = house.organisations["handel"].demonstration
        rows = await ledger.read(lambda session: taken_out(session, tuple(SQLModel.metadata.tables)))
        broken = await ledger.read(verify)
        again = await furnish(ledger, stage_settings(), known, clock)
        forgotten = await forget_all(ledger, HOUSES, clock)
        houses = InForce(known.organisations)
        await houses.renew(ledger)
        return Lived(
            shown,
            again,
            rows,
            broken,
            forgotten,
            await ledger.read(verify),
            await ledger.read(_what_is_left),
            houses["handel"].demonstration,
        )
    finally:
        await ledger.close()


def _something_waits(session: Session) -> None:
    """Rows with numbers, as any house has them, before anybody came."""
    session.add(Due(key="purge|1", kind="purge", organisation="handel", due_at=NOW + timedelta(hours=9)))


def _what_is_left(session: Session) -> list[object]:
    notices = select(Notice).where(Notice.state == "waiting")
    told = *session.exec(select(KeptCount)), *session.exec(notices)
    return [*everybody_invented(session), *told, *session.exec(select(Company)), *session.exec(select(CompanyVisit))]


def rows(table: str) -> list[dict[str, Any]]:
    return list(lived().rows[table])


def counted(table: str, column: str) -> Counter[str]:
    return Counter(row[column] for row in rows(table))


def test_what_they_leave_is_what_a_console_has_to_show() -> None:
    assert {"offered", "accepted", "done"} <= set(counted("intake_case", "state"))
    assert {"job_seeker", "company"} <= set(counted("intake_case", "kind"))
    assert {"attended", "no_show", "booked"} <= set(counted("appointment", "state"))
    assert {"proposed", "sent", "started"} <= set(counted("referral", "state"))
    assert {"enrolled", "attended"} <= set(counted("enrolment", "state"))
    assert {"nl", "fr"} <= set(counted("person", "language"))
    assert {"open", "done", "stuck"} <= set(counted("small_step", "state"))
    assert [row for row in rows("talk_line") if row["staff_id"] is None], "somebody wrote, and nobody has read it"
    for table in ("case_note", "case_task", "talk_line", "coach_talk"):
        assert rows(table), table


def test_companies_were_visited_work_was_found_and_somebody_agreed_to_be_called() -> None:
    assert all(row["invented"] for row in rows("company") if row["id"] in counted("company_visit", "company_id"))
    assert {"open", "filled"} <= set(counted("vacancy", "state"))
    assert [row for row in rows("company_visit") if row["next_on"]], "something is to be done next"
    assert counted("company_call", "state")["agreed"]


def test_people_are_on_our_own_page_alone_and_nothing_leaves() -> None:
    assert all(row["channel"] == "web" and row["address"].startswith(ADDRESS) for row in rows("chat"))
    assert not any(lived().rows[table] for table in ("notice_delivery", "webhook_event", "one_time_link"))
    assert {row["channel"] for row in rows("outgoing")} == {"web"}


def test_nothing_lies_in_the_future_and_what_waits_waits_for_later() -> None:
    assert all(row["at"] <= NOW for row in rows("log_entry"))
    assert all(row["due_at"] > NOW for row in rows("due") if row["state"] == "planned")
    assert not [row for row in rows("due") if row["state"] == "dead"]


def test_the_same_people_are_invented_each_time() -> None:
    written, known = read_written(ROOT / "organisations"), papers().organisations

    def people(now: datetime) -> list[tuple[object, ...]]:
        towns = [Town(each, ("full", "company"), ("3600", "3800")) for each in known.values()]
        found = [each for town in towns for each in invent(town, written, now)]
        return [(each.name, each.language, each.door, each.postcode, now - each.arrives) for each in found]

    assert people(NOW) == people(NOW)
    assert [each[:4] for each in people(NOW)] == [each[:4] for each in people(NOW + timedelta(days=100))]


@pytest.mark.parametrize("house", papers().organisations)
def test_every_tongue_of_a_town_has_names_and_every_text_has_both_languages(house: str) -> None:
    written = read_written(ROOT / "organisations")
    assert set(written.tongues[house]) <= set(written.names)
    of_companies = written.vacancies, written.company_notes, written.company_steps
    assert len(set(map(len, written.vacancies.values()))) == 1, "the same work in each language"
    for texts in (*written.texts.values(), written.later, written.coach, written.notes, written.tasks, *of_companies):
        assert set(texts) == {"nl", "fr"}


@given(st.integers(-200, 200))
def test_sessions_and_meetings_move_by_whole_weeks_and_back(weeks: int) -> None:
    for written in papers().organisations.values():
        moved = shown_around(written, weeks)
        assert moved.demonstration
        for id, group in moved.sessions.items():
            assert group.day - written.sessions[id].day == timedelta(weeks=weeks)
        back = shown_around(moved, -weeks)
        assert {each.days for each in back.meetings.values()} == {each.days for each in written.meetings.values()}
        assert [each.sign_up_until for each in back.sessions.values()] == [
            each.sign_up_until for each in written.sessions.values()
        ]


def test_they_come_once_and_every_invariant_holds_with_them() -> None:
    assert (len(rows("person")), lived().came_again, lived().broken) == (len(STORIES), 0, [])
    assert lived().shown, "the running house knows it at once"


def test_they_are_forgotten_as_everybody_is_and_are_counted_nowhere() -> None:
    assert (lived().forgotten, lived().broken_afterwards, lived().left) == (len(STORIES), [], [])
    assert not lived().still, "the console says nothing of a demonstration any more"


def test_numbers_of_rows_name_the_same_rows_among_those_that_were_there() -> None:
    """What a chat shows is a message of that chat; what a coach wrote is carried by one to that person."""
    messages = {row["id"]: row for row in rows("outgoing")}
    chats = {row["id"]: row for row in rows("chat")}
    shown = [(chat["id"], messages[chat["screen"]]["chat_id"]) for chat in chats.values() if chat["screen"] in messages]
    carried = [(line["person_id"], messages[line["outgoing_id"]]) for line in rows("talk_line") if line["outgoing_id"]]
    assert shown
    assert carried
    assert all(here == there for here, there in shown)
    assert all(chats[message["chat_id"]]["person_id"] == person for person, message in carried)
    assert {row["key"] for row in rows("due")} > {"purge|1"}


def test_every_number_of_a_row_that_others_name_moves_with_it() -> None:
    """A column that holds the number of an outgoing message or of a line must be named."""
    named = {place for places in NUMBERED.values() for place in places}
    numbers = {
        (table.name, column.name)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if column.name in ("outgoing_id", "line_id", "instead_of", "screen", "replaces")
    }
    assert numbers - {("notice_delivery", "outgoing_id")} <= named


async def test_they_move_into_either_database_and_its_numbers_go_on_behind_them(ledger: Ledger) -> None:
    house = {name: found for name, found in lived().rows.items() if name in HOUSE}
    people = {name: found for name, found in lived().rows.items() if name not in HOUSE}
    highest = max(row["id"] for row in people["due"])

    def work(session: Session) -> int:
        session.add(Due(key="before", kind="purge", organisation="handel", due_at=NOW))
        session.flush()
        put_in(session, house)
        move_in(session, people)
        later = Due(key="after", kind="purge", organisation="handel", due_at=NOW)
        session.add(later)
        session.flush()
        return later.id or 0

    assert await ledger.write(work) == highest + 2
    assert await ledger.read(verify) == []


async def test_nothing_invented_comes_among_real_people() -> None:
    async with open_stage(at=WEDNESDAY) as stage:
        await stage.actor(organisation="handel").starts("nl")
        with pytest.raises(RealPeople):
            await furnish(stage.house.ledger, stage_settings(), some_papers(), stage.clock)
        assert await stage.house.ledger.read(everybody_invented) == []


async def test_a_stop_in_the_middle_leaves_nothing() -> None:
    ledger = await house_of_nobody()
    try:
        came = await furnish(ledger, stage_settings(), some_papers(), StageClock(NOW), lambda: True)
        assert came == 0
        assert await ledger.read(lambda session: session.exec(select(Person)).all()) == []
    finally:
        await ledger.close()


def test_a_demonstration_needs_the_accounts() -> None:
    result = CliRunner().invoke(app, ["serve", "--demo"])
    assert result.exit_code == 2
    assert "--demo needs the accounts that --set-up makes" in result.output


async def test_pages_say_that_it_is_a_demonstration_and_who_is_invented() -> None:
    async with calendar_stage() as stage:
        made_up, real = await stage.case(), await stage.case()
        await stage.ledger.write(lambda session: _invent(session, made_up))
        assert await _marks(stage, (made_up, real)) == (False, [False, False])
        written = stage.organisations[HERE]
        stage.organisations = {**stage.organisations, HERE: shown_around(written, 0)}
        assert await _marks(stage, (made_up, real)) == (True, [True, False])


def _invent(session: Session, case: str) -> None:
    person = session.get_one(Case, case).person_id
    session.exec(update(Chat).where(col(Chat.person_id) == person).values(address=f"{ADDRESS}{person}"))


async def _marks(stage: StaffStage, cases: Sequence[str]) -> tuple[bool, list[bool]]:
    """Whether the list says that it is a demonstration, and whether each case is marked, there and when it is open."""
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open("/staff/cases")
        says, lines = "This is a demonstration." in coach.html, coach.html.split('<tr role="row">')
        listed = [any(case in line and MARK in line for line in lines) for case in cases]
        opened_too = [MARK in (await coach.open(f"/staff/cases/{case}")).html for case in cases]
    assert listed == opened_too
    return says, listed
