"""The dossier's rules: the words a person saw, what they changed, names of files, paper, what must not be broken."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlmodel import Session, col, select

from casework.cases.answer_changes import Changed, changes
from casework.cases.beside import beside
from casework.cases.case_desk import CaseDesk, open_desk
from casework.cases.cases import Actor, HandOverRequest, read_case
from casework.cases.documents import Brought, add_document
from casework.cases.dossier import Dossier, Edition, Words
from casework.cases.dossier_page import Asked, Bureau, open_dossier
from casework.cases.dossier_sheet import Block, DossierSheet, Row
from casework.cases.file_kinds import ENDINGS, LONGEST_NAME, safe_name
from casework.cases.in_short import in_short
from casework.cases.notes import add_to_note, write_note
from casework.cases.summary import Line, Section
from casework.cases.tasks import Wanted, make_task
from casework.cases.timeline import Chronicle, Event
from casework.cases.words_seen import Screen
from casework.door.accounts import Account, ensure_accounts
from flows.answers.gazetteer import Gazetteer
from flows.log import Value
from flows.wording import Wording
from staff.dossier_pdf import UNKNOWN, draw, shown
from staff.right_to_left import in_reading_order, joined
from storage.dossier_tables import CaseNote
from storage.ledger import Ledger, open_ledger
from storage.tables import Case, LogEntry, Person
from storage.verify import verify
from tests.staff_stage import DUTCH, ELSEWHERE, HERE, ORGANISATIONS, Stage, briefing

AT = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    ledger = await open_ledger("sqlite://")
    stage = Stage(ledger)
    for organisation in (HERE, ELSEWHERE):
        await ledger.write(partial(ensure_accounts, organisation=ORGANISATIONS[organisation], now=stage.now))
    yield stage
    await ledger.close()


def edition(answers: dict[str, Value], minutes: int) -> Edition:
    return Edition(answers, (), "nl", None, AT + minutes * MINUTE)


def test_in_short_stands_who_somebody_is_and_nothing_of_the_talk_itself() -> None:
    told = (("path", "Alles"), ("age", "50 tot 54 jaar"), ("place", "4000 Luik"), ("go_there", "Nee, ik blijf hier"))
    lines = tuple(Line(question, question, value, "A") for question, value in told)
    assert in_short([Section("basics", lines)], "nl").person == ("50 tot 54 jaar", "4000 Luik")


def test_the_words_are_those_of_the_language_in_which_each_answer_was_given() -> None:
    flow = briefing().flows["intake"]
    wording = Wording(
        {"nl": DUTCH | {"What may I call you?": "Hoe mag ik je noemen?"}, "fr": {"My children": "Mes enfants"}}
    )
    screen = Screen(flow, wording, Gazetteer(codes={}, names={}, values={}), date(2027, 3, 24))
    answers: dict[str, Value] = {"first_name": "Samira", "barriers": ("childcare",), "agreed": "yes", "gone": "x"}
    words = dict(screen.words(answers, "nl", {"barriers": "fr"}))
    assert words["first_name"] == Words("nl", "Hoe mag ik je noemen?", "Samira")
    assert words["barriers"].answered == "Mes enfants"
    assert "gone" not in words


def test_what_a_person_saw_stays_while_the_answer_stands_however_the_flow_is_reworded() -> None:
    old, new = {"goal": Words("nl", "Wat wil je?", "Een job")}, {"goal": Words("nl", "Wat zoek je?", "Werk")}
    first = Dossier((edition({"goal": "job"}, 0),), old)
    assert first.renewed(edition({"goal": "job"}, 1), new).words == old
    assert first.renewed(edition({"goal": "training"}, 1), new).words == new
    assert Dossier.from_bytes(first.as_bytes()) == first


def test_a_dossier_of_before_has_no_words() -> None:
    data = orjson.loads(Dossier((edition({"goal": "job"}, 0),)).as_bytes())
    del data["words"]
    assert Dossier.from_bytes(orjson.dumps(data)).words == {}


async def told(stage: Stage, case: str, *given: tuple[str, Value | None, str]) -> None:
    """The log of the conversation behind the case."""

    def work(session: Session) -> None:
        row = session.get_one(Case, case)
        key = stage.vault.open_key(session.get_one(Person, row.person_id).wrapped_key)
        for seq, (question, value, by) in enumerate(given):
            kind = "skipped" if value is None else "answered"
            said = orjson.dumps({"by": by} if value is None else {"value": value, "by": by})
            sealed = key.seal(said, f"log|{row.conversation_id}|{seq}")
            at = AT + seq * MINUTE
            entry = LogEntry(
                conversation_id=row.conversation_id, seq=seq, kind=kind, question=question, sealed=sealed, at=at
            )
            session.add(entry)

    await stage.ledger.write(work)


async def changed(stage: Stage, case: str, account: Account) -> list[Changed]:
    def work(session: Session) -> list[Changed]:
        row = session.get_one(Case, case)
        key = stage.vault.open_key(session.get_one(Person, row.person_id).wrapped_key)
        return changes(session, key, briefing(), (row, "intake"), (account, "nl"))

    return await stage.ledger.read(work)


async def test_the_history_tells_what_changed_when_and_by_whom_as_far_as_its_reader_may_see(stage: Stage) -> None:
    case, coach = await stage.case(), await stage.account("greet")
    await told(
        stage,
        case,
        ("first_name", "Sam", "person"),
        ("barriers", ["childcare"], "person"),
        ("first_name", "Samira", f"coach:{coach.id}"),
        ("first_name", "Samira", "person"),
        ("barriers", None, "person"),
    )
    found = [(each.label, each.before, each.after, each.by) for each in await changed(stage, case, coach)]
    name = ("Naam", "Sam", "Samira", f"coach:{coach.id}")
    assert found == [("Wat is moeilijk", "Mijn kinderen", "", "person"), name]
    broker = Account("b", HERE, "b", "B", "job_broker", "b", "nl")
    await stage.ledger.write(lambda session: setattr(session.get_one(Case, case), "coach", "b"))
    assert await changed(stage, case, broker) == []
    await stage.ledger.write(lambda session: setattr(session.get_one(Case, case), "kind", "company"))
    assert [each.label for each in await changed(stage, case, broker)] == ["Naam"]


@given(st.text(max_size=300), st.sampled_from(sorted(ENDINGS)))
def test_the_name_of_a_file_is_one_plain_line_that_ends_as_its_kind_does(name: str, mime: str) -> None:
    safe = safe_name(name, mime)
    assert safe.endswith(f".{ENDINGS[mime]}")
    assert 0 < len(safe) <= LONGEST_NAME + 5
    assert not set(safe) & set("/\\\r\n\0")
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in safe)
    assert safe_name(safe, mime) == safe


def test_arabic_is_joined_and_read_from_the_right_and_other_scripts_are_left_alone() -> None:
    assert joined("\u0633\u0644\u0627\u0645") == "\ufeb3\ufefc\ufee1"
    assert in_reading_order(joined("\u0633\u0644\u0627\u0645")) == "\ufee1\ufefc\ufeb3"
    for name in ("Łukasz", "Đặng", "გიორგი", "Ζωή"):
        assert in_reading_order(joined(name)) == name


@given(st.text(max_size=80))
def test_nothing_that_somebody_is_called_stops_the_printer(name: str) -> None:
    assert len(shown(name)) == len(name)
    in_reading_order(joined(shown(name)))


@pytest.mark.filterwarnings("error")
def test_a_sheet_in_many_scripts_becomes_a_pdf_with_title_and_language(caplog: pytest.LogCaptureFixture) -> None:
    names = "Łukasz Đặng გიორგი محمد 中 👶"
    rows = (Row("Naam", names, ("fr: Prénom",)), Row("Notitie", "regel " * 900))
    sheet = DossierSheet("Dossier", "ab12cd", "Huis", "Afgedrukt: nu", "Vertrouwelijk", "nl", (Block("Wie", rows),))
    made = draw(sheet)
    assert made.startswith(b"%PDF-")
    assert b"/Lang (nl)" in made
    assert "中" not in caplog.text
    assert shown("中") == UNKNOWN


async def desk(stage: Stage, case: str, login: str = "greet") -> Callable[[Session], CaseDesk]:
    account = await stage.account(login)

    def opened(session: Session) -> CaseDesk:
        found = open_desk(session, stage.vault, Actor.of(account), case, stage.now)
        assert found is not None
        return found

    return opened


async def filled(stage: Stage, ledger: Ledger) -> str:
    """A case with one of everything beside it."""
    case = await stage.case()
    opened = await desk(stage, case)

    def work(session: Session) -> None:
        here = opened(session)
        note = write_note(here, "Gebeld.", "B")
        assert isinstance(note, CaseNote)
        session.flush()
        add_to_note(here, note.id, "En nog eens.")
        make_task(here, ORGANISATIONS[HERE], Wanted("Bel de opvang", date(2027, 3, 30), "greet"))
        add_document(here, Brought("attest.pdf", b"%PDF-1.7"), "B")

    await ledger.write(work)
    return case


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        ("DELETE FROM case_document_content", "what is in it is missing"),
        ("UPDATE case_task SET sealed = x''", "nobody can say what is to be done"),
        ("UPDATE case_task SET done_by = 'staff:x'", "who did it does not fit its state"),
        ("UPDATE case_note SET tier = 'A' WHERE adds_to IS NOT NULL", "it is less or more private than its note"),
        ("UPDATE person SET wrapped_key = x''", "its person was erased"),
    ],
)
async def test_verifying_finds_what_is_broken_beside_a_case(stage: Stage, harm: str, problem: str) -> None:
    await filled(stage, stage.ledger)
    assert await stage.ledger.read(verify) == []
    await stage.ledger.write(lambda session: session.connection().execute(text(harm)) and None)
    found = await stage.ledger.read(verify)
    assert {each.problem for each in found if each.invariant == "I11"} == {problem}


async def test_all_of_it_is_kept_on_either_database(ledger: Ledger) -> None:
    stage = Stage(ledger)
    await ledger.write(partial(ensure_accounts, organisation=ORGANISATIONS[HERE], now=stage.now))
    case = await filled(stage, ledger)
    account = await stage.account("greet")
    opened = await desk(stage, case)

    def kinds(session: Session) -> list[str]:
        file = read_case(session, stage.vault, Actor.of(account), case, stage.now)
        assert file is not None
        told = Chronicle(session, file, account, beside(opened(session), ORGANISATIONS[HERE])).stretch()
        return sorted({event.kind for event in told.events})

    assert await ledger.write(kinds) == ["case", "file", "note", "task"]
    assert await ledger.read(verify) == []


@pytest.mark.parametrize("size", [1, 3, 7])
async def test_page_by_page_the_timeline_has_each_event_once_and_in_order(stage: Stage, size: int) -> None:
    case, account = await stage.case(), await stage.account("greet")
    for number in range(10):
        stage.later(minutes=number % 2)
        opened = await desk(stage, case)
        await stage.ledger.write(
            lambda session, opened=opened, number=number: write_note(opened(session), f"{number}", "A") and None
        )
    person, talk = await stage.ledger.read(
        lambda s: (s.get_one(Case, case).person_id, s.get_one(Case, case).conversation_id)
    )
    await stage.hand_over(HandOverRequest(HERE, person, talk, {"first_name": "Sam"}, (), "nl"))
    opened = await desk(stage, case)

    def pages(session: Session) -> list[Event]:
        file = read_case(session, stage.vault, Actor.of(account), case, stage.now)
        assert file is not None
        chronicle = Chronicle(session, file, account, beside(opened(session), ORGANISATIONS[HERE]))
        stretch = chronicle.stretch(size=size)
        found = list(stretch.events)
        while stretch.more:
            stretch = chronicle.stretch(stretch.more, size)
            found += stretch.events
        assert found == list(chronicle.stretch(size=100).events)
        return found

    found = await stage.ledger.write(pages)
    assert len({event.key for event in found}) == len(found) == 12
    assert [event.order for event in found] == sorted((event.order for event in found), reverse=True)


async def test_notes_of_one_case_are_not_found_from_another(stage: Stage) -> None:
    mine, other = await filled(stage, stage.ledger), await stage.case()
    opened = await desk(stage, other)
    note = await stage.ledger.read(lambda s: s.exec(select(CaseNote).where(col(CaseNote.adds_to).is_(None))).one())
    assert note.case_id == mine
    assert await stage.ledger.write(lambda session: add_to_note(opened(session), note.id, "Meer.")) == "missing"


async def test_a_dossier_with_much_beside_it_asks_the_database_no_more_often(stage: Stage) -> None:
    case, account = await filled(stage, stage.ledger), await stage.account("greet")
    bureau = Bureau(stage.vault, briefing(), ORGANISATIONS[HERE])

    def asked(session: Session) -> tuple[int, int]:
        statements: list[str] = []
        engine = session.connection().engine

        def note(*told: Any) -> None:
            statements.append(told[2])

        event.listen(engine, "before_cursor_execute", note)
        try:
            found = open_dossier(session, bureau, Asked(account, case), stage.now)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert found is not None
        return len(statements), len(found.beside.tasks)

    few, tasks = await stage.ledger.read(asked)
    opened = await desk(stage, case)
    for number in range(3):
        wanted = Wanted(f"Taak {number}", date(2027, 3, 30), "greet")
        await stage.ledger.write(
            lambda session, wanted=wanted: make_task(opened(session), ORGANISATIONS[HERE], wanted) and None
        )
    assert await stage.ledger.read(asked) == (few, tasks + 3)
    assert few <= 22
