"""The dossier over HTTP: notes, tasks and files beside a case, who may read which, what is printed, what is erased."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from io import BytesIO
from zipfile import ZipFile

import pytest
from aiohttp import FormData
from sqlmodel import Session, col, select

from casework.cases.file_kinds import DOCX
from casework.cases.notes import EDITABLE
from casework.door.accounts import ensure_accounts
from casework.door.sign_in import open_door
from casework.privacy.erasing import erase
from staff.cookie import form_token
from storage.dossier_tables import CaseDocument, CaseDocumentContent, CaseNote, CaseTask, CaseTaskStep
from storage.ledger import Ledger, open_ledger
from storage.tables import Audit, Case
from storage.verify import verify
from tests.staff_stage import ELSEWHERE, HERE, ORGANISATIONS, Browser, Stage

SAID = "Belde met de crèche: plaats vanaf mei."
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    opened = await open_ledger("sqlite://")
    yield opened
    await opened.close()


@pytest.fixture
async def stage(ledger: Ledger) -> Stage:
    stage = Stage(ledger)
    for organisation in (HERE, ELSEWHERE):
        await ledger.write(partial(ensure_accounts, organisation=ORGANISATIONS[organisation], now=stage.now))
    return stage


async def at_work(stage: Stage, browser: Browser, login: str = "greet", role: str | None = None) -> Browser:
    account = await stage.account(login)

    def work(session: Session) -> str:
        from storage.tables import Staff

        staff = session.get_one(Staff, account.id)
        staff.role = role or staff.role
        return open_door(session, account.id, stage.now)

    browser.client.session.cookie_jar.update_cookies({"opstap-staff": await stage.ledger.write(work)})
    return browser


async def own_case(stage: Stage, coach: str = "greet") -> str:
    case = await stage.case()
    await stage.ledger.write(lambda session: setattr(session.get_one(Case, case), "coach", coach))
    return case


async def bring(browser: Browser, case: str, name: str, content: bytes, tier: str = "B", token: str = "") -> Browser:
    form = FormData(quote_fields=False)
    form.add_field("form_token", token or form_token(browser.cookie()))
    form.add_field("tier", tier)
    form.add_field("file", BytesIO(content), filename=name, content_type="text/html")
    path, sent = f"/staff/cases/{case}/files", {"Sec-Fetch-Site": "same-origin"}
    return await browser._took(await browser.client.post(path, data=form, headers=sent))


async def actions(stage: Stage, subject: str) -> list[str]:
    query = select(Audit.action).where(Audit.subject == subject).order_by(col(Audit.id))
    return await stage.ledger.read(lambda session: list(session.exec(query)))


async def test_a_coach_writes_a_note_changes_it_for_a_while_and_then_only_adds_to_it(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        await coach.send("/notes", text=SAID, tier="B")
        assert SAID in coach.html
        note = await stage.ledger.read(lambda session: session.exec(select(CaseNote)).one())
        assert SAID.encode() not in note.sealed
        await coach.send(f'/notes/{note.id}"', text="Belde met de school.")
        assert "Belde met de school." in coach.html
        assert SAID not in coach.html
        stage.later(seconds=EDITABLE.total_seconds())
        coach.html = coach.html.replace("&amp;", "&")
        await coach.send(f'/notes/{note.id}"', text="Te laat.")
        assert 'role="alert"' in coach.html
        assert "Te laat." not in coach.html
        await coach.send("/more", text="En nog iets.")
        assert "En nog iets." in coach.html
        assert "Belde met de school." in coach.html
        assert await stage.ledger.read(verify) == []


async def test_a_colleague_does_not_change_a_note_of_somebody_else(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        await coach.send("/notes", text=SAID, tier="B")
        form = coach.html
        colleague = await (await at_work(stage, await opened(), "yusuf")).open(f"/staff/cases/{case}")
        assert SAID in colleague.html
        note = await stage.ledger.read(lambda session: session.exec(select(CaseNote)).one())
        assert f'/notes/{note.id}"' not in colleague.html
        colleague.html = form.replace(form_token(coach.cookie()), form_token(colleague.cookie()))
        await colleague.send(f'/notes/{note.id}"', text="Van mij.")
        assert "Van mij." not in colleague.html


async def test_a_note_is_read_by_who_may_read_its_tier(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        for tier in "ABC":
            await coach.send("/notes", text=f"voor {tier}", tier=tier)
        assert all(f"voor {tier}" in coach.html for tier in "ABC")
        other = await (await at_work(stage, await opened(), "yusuf")).open(f"/staff/cases/{case}")
        assert [tier for tier in "ABC" if f"voor {tier}" in other.html] == ["A", "B"]
        broker = await (await at_work(stage, await opened(), role="job_broker")).open(f"/staff/cases/{case}")
        assert broker.status == 404
        await stage.ledger.write(lambda session: setattr(session.get_one(Case, case), "kind", "company"))
        await broker.open(f"/staff/cases/{case}")
        assert [tier for tier in "ABC" if f"voor {tier}" in broker.html] == ["A"]
        await broker.send("/notes", text="stiekem", tier="B")
        assert "stiekem" not in broker.html


async def test_a_task_is_made_stands_on_today_is_late_done_and_opened_again(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        await coach.send("/tasks", title="Bel de opvang", due_on="2027-03-25", owner="greet", tier="B")
        assert "Bel de opvang" in coach.html
        assert "Bel de opvang" in (await coach.open("/staff/")).html
        assert 'class="trouble"' not in coach.html
        stage.later(days=2)
        await at_work(stage, coach)
        assert 'class="trouble"' in (await coach.open("/staff/")).html
        assert "Bel de opvang" not in (await (await at_work(stage, await opened(), "yusuf")).open("/staff/")).html
        await coach.send("/done")
        assert "Bel de opvang" not in coach.html
        await (await coach.open(f"/staff/cases/{case}")).send("/open")
        assert "Bel de opvang" in (await coach.open("/staff/")).html
        steps = await stage.ledger.read(lambda s: [row.change for row in s.exec(select(CaseTaskStep))])
        assert sorted(steps) == ["done", "made", "reopened"]


async def test_of_two_who_do_a_task_one_is_told_that_it_has_changed(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        await coach.send("/tasks", title="Bel de opvang", owner="", tier="A")
        colleague = await (await at_work(stage, await opened(), "yusuf")).open(f"/staff/cases/{case}")
        await coach.send("/done")
        await colleague.send("/done")
        assert 'role="status"' in colleague.html
        task = await stage.ledger.read(lambda session: session.exec(select(CaseTask)).one())
        assert (task.state, task.version, task.done_by) == ("done", 2, (await stage.account("greet")).actor)


async def test_a_file_is_sealed_named_safely_and_given_out_as_something_to_keep(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        await bring(coach, case, "../Attest van Ł\u202eukasz.exe", PNG)
        file = await stage.ledger.read(lambda session: session.exec(select(CaseDocument)).one())
        kept = await stage.ledger.read(lambda session: session.get_one(CaseDocumentContent, file.id))
        assert PNG not in kept.sealed
        assert "Attest van Łukasz.png" in coach.html
        answer = await coach.client.get(f"/staff/cases/{case}/files/{file.id}")
        assert await answer.read() == PNG
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert "%C5%81ukasz.png" in answer.headers["Content-Disposition"]
        assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert await actions(stage, file.id) == ["file.add", "file.read"]


def word_file(*more: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as package:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            package.writestr(name, "<x/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "taken"),
    [
        (b"%PDF-1.7 ...", True),
        (b"\xff\xd8\xff\xe0 jpeg", True),
        (word_file(), True),
        (word_file("word/vbaProject.bin"), False),
        (b"<html><script>alert(1)</script>", False),
        (b"MZ\x90\0", False),
        (b"PK\x03\x04 broken", False),
        (b"", False),
    ],
)
async def test_what_a_file_is_decides_its_content_not_its_name(stage: Stage, content: bytes, taken: bool) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        await bring(coach, case, "attest.pdf", content)
        assert coach.status == 200
        assert ('role="alert"' in coach.html) is not taken
        kept = await stage.ledger.read(lambda session: session.exec(select(CaseDocument.mime)).all())
        assert len(kept) == taken
        assert DOCX not in kept or "attest.docx" in coach.html


async def test_a_file_over_the_limit_and_a_form_that_is_not_ours_are_refused(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        await bring(coach, case, "groot.png", PNG + bytes(10 * 1024 * 1024))
        assert 'role="alert"' in coach.html
        assert (await bring(coach, case, "attest.png", PNG, token="forged")).status == 403
        assert await stage.ledger.read(lambda session: session.exec(select(CaseDocument)).all()) == []


async def test_a_file_only_for_the_coach_of_the_case_is_not_there_for_others(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        await bring(coach, case, "attest.png", PNG, tier="C")
        file = await stage.ledger.read(lambda session: session.exec(select(CaseDocument)).one())
        other = await at_work(stage, await opened(), "yusuf")
        assert (await other.client.get(f"/staff/cases/{case}/files/{file.id}")).status == 404
        assert "attest.png" not in (await other.open(f"/staff/cases/{case}")).html
        await coach.open(f"/staff/cases/{case}")
        await coach.send("/remove")
        assert (await coach.client.get(f"/staff/cases/{case}/files/{file.id}")).status == 404


async def test_the_print_and_the_pdf_hold_what_the_reader_sees_and_are_audited(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        await coach.send("/notes", text=SAID, tier="C")
        await coach.open(f"/staff/cases/{case}/print")
        for part in ("Samira", SAID, "Mijn kinderen", ORGANISATIONS[HERE].name):
            assert part in coach.html
        other = await (await at_work(stage, await opened(), "yusuf")).open(f"/staff/cases/{case}/print")
        assert "Samira" in other.html
        assert SAID not in other.html
        answer = await coach.client.get(f"/staff/cases/{case}/dossier.pdf")
        assert (await answer.read()).startswith(b"%PDF-")
        assert "attachment" in answer.headers["Content-Disposition"]
    told = await actions(stage, case)
    assert told.count("case.print") == 2
    assert told.count("case.pdf") == 1


async def test_who_is_erased_leaves_no_note_task_or_file(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        await coach.send("/notes", text=SAID, tier="B")
        await coach.send("/more", text="En nog iets.")
        await coach.send("/tasks", title="Bel de opvang", owner="", tier="A")
        await bring(coach, case, "attest.png", PNG)

    def work(session: Session) -> list[object]:
        erase(session, session.get_one(Case, case).person_id, stage.now)
        tables = (CaseNote, CaseTask, CaseTaskStep, CaseDocument, CaseDocumentContent)
        return [row for table in tables for row in session.exec(select(table))]

    assert await stage.ledger.write(work) == []
    assert await stage.ledger.read(verify) == []


async def test_the_timeline_has_it_all_the_newest_first_and_goes_on_page_by_page(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        for number in range(30):
            stage.later(minutes=1)
            await coach.send("/notes", text=f"regel-{number}-", tier="A")
        timeline = coach.html.split('id="timeline"')[1]
        assert "regel-29-" in timeline
        assert "regel-4-" not in timeline
        older = timeline.split('href="?before=')[1].split("#")[0]
        await coach.open(f"/staff/cases/{case}?before={older}")
        timeline = coach.html.split('id="timeline"')[1]
        assert "regel-4-" in timeline
        assert "regel-29-" not in timeline
        assert timeline.index("regel-4-") < timeline.index("regel-3-")
        assert (await coach.open(f"/staff/cases/{case}?before=nonsense")).status == 404


async def test_an_open_page_that_renews_itself_does_not_fill_the_audit(stage: Stage) -> None:
    case = await own_case(stage)
    async with stage.serve() as opened:
        coach = await (await at_work(stage, await opened())).open(f"/staff/cases/{case}")
        for _ in range(3):
            (await coach.client.get(f"/staff/cases/{case}", headers={"HX-Request": "true"})).close()
        assert (await actions(stage, case)).count("case.read") == 1
        stage.later(minutes=31)
        await at_work(stage, coach)
        (await coach.client.get(f"/staff/cases/{case}", headers={"HX-Request": "true"})).close()
        assert (await actions(stage, case)).count("case.read") == 2


def test_a_note_can_be_changed_for_a_quarter_of_an_hour() -> None:
    assert timedelta(minutes=15) == EDITABLE
