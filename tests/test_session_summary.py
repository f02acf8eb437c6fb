"""A coach reads in the case which group sessions the person asked for, and what became of each."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, select

from casework.cases.cases import Actor, CaseFile, read_case
from casework.door.rights import System
from casework.sessions.attendance import OUTCOMES
from casework.sessions.seat_states import NEXT
from casework.sessions.session_summary import OUTCOMES as SAID
from casework.sessions.session_summary import STATES, session_section
from flows.heard import SESSION
from storage.ledger import Ledger
from storage.tables import Case, Enrolment
from tests.session_house import NOW
from tests.session_talk import CV, INFO, somebody
from tests.stage import open_stage, papers

HANDEL = papers().organisations["handel"]


def place(**facts: Any) -> Enrolment:
    known = {"organisation": "handel", "session": "hop-apr", "person_id": "p", "seats": 15, "language": "nl"}
    return Enrolment(**(known | {"state": "waiting", "asked_at": NOW, "changed_at": NOW} | facts))


def lines(language: str, *places: Enrolment) -> list[tuple[str, str]]:
    found = session_section(HANDEL, places, papers().wording, language)
    return [(line.label, line.value) for section in found for line in section.lines]


def test_a_line_for_each_session_in_the_coachs_language_the_earliest_first() -> None:
    later = place(session="firms-mei")
    there = place(state="attended", seat=1, interview=True, outcome="hired")
    assert lines("nl", later, there) == [
        (
            "Hop 'n Job! Bezoek aan de bakkerij",
            "donderdag 8 april om 9 uur: was er, wil een gesprek over werk, is aangeworven",
        ),
        ("Speeddate voor bedrijven", "donderdag 20 mei om 17 uur: op de wachtlijst"),
    ]
    when = "jeudi 8 avril à 9 heures\N{NO-BREAK SPACE}:"
    assert lines("fr", there)[0][1] == f"{when} était là, veut un entretien, a reçu le travail"


def test_nothing_is_said_of_who_never_asked_or_of_a_session_that_is_gone() -> None:
    assert lines("nl") == []
    assert lines("nl", place(session="gone")) == []


def test_every_state_and_every_outcome_has_words() -> None:
    assert STATES.keys() == NEXT.keys()
    assert SAID.keys() == {"coming", *OUTCOMES}


async def test_a_case_that_is_read_holds_the_persons_places(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        ann = await somebody(stage)
        for group in (CV, INFO):
            await ann.tap(SESSION, f"join:{group}:0")

        def work(session: Session) -> CaseFile | None:
            case = session.exec(select(Case)).one()
            reader = Actor("genk", "staff:s1", System("s1", "genk"))
            return read_case(session, stage.house.vault, reader, case.id, stage.clock.now())

        file = await ledger.write(work)
        assert file is not None
        assert {place.session: place.state for place in file.places} == {CV: "enrolled", INFO: "enrolled"}
