"""Figures from elsewhere and who came by: entered with a source, corrected, added up, taken along, audited."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from casework.door.accounts import Account
from casework.figures.outside_figures import (
    Entered,
    Misentered,
    enter,
    figures,
    jobs_in_all,
    summed,
    take_out,
)
from storage.ledger import Ledger, open_ledger
from storage.tables import Audit, OutsideFigure
from tests.staff_stage import ELSEWHERE, HERE, NOW, Browser, Stage
from tests.test_report_pages import with_role

JOBS = Entered("jobs", "Trajet de création", "2021", "2514", "jobs", "jaarverslag 2022")
RATE = Entered("indicator", "Participation", "2021", "67,5", "%", "Statbel")
NOTE = Entered("note", "Visie", "2027", about="Een nieuwe samenwerking met de buren.")
LEAD = Account("lead", HERE, "lead", "Lead", "team_lead", "lead", "nl")
OTHER = Account("other", ELSEWHERE, "other", "Other", "team_lead", "other", "nl")


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    opened = await open_ledger("sqlite://")
    yield opened
    await opened.close()


@asynccontextmanager
async def console(ledger: Ledger, role: str = "team_lead") -> AsyncIterator[Browser]:
    stage = Stage(ledger)
    await stage.staff()
    login = await with_role(stage, role)
    async with stage.serve() as new_browser:
        yield await (await new_browser()).sign_in(login)


ENTER, COUNT = 'action="/staff/figures"', 'action="/staff/walk-ins"'


def form(entered: Entered, version: int = 0) -> dict[str, str]:
    names = ("kind", "name", "year", "number", "unit", "source", "about")
    return {"version": str(version), **{name: getattr(entered, name) for name in names}}


async def test_what_is_entered_stands_in_the_list_and_beside_the_reports_of_its_year(ledger: Ledger) -> None:
    async with console(ledger) as browser:
        for each in (JOBS, RATE, NOTE):
            await (await browser.open("/staff/figures")).send(ENTER, None, **form(each))
            assert "Kept." in browser.html
        assert "2.514" in browser.html
        assert "67,5" in browser.html
        await browser.open("/staff/figures.csv")
        assert "Trajet de création" in browser.html
        await browser.open("/staff/reports?year=2021")
        assert "Participation" in browser.html
        assert "samenwerking" not in browser.html
    actions = await ledger.read(lambda session: list(session.exec(select(Audit.action))))
    assert actions.count("figure.enter") == 3
    assert "figure.export" in actions


async def test_a_figure_without_a_source_is_not_kept_and_what_was_typed_stays(ledger: Ledger) -> None:
    async with console(ledger) as browser:
        await browser.open("/staff/figures")
        await browser.send(ENTER, None, **{**form(RATE), "source": "", "number": "veel"})
        assert browser.status == 422
        assert 'value="Participation"' in browser.html
        assert browser.html.count('role="alert"') == 2
    assert await ledger.read(lambda session: session.exec(select(OutsideFigure)).all()) == []


@pytest.mark.parametrize(("role", "opens", "enters"), [("coach", True, False), ("job_broker", False, False)])
async def test_who_sees_reports_reads_figures_and_few_enter_them(
    ledger: Ledger, role: str, opens: bool, enters: bool
) -> None:
    async with console(ledger, role) as browser:
        await browser.open("/staff/figures")
        assert (browser.status == 200) is opens
        assert (ENTER in browser.html) is enters


async def test_of_two_who_correct_a_figure_at_once_one_is_told_so(ledger: Ledger) -> None:
    def work(session: Session) -> list[str]:
        return [enter(session, LEAD, JOBS, seen, NOW) for seen in (0, 0, 1, 1)]

    assert await ledger.write(work) == ["done", "changed", "done", "changed"]
    assert len(await ledger.read(lambda session: figures(session, HERE))) == 1
    assert len(await ledger.read(lambda session: session.exec(select(OutsideFigure)).all())) == 2


async def test_what_is_taken_out_is_gone_and_its_history_stays(ledger: Ledger) -> None:
    def work(session: Session) -> tuple[str, str, str]:
        enter(session, LEAD, JOBS, 0, NOW)
        session.flush()
        id = session.exec(select(OutsideFigure.id)).one()
        return (
            take_out(session, OTHER, (id, 1), NOW),
            take_out(session, LEAD, (id, 1), NOW),
            take_out(session, LEAD, (id, 1), NOW),
        )

    assert await ledger.write(work) == ("missing", "done", "changed")
    assert await ledger.read(lambda session: figures(session, HERE)) == []
    assert len(await ledger.read(lambda session: session.exec(select(OutsideFigure)).all())) == 2
    assert await ledger.write(lambda session: enter(session, LEAD, JOBS, 2, NOW)) == "done"


async def test_nothing_of_another_organisation_is_there(ledger: Ledger) -> None:
    await ledger.write(lambda session: enter(session, OTHER, JOBS, 0, NOW))
    assert await ledger.read(lambda session: figures(session, HERE)) == []


async def test_jobs_of_a_programme_are_added_up_over_the_years(ledger: Ledger) -> None:
    def work(session: Session) -> None:
        for name, year, number in (("A", "2020", "10"), ("A", "2022", "5"), ("A", "2021", "7"), ("B", "2021", "100")):
            enter(session, LEAD, Entered("jobs", name, year, number, source="x"), 0, NOW)
        enter(session, LEAD, RATE, 0, NOW)

    await ledger.write(work)
    found = await ledger.read(lambda session: figures(session, HERE))
    so_far = {(each.figure.name, each.figure.year): each.so_far for each in summed(found)}
    assert [so_far["A", year] for year in (2020, 2021, 2022)] == [1000, 1700, 2200]
    assert so_far["B", 2021] == 10_000
    assert so_far["Participation", 2021] is None
    assert jobs_in_all(found) == 12_200


@given(st.integers(-999_999_999, 999_999_999))
def test_a_number_is_read_as_it_is_written(hundredths: int) -> None:
    from casework.figures.outside_figures import _hundredths

    sign, rest = "-" if hundredths < 0 else "", abs(hundredths)
    assert _hundredths(f"{sign}{rest // 100},{rest % 100:02}") == hundredths
    assert _hundredths(f"{sign}{rest // 100}.{rest % 100:02}") == hundredths


@pytest.mark.parametrize("typed", ["", "veel", "2.514", "1,2,3", "--3", "12345678"])
async def test_what_could_be_read_two_ways_is_asked_again(ledger: Ledger, typed: str) -> None:
    entered = Entered("indicator", "Participation", "2021", typed, source="x")
    with pytest.raises(Misentered) as problem:
        await ledger.write(lambda session: enter(session, LEAD, entered, 0, NOW))
    assert problem.value.flaws == ("number",)


async def test_the_front_desk_counts_who_comes_by(ledger: Ledger) -> None:
    async with console(ledger, "front_desk") as browser:
        await browser.open("/staff/walk-ins")
        place = browser.html.split('name="place" value="')[1].split('"')[0]
        for _ in range(2):
            await browser.send(COUNT)
        assert f'value="{place}"' in browser.html
        assert "<strong>2</strong>" in browser.html
        await browser.send(COUNT, back="yes")
        assert "<strong>1</strong>" in browser.html


async def test_what_people_name_is_taken_along_by_who_sees_reports(ledger: Ledger) -> None:
    async with console(ledger) as browser:
        await browser.open("/staff/catalogue/themes.csv")
        assert browser.status == 200
        assert "Theme" in browser.html
    assert "catalogue.gaps" in await ledger.read(lambda session: list(session.exec(select(Audit.action))))
