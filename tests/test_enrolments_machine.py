"""Whatever people and staff do, the seats of a session are those that a plain list would give."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import delete
from sqlmodel import Session

from casework.sessions.enrolments import Room, accept, decline, expire, find, join, leave, pass_on, position, settle
from storage.ledger import Ledger, open_ledger
from storage.tables import Due, Enrolment, Person
from storage.verify import verify
from tests import casework_house
from tests.session_house import house_with, people, places, room, with_seats

T = TypeVar("T")

PEOPLE = st.sampled_from(list(people(6)))
DEMO = house_with()


class House:
    """A database that is emptied for each run, and the loop it lives on."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.ledger: Ledger = self.runner.run(open_ledger(url))
        self.marked = Counter[str]()

    def write(self, work: Callable[[Session], T]) -> T:
        return self.runner.run(self.ledger.write(work))

    def empty(self) -> None:
        def work(session: Session) -> None:
            for table in (Due, Enrolment, Person):
                session.connection().execute(delete(table))
            casework_house.settle(session, *people(6))

        self.write(work)

    def close(self) -> None:
        self.runner.run(self.ledger.close())
        self.runner.close()


@contextmanager
def opened(url: str) -> Iterator[House]:
    house = House(url)
    try:
        yield house
    finally:
        house.close()


class Seats(RuleBasedStateMachine):
    """``state`` and ``seat`` of each person, and ``line``, as a list would keep them."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house
        house.empty()
        self.organisation = DEMO
        self.state: dict[str, str] = {}
        self.seat: dict[str, int] = {}
        self.line: list[str] = []

    @property
    def count(self) -> int:
        return self.organisation.sessions["info"].seats

    def does(self, change: Callable[[Room, Enrolment], object], person: str) -> bool:
        def work(session: Session) -> bool:
            here = room(session, self.organisation)
            place = find(here, person)
            return bool(place and change(here, place))

        return self.house.write(work)

    @rule(person=PEOPLE, line=st.booleans())
    def joins(self, person: str, line: bool) -> None:
        joined = self.house.write(lambda session: join(room(session, self.organisation), person, "nl", line=line))
        before = self.state.get(person, "")
        if before == "offered":
            self.state[person] = "enrolled"
        elif before in ("", "waiting", "cancelled", "declined", "expired"):
            self._join(person, before, line)
        assert (joined.state if joined else None) == (self.state.get(person) if joined else None)
        assert (joined is None) == (self.state.get(person, "") in ("", "cancelled", "declined", "expired"))

    def _join(self, person: str, before: str, line: bool) -> None:
        free = self._free()
        if free:
            self.state[person], self.seat[person] = "enrolled", free[0]
        elif before != "waiting" and line:
            self.state[person] = "waiting"
            self.line.append(person)

    @rule(person=PEOPLE)
    def leaves(self, person: str) -> None:
        involved = self.state.get(person) in ("waiting", "offered", "enrolled")
        assert self.does(leave, person) == involved
        if involved:
            self._out(person, "cancelled")

    @rule(person=PEOPLE)
    def accepts(self, person: str) -> None:
        offered = self.state.get(person) == "offered"
        assert self.does(accept, person) == offered
        if offered:
            self.state[person] = "enrolled"

    @rule(person=PEOPLE, silent=st.booleans())
    def answers_no_or_nothing(self, person: str, silent: bool) -> None:
        offered = self.state.get(person) == "offered"
        assert self.does(expire if silent else decline, person) == offered
        if offered:
            self._out(person, "expired" if silent else "declined")

    @rule(person=PEOPLE, there=st.booleans())
    def is_marked(self, person: str, there: bool) -> None:
        state = "attended" if there else "absent"
        enrolled = self.state.get(person) == "enrolled"
        assert self.does(lambda here, place: settle(here, place, state), person) == enrolled
        if enrolled:
            self.state[person] = state
            self.house.marked[state] += 1

    @precondition(lambda self: "enrolled" in self.state.values())
    @rule(which=st.integers(0, 5), there=st.booleans())
    def one_who_has_a_seat_is_marked(self, which: int, there: bool) -> None:
        """Without this rule most marks are for somebody who is not expected."""
        seated = [person for person, state in self.state.items() if state == "enrolled"]
        self.is_marked(seated[which % len(seated)], there)

    @rule(seats=st.integers(1, 4))
    def the_file_changes(self, seats: int) -> None:
        self.organisation = with_seats(DEMO, seats)
        self.house.write(lambda session: pass_on(room(session, self.organisation)))
        self._pass_on()

    def _out(self, person: str, state: str) -> None:
        self.state[person] = state
        self.seat.pop(person, None)
        self.line = [each for each in self.line if each != person]
        self._pass_on()

    def _free(self) -> list[int]:
        return [seat for seat in range(1, self.count + 1) if seat not in self.seat.values()]

    def _pass_on(self) -> None:
        for seat in self._free():
            beyond = [
                (at, person)
                for person, at in self.seat.items()
                if at > self.count and self.state[person] in ("offered", "enrolled")
            ]
            if beyond:
                self.seat[min(beyond)[1]] = seat
            elif self.line:
                person = self.line.pop(0)
                self.state[person], self.seat[person] = "offered", seat

    @invariant()
    def everybody_is_where_the_list_says(self) -> None:
        def look(session: Session) -> tuple[dict[str, str], dict[str, int], list[int]]:
            found = places(session)
            here = room(session, self.organisation)
            return (
                {name: place.state for name, place in found.items()},
                {name: place.seat for name, place in found.items() if place.seat},
                [position(here, found[name]) for name in self.line],
            )

        assert self.house.write(look) == (self.state, self.seat, list(range(1, len(self.line) + 1)))

    def teardown(self) -> None:
        assert self.house.write(verify) == []


LENIENT = (HealthCheck.too_slow, HealthCheck.data_too_large)


def test_on_sqlite_the_seats_are_as_a_list_would_give_them() -> None:
    with opened("sqlite://") as house:
        many = settings(max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=LENIENT)
        run_state_machine_as_test(lambda: Seats(house), settings=many)
        assert min(house.marked["attended"], house.marked["absent"]) >= 1, house.marked


def test_on_postgresql_too(postgres_url: str) -> None:
    with opened(postgres_url) as house:
        few = settings(max_examples=5, stateful_step_count=15, deadline=None, suppress_health_check=LENIENT)
        run_state_machine_as_test(lambda: Seats(house), settings=few)
