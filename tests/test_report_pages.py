"""The page of reports over HTTP: what is chosen is shown, hidden is hidden everywhere, and it can be taken along."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlmodel import Session, select

from casework.door.api_tokens import new_api_token
from casework.figures.chart import Bars, Chart, draw
from casework.figures.report_counting import publish
from casework.figures.report_files import Sheet, as_csv, as_xlsx
from storage.ledger import open_ledger
from storage.tables import Audit, CatalogueEntry, ReportCell
from tests.report_crowd import crowd
from tests.staff_stage import HERE, NOW, Browser, Stage

LEAD, COORDINATOR, BROKER = "team_lead", "coordinator", "job_broker"
EVERY = ("intakes", "cases", "visits", "referrals", "signups", "first_steps", "guidance", "questions")


@asynccontextmanager
async def counted(people: int = 400, role: str = LEAD) -> AsyncIterator[tuple[Stage, Browser]]:
    """A signed-in browser over an organisation whose reports have been counted."""
    ledger = await open_ledger("sqlite://")
    stage = Stage(ledger)
    await stage.staff()

    def work(session: Session) -> None:
        entry = CatalogueEntry(
            id="entry",
            organisation=HERE,
            kind="offer",
            title={"nl": "Budgethulp"},
            sensitive=True,
            changed_at=NOW,
            changed_by="file",
        )
        session.add(entry)
        publish(session, HERE, crowd(people, NOW), Counter(), NOW)

    await ledger.write(work)
    login = await with_role(stage, role)
    try:
        async with stage.serve() as new_browser:
            yield stage, await (await new_browser()).sign_in(login)
    finally:
        await ledger.close()


async def with_role(stage: Stage, role: str) -> str:
    """The login of the first account, which gets this role."""
    from storage.tables import Staff

    def work(session: Session) -> str:
        staff = session.exec(select(Staff).where(Staff.organisation == HERE).order_by(Staff.login)).first()
        assert staff is not None
        staff.role = role
        return staff.login

    return await stage.ledger.write(work)


def numbers(html: str) -> list[list[str]]:
    body = re.search(r"<tbody.*?</tbody>", html, re.S)
    assert body is not None
    rows = re.findall(r"<tr.*?</tr>", body[0], re.S)
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        for row in rows
    ]


async def test_the_first_report_is_the_intakes_of_the_latest_year_by_month() -> None:
    async with counted() as (_, browser):
        await browser.open("/staff/reports")
        rows = numbers(browser.html)
        assert [row[0] for row in rows][:2] == ["januari", "februari"]
        assert rows[-1][:2] == ["Whole year", "400"]


@pytest.mark.parametrize("report", EVERY)
async def test_every_report_can_be_split_by_everything_it_offers(report: str) -> None:
    async with counted() as (_, browser):
        await browser.open(f"/staff/reports?report={report}")
        choices = re.search(r'<select id="split".*?</select>', browser.html, re.S)
        assert choices is not None
        for split in re.findall(r'value="(\w+)"', choices[0]):
            await browser.open(f"/staff/reports?report={report}&year=2026&split={split}")
            assert browser.status == 200
            assert f'value="{split}" selected' in browser.html
            assert numbers(browser.html)


async def test_chart_table_and_file_have_the_same_numbers() -> None:
    async with counted() as (_, browser):
        asked = "report=visits&year=2026&split=municipality"
        await browser.open(f"/staff/reports?{asked}")
        rows, svg = numbers(browser.html), re.search(r"<svg.*?</svg>", browser.html, re.S)
        assert svg is not None
        await browser.open(f"/staff/reports.csv?{asked}")
        lines = list(csv.reader(io.StringIO(browser.html.removeprefix("\ufeff"))))[1:]
        assert [[cell.replace("· hidden", "·") for cell in row] for row in rows] == lines
        drawn = re.findall(r"<text[^>]*>([^<]*)</text>", svg[0])
        assert all(line[1] in drawn or line[1] == "·" for line in lines[:-1])


async def test_what_is_hidden_stands_nowhere() -> None:
    async with counted(30) as (stage, browser):
        asked = "report=intakes&year=2026&split=before"
        await browser.open(f"/staff/reports?{asked}")
        rows = {row[0]: row for row in numbers(browser.html)}

        def hidden(session: Session) -> set[str]:
            query = select(ReportCell).where(ReportCell.split == "before", ReportCell.measure == "begun")
            return {cell.value for cell in session.exec(query) if cell.report == "intakes" and cell.hidden}

        values = await stage.ledger.read(hidden) - {"unknown"}
        assert values
        assert all(rows[value][1] == "· hidden" for value in values)


async def test_a_merger_is_seen_from_both_sides() -> None:
    async with counted(4000) as (_, browser):
        await browser.open("/staff/reports?report=intakes&year=2026&split=municipality")
        assert "Tongeren-Borgloon" in {row[0] for row in numbers(browser.html)}
        await browser.open("/staff/reports?report=intakes&year=2026&split=before")
        assert {"Borgloon", "Kortessem"} <= {row[0] for row in numbers(browser.html)}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "svg", "png"])
async def test_a_report_is_taken_along_and_the_audit_knows(kind: str) -> None:
    async with counted() as (stage, browser):
        response = await browser.client.get(f"/staff/reports.{kind}?report=cases&year=2026&split=quarter")
        content = await response.read()
        begins = {"csv": b"\xef\xbb\xbfQuarter", "xlsx": b"PK", "svg": b"<svg", "png": b"\x89PNG"}[kind]
        assert content.startswith(begins)
        assert f"opstap-cases-2026-quarter.{kind}" in response.headers["Content-Disposition"]
        actions = await stage.ledger.read(lambda session: session.exec(select(Audit.action)).all())
        assert "report.export" in actions


async def test_who_may_not_see_barriers_sees_no_question_about_them_and_no_sensitive_offer() -> None:
    async with counted(role=COORDINATOR) as (_, browser):
        await browser.open("/staff/reports?report=questions&year=2026&split=question")
        assert [row[0] for row in numbers(browser.html)] == ["Naam"]
        await browser.open("/staff/reports?report=referrals&year=2026&split=entry")
        assert "Budgethulp" not in browser.html
    async with counted() as (_, browser):
        await browser.open("/staff/reports?report=questions&year=2026&split=question")
        assert [row[0] for row in numbers(browser.html)] == ["Naam", "Wat is moeilijk"]
        await browser.open("/staff/reports?report=referrals&year=2026&split=entry")
        assert "Budgethulp" in browser.html


async def test_who_has_no_right_to_reports_finds_none() -> None:
    async with counted(role=BROKER) as (_, browser):
        assert (await browser.open("/staff/reports")).status == 404


async def test_before_the_first_count_the_page_says_so() -> None:
    async with counted(0) as (_, browser):
        await browser.open("/staff/reports")
        assert "counted every night" in browser.html


@pytest.mark.parametrize(
    "asked", ["report=nonsense", "year=99999", "year=²", "split=barriers", "report=questions&year=all"]
)
async def test_an_address_that_makes_no_sense_shows_what_makes_sense(asked: str) -> None:
    async with counted() as (_, browser):
        assert (await browser.open(f"/staff/reports?{asked}")).status == 200


async def test_all_years_are_lines_without_a_sum() -> None:
    async with counted() as (_, browser):
        await browser.open("/staff/reports?report=intakes&year=all")
        assert [row[0] for row in numbers(browser.html)] == ["2026"]


def test_no_cell_is_a_formula() -> None:
    found = Sheet("Title", (), ("Offer", "Number"), (("=HYPERLINK(1)", 5), ("+1", 6)))
    assert "'=HYPERLINK(1),5" in as_csv(found)
    with zipfile.ZipFile(io.BytesIO(as_xlsx(found))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert b"=HYPERLINK(1)" in book.read("xl/sharedStrings.xml")


def test_a_label_cannot_break_out_of_the_drawing() -> None:
    svg = draw(Chart("<b>", "&", ("Begun",), [Bars("</text><script>", (5,)), Bars("Alken", (None,))], "hidden"))
    assert "<script>" not in svg
    assert "style=" not in svg
    assert "hidden" in svg


async def test_another_system_reads_the_same_numbers_with_its_scope() -> None:
    async with counted() as (stage, browser):
        secret = await stage.ledger.write(lambda s: new_api_token(s, HERE, "press", NOW, ("reports:read",)))
        call = {"Authorization": f"Bearer {secret}"}
        response = await browser.client.get("/api/v1/reports/visits?year=2026&split=quarter", headers=call)
        found = await response.json()
        await browser.open("/staff/reports?report=visits&year=2026&split=quarter")
        page = {row[0]: row[1] for row in numbers(browser.html)}
        assert [line["value"] for line in found["lines"]] == ["1", "2", "3", "4"]
        assert str(found["total"]["numbers"]["visits"]) == page["Whole year"] == "400"
        response = await browser.client.get("/api/v1/reports/visits?year=2026&split=channel", headers=call)
        assert (response.status, (await response.json())["place"]) == (400, ["split"])
        response = await browser.client.get("/api/v1/reports/questions?year=2026", headers=call)
        assert [line["value"] for line in (await response.json())["lines"]] == ["first_name"]
        other = await stage.ledger.write(lambda s: new_api_token(s, HERE, "cases", NOW))
        response = await browser.client.get("/api/v1/reports/visits", headers={"Authorization": f"Bearer {other}"})
        assert response.status == 403
