"""Whatever people, staff and the clock do to visits, the rows say what a plain list would."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlmodel import Session, select

from casework.door.accounts import Account
from casework.hours.notation import Shift
from casework.house.organisation import Organisation
from casework.visiting.booking import Booked, BookRequest, Taken, TooLate, book, cancel, confirm, current
from casework.visiting.holds import END, Keeper, end_hold, held_for, hold, let_go, take
from casework.visiting.slot_rules import slot_by_rule
from casework.visiting.staff_visits import Seen, attend, cancel_visit, miss
from storage.insert import insert_new
from storage.ledger import Ledger, open_ledger
from storage.tables import Appointment, Person
from storage.time_claim import LIVE
from storage.trays import claim_due, finish_due
from storage.verify import verify
from tests.casework_house import coach, house, visit

T = TypeVar("T")

MORNING = datetime(2027, 3, 19, 6, 30, tzinfo=UTC)
HOLD, LONG, CUT_OFF = timedelta(minutes=30), timedelta(minutes=60), timedelta(hours=1)
COACHES = ("an", "bo")
STARTS = tuple(datetime(2027, 3, 19, 8, 0, tzinfo=UTC) + timedelta(minutes=30) * number for number in range(4))
PEOPLE = ("ann", "ben", "cis", "dee")
NEXT_WEEK = STARTS[0] + timedelta(days=7)
NUMBERS = itertools.count()
EXAMPLES = int(os.environ.get("VISIT_EXAMPLES", "25"))

people = st.sampled_from(PEOPLE)
coaches = st.sampled_from(COACHES)
starts = st.sampled_from(STARTS)
places = st.integers(0, 30)
endings = st.sampled_from(("attended", "no_show", "attended", "no_show", "cancelled"))
versions = st.sampled_from((0, 0, 0, 1))
"""How much newer a version than that of the visit is named."""


@dataclass
class Listed:
    """A visit as a list would keep it."""

    id: str
    person: str
    coach: str
    start: datetime
    state: str
    version: int
    until: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_agreed(self) -> bool:
        return self.state in ("booked", "confirmed")

    def overlaps(self, coach: str, start: datetime) -> bool:
        return self.coach == coach and self.start < start + LONG and start < self.start + LONG

    def leave(self, state: str) -> None:
        self.state, self.version = state, self.version + 1


class Visits(RuleBasedStateMachine):
    """``url`` is that of a database with tables; each example has a house of its own in it. ``reached`` counts over
    all examples how visits ended."""

    url: str
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.ledger: Ledger = self.loop.run_until_complete(open_ledger(self.url))
        self.prefix = f"{next(NUMBERS)}"
        shifts = {4: (Shift(time(9), time(11, 30)),)}
        kind = visit(starts_every=30, notice_hours=0, cutoff_hours=1, hold_minutes=30)
        self.house: Organisation = house(
            *(coach(name, hours=shifts) for name in COACHES), id=f"demo-{self.prefix}", visit=kind
        )
        self.staff = Account("s", self.house.id, "s", "S", "coach", "an", "nl")
        self.now = MORNING
        self.listed: list[Listed] = []
        self.write(self._settle)

    def teardown(self) -> None:
        try:
            self._everybody_is_noted()
            assert self.write(verify) == []
        finally:
            self.loop.run_until_complete(self.ledger.close())
            self.loop.close()

    def _everybody_is_noted(self) -> None:
        """A last visit, and what became of each: few examples would get that far by chance."""
        self.books(PEOPLE[-1], COACHES[0], NEXT_WEEK)
        for each in self.having("booked", "confirmed"):
            self._until(max(self.now, each.start))
            self._note(each, came=self.reached["attended"] < self.reached["no_show"])
        self.the_rows_are_as_listed()

    def _note(self, each: Listed, *, came: bool) -> None:
        seen = Seen(each.id, each.version)
        if came:
            assert self.write(lambda session: attend(session, self.staff, seen, self.now)) == "done"
        else:
            assert self.write(lambda session: miss(session, self.house, self.staff, seen, self.now)) == "done"
        each.leave("attended" if came else "no_show")
        self.reached[each.state] += 1

    def _settle(self, session: Session) -> None:
        for name in PEOPLE:
            facts = {"organisation": self.house.id, "language": "nl", "wrapped_key": b"", "created_at": MORNING}
            insert_new(session, Person, id=self.whole(name), **facts)

    def whole(self, person: str) -> str:
        return f"{person}-{self.prefix}"

    def write(self, work: Callable[[Session], T]) -> T:
        return self.loop.run_until_complete(self.ledger.write(work))

    def of(self, person: str, *states: str) -> list[Listed]:
        return [each for each in self.listed if each.person == person and each.state in states]

    def having(self, *states: str) -> list[Listed]:
        return [each for each in self.listed if each.state in states]

    def chosen(self, which: int, *states: str) -> Listed:
        found = self.having(*states)
        return found[which % len(found)]

    def ahead(self, person: str) -> Listed | None:
        agreed = sorted(self.of(person, "booked", "confirmed"), key=lambda each: each.start)
        return next((each for each in agreed if each.start + LONG > self.now), None)

    def version(self, person: str) -> int:
        return 1 + max((each.version for each in self.listed if each.person == person), default=0)

    def is_free(self, coach: str, start: datetime, but: list[Listed]) -> bool:
        """Neither is the coach with somebody else, nor still with somebody who came."""
        there = (each for each in self.having(*LIVE, "attended") if each not in but)
        return not any(each.overlaps(coach, start) for each in there)

    def free_with(self, start: datetime, coach: str, given_up: list[Listed]) -> Iterator[str]:
        """The chosen coach; or another one who is free even if the person keeps what they have."""
        if self.now >= start:
            return
        if self.is_free(coach, start, given_up):
            yield coach
        yield from (other for other in COACHES if other != coach and self.is_free(other, start, []))

    @rule(person=people, coach=coaches, start=starts)
    def books(self, person: str, coach: str, start: datetime) -> None:
        request = BookRequest(self.whole(person), f"{start:%Y%m%dT%H%M}-{coach}", "nl")
        came_of = self.write(lambda session: book(session, self.house, request, self.now))
        old = next((each for each in self.of(person, "booked", "confirmed") if each.start > self.now), None)
        holds = self.of(person, "held")
        kept = next((each for each in holds if each.start == start and old is None and self.now < start), None)
        if old and old.start == start:
            assert isinstance(came_of, Booked)
            assert came_of.appointment.id == old.id
        elif old and self.now > old.start - CUT_OFF:
            assert isinstance(came_of, TooLate)
        elif kept:
            assert isinstance(came_of, Booked)
            assert came_of.appointment.id == kept.id
            kept.state = "booked"
        elif found := next(self.free_with(start, coach, [*holds, *([old] if old else [])]), None):
            assert isinstance(came_of, Booked)
            version = self.version(person)
            if old:
                old.leave("moved")
            for each in holds:
                each.leave("cancelled")
            self.listed.append(Listed(came_of.appointment.id, person, found, start, "booked", version))
        else:
            assert isinstance(came_of, Taken)

    @rule(person=people, coach=coaches, start=starts)
    def gets_a_hold(self, person: str, coach: str, start: datetime) -> None:
        slot = slot_by_rule(self.house, f"{start:%Y%m%dT%H%M}-{coach}", self.now)
        if slot is None or self.of(person, "held"):
            return
        keeper = Keeper(self.whole(person), "nl")
        kept = self.write(lambda session: hold(session, self.house, slot, keeper, self.now))
        assert (kept is not None) == self.is_free(coach, start, [])
        if kept:
            until = min(self.now + HOLD, start)
            self.listed.append(Listed(kept.id, person, coach, start, "held", self.version(person), until))

    @precondition(lambda self: self.having("held"))
    @rule(which=places, newer=versions)
    def takes(self, which: int, newer: int) -> None:
        held = self.chosen(which, "held")
        person, version = held.person, held.version + newer
        taken = self.write(lambda session: take(session, self.house, self.whole(person), version, self.now))
        ahead = self.ahead(person)
        if ahead:
            assert (taken is not None) == (ahead.version == version)
        elif not newer and self.now < held.start:
            assert taken
            held.state = "booked"
        else:
            assert taken is None

    @precondition(lambda self: self.having("held"))
    @rule(which=places, newer=versions)
    def lets_go(self, which: int, newer: int) -> None:
        held = self.chosen(which, "held")
        version = held.version + newer
        assert self.write(lambda session: let_go(session, self.whole(held.person), version, self.now)) == (not newer)
        if not newer:
            held.leave("cancelled")

    @precondition(lambda self: self.having("booked", "confirmed"))
    @rule(which=places)
    def cancels(self, which: int) -> None:
        visit_ = self.chosen(which, "booked", "confirmed")
        in_time = self.now < visit_.start + LONG
        assert self.write(lambda session: cancel(session, visit_.id, self.now)) == in_time
        assert not self.write(lambda session: cancel(session, visit_.id, self.now))
        if in_time:
            visit_.leave("cancelled")

    @precondition(lambda self: self.having("booked", "confirmed"))
    @rule(which=places, newer=versions)
    def confirms(self, which: int, newer: int) -> None:
        visit_ = self.chosen(which, "booked", "confirmed")
        said = self.write(lambda session: confirm(session, visit_.id, visit_.version + newer, self.now))
        assert said == (not newer and self.now < visit_.start + LONG)
        if said:
            visit_.state = "confirmed"

    @precondition(lambda self: bool(self.listed))
    @rule(which=places, what=endings, newer=versions)
    def staff_decide(self, which: int, what: str, newer: int) -> None:
        chosen = self.chosen(which, "booked", "confirmed") if self.having("booked", "confirmed") else self.listed[0]
        seen = Seen(chosen.id, chosen.version + newer)

        def work(session: Session) -> str:
            match what:
                case "attended":
                    return attend(session, self.staff, seen, self.now)
                case "no_show":
                    return miss(session, self.house, self.staff, seen, self.now)
                case _:
                    return cancel_visit(session, self.house, self.staff, seen, self.now)

        answer = self.write(work)
        in_time = self.now < chosen.start + LONG if what == "cancelled" else self.now >= chosen.start
        if newer:
            assert answer == "changed"
        elif chosen.is_agreed and in_time:
            assert answer == "done"
            chosen.leave(what)
        else:
            assert answer == "not_now"

    @precondition(lambda self: self.having("booked", "confirmed"))
    @rule(which=places, came=st.booleans())
    def the_hour_comes_and_staff_note_who_came(self, which: int, came: bool) -> None:
        visit_ = self.chosen(which, "booked", "confirmed")
        self._until(max(self.now, visit_.start))
        self._note(visit_, came=came)

    @rule(minutes=st.sampled_from((15, 30, 60)))
    def time_passes(self, minutes: int) -> None:
        self._until(self.now + timedelta(minutes=minutes))

    def _until(self, now: datetime) -> None:
        """What was only held is free again; nothing else ends by itself."""
        self.now = now
        self.write(self._end_holds)
        for each in self.listed:
            if each.state == "held" and each.until and each.until <= self.now:
                each.leave("expired")

    def _end_holds(self, session: Session) -> None:
        """Also those that an earlier example left behind: a claim asks for no house."""
        for due in claim_due(session, self.now, 100, 60):
            if due.kind == END:
                end_hold(session, due, self.now)
            finish_due(session, due.id or 0, "done")

    @invariant()
    def the_rows_are_as_listed(self) -> None:
        def work(session: Session) -> list[tuple[str, str, str, datetime, str, int]]:
            rows = session.exec(select(Appointment).where(Appointment.organisation == self.house.id))
            return sorted((row.id, row.person_id, row.coach, row.starts_at, row.state, row.version) for row in rows)

        listed = (
            (each.id, self.whole(each.person), each.coach, each.start, each.state, each.version) for each in self.listed
        )
        assert self.write(work) == sorted(listed)

    @invariant()
    def nobody_has_two_visits_and_no_coach_two_visitors(self) -> None:
        live = [each for each in self.listed if each.is_live]
        for each in live:
            assert not any(other.overlaps(each.coach, each.start) for other in live if other is not each)
        for person in PEOPLE:
            assert len([each for each in self.of(person, "booked", "confirmed") if each.start > self.now]) <= 1

    @invariant()
    def the_desk_knows_what_each_has(self) -> None:
        def work(session: Session) -> list[tuple[str | None, str | None]]:
            names = [self.whole(person) for person in PEOPLE]
            found = ((current(session, name, self.now), held_for(session, name)) for name in names)
            return [(ahead.id if ahead else None, held.id if held else None) for ahead, held in found]

        expected = ((self.ahead(person), next(iter(self.of(person, "held")), None)) for person in PEOPLE)
        assert self.write(work) == [
            (ahead.id if ahead else None, held.id if held else None) for ahead, held in expected
        ]


@pytest.mark.parametrize(("database", "examples"), [("sqlite", EXAMPLES), ("postgresql", EXAMPLES // 5)])
def test_whatever_happens_to_visits_the_rows_say_what_a_list_would(
    database: str, examples: int, request: pytest.FixtureRequest
) -> None:
    url = "sqlite://" if database == "sqlite" else str(request.getfixturevalue("postgres_url"))
    reached = Counter[str]()
    machine = type("VisitsThere", (Visits,), {"url": url, "reached": reached})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert min(reached["attended"], reached["no_show"]) >= examples // 5, reached
