"""What else reports count: who came by, who is under way in a programme, how soon something came of a talk."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

from casework.door.accounts import Account
from casework.figures.report_cells import Cell
from casework.figures.report_counting import KINDS, count, keep_counts, kept
from casework.figures.reports import Wanted, read_report
from casework.figures.walk_ins import count_walk_in, walk_ins_of
from storage.ledger import Ledger
from storage.tables import Audit, Case, CaseStep, CatalogueEntry, IntakeFact, Referral, ReferralStep, ReportCell
from tests.staff_stage import HERE, NOW, ORGANISATIONS, Stage

HOUSE = ORGANISATIONS[HERE]
PLACE = next(iter(HOUSE.places))
LAST_YEAR = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
async def stage(ledger: Ledger) -> Stage:
    stage = Stage(ledger)
    await stage.staff()
    return stage


async def counted(stage: Stage) -> Counter[Cell]:
    def work(session: Session) -> Counter[Cell]:
        total: Counter[Cell] = Counter()
        for kind in KINDS:
            total.update(count(session, kind, HERE, "", stage.now).cells)
        return total

    return await stage.ledger.read(work)


async def came_by(stage: Stage, account: Account, *each: tuple[str, int]) -> list[bool]:
    def work(session: Session) -> list[bool]:
        return [count_walk_in(session, HOUSE, account, one, stage.now) for one in each]

    return await stage.ledger.write(work)


async def test_who_comes_by_is_counted_at_a_place_and_taken_back_never_below_nobody(stage: Stage) -> None:
    greet = await stage.account("greet")
    came = [(PLACE, 1), (PLACE, 1), (PLACE, -1), (PLACE, -1), (PLACE, -1), ("nowhere", 1), (PLACE, 7), (PLACE, 1)]
    assert await came_by(stage, greet, *came) == [True, True, True, True, False, False, False, True]
    today = await stage.ledger.read(partial(walk_ins_of, organisation=HOUSE, day=NOW.date()))
    assert today[PLACE] == 1
    actions = Counter(await stage.ledger.read(lambda session: list(session.exec(select(Audit.action)))))
    assert (actions["walk_in.add"], actions["walk_in.take_back"]) == (3, 2)


async def test_each_who_came_by_is_one_in_the_month_and_at_the_place(stage: Stage) -> None:
    greet = await stage.account("greet")
    await came_by(stage, greet, *[(PLACE, 1)] * 6)
    stage.later(days=30)
    await came_by(stage, greet, (PLACE, 1))
    found = await counted(stage)
    assert found[Cell("walk_ins", 2027, "all", "", "walk_ins")] == 7
    assert found[Cell("walk_ins", 2027, "month", "03", "walk_ins")] == 6
    assert found[Cell("walk_ins", 2027, "site", PLACE, "walk_ins")] == 7


async def begun(stage: Stage, case: str, entry: str, at: datetime, ended: datetime | None = None) -> None:
    def work(session: Session) -> None:
        if session.get(CatalogueEntry, entry) is None:
            kind = "programme" if entry.startswith("programme") else "offer"
            session.add(CatalogueEntry(id=entry, organisation=HERE, kind=kind, changed_at=NOW, changed_by="file"))
            session.flush()
        referral = Referral(
            organisation=HERE,
            case_id=case,
            person_id=session.get_one(Case, case).person_id,
            entry_id=entry,
            state="done" if ended else "started",
            sealed=b"x",
            agreed_at=at,
            created_at=at,
            updated_at=ended or at,
        )
        session.add(referral)
        session.flush()
        step: dict[str, Any] = {
            "referral_id": referral.id,
            "version": 3,
            "change": "begin",
            "actor": "staff:x",
            "at": at,
        }
        session.add(ReferralStep(organisation=HERE, **step))

    await stage.ledger.write(work)


async def test_somebody_in_a_programme_counts_once_in_each_year_in_which_it_goes_on(stage: Stage) -> None:
    case = await stage.case()
    await begun(stage, case, "programme-a", LAST_YEAR)
    await begun(stage, case, "programme-a", LAST_YEAR + timedelta(days=9))
    await begun(stage, case, "programme-b", LAST_YEAR, ended=LAST_YEAR + timedelta(days=20))
    await begun(stage, case, "offer-c", LAST_YEAR)
    found = await counted(stage)
    people = {
        (cell.year, cell.value): number
        for cell, number in found.items()
        if cell[0] == "guidance" and cell[2] == "entry"
    }
    assert people == {(2026, "programme-a"): 1, (2027, "programme-a"): 1, (2026, "programme-b"): 1}
    assert found[Cell("guidance", 2026, "all", "", "people")] == 2


async def talk(stage: Stage, case: str, began: datetime) -> None:
    """What the nightly round notes of its conversation."""

    def work(session: Session) -> None:
        row = session.get_one(Case, case)
        whose: dict[str, Any] = {
            "conversation_id": row.conversation_id,
            "organisation": HERE,
            "person_id": row.person_id,
        }
        times: dict[str, Any] = {"began_at": began, "heard_at": began}
        session.add(IntakeFact(**whose, version=1, language="nl", channel="web", **times))

    await stage.ledger.write(work)


async def test_a_first_step_is_what_came_first_of_what_somebody_goes_on_with(stage: Stage) -> None:
    soon, late, never = [await stage.case() for _ in range(3)]
    for case in (soon, late, never):
        await talk(stage, case, LAST_YEAR)
    await begun(stage, soon, "offer-c", LAST_YEAR + timedelta(days=10))

    def outcomes(session: Session) -> None:
        for case, reason, days in ((soon, "work", 90), (late, "training", 57), (never, "stopped", 3)):
            at = LAST_YEAR + timedelta(days=days)
            facts: dict[str, Any] = {
                "version": 2,
                "change": "note_outcome",
                "actor": "staff:x",
                "reason": reason,
                "at": at,
            }
            session.add(CaseStep(organisation=HERE, case_id=case, **facts))

    await stage.ledger.write(outcomes)
    found = await counted(stage)
    told = {cell.measure: number for cell, number in found.items() if cell.report == "first_steps"}
    assert told == {"finished": 3, "two_weeks": 1, "past_eight": 1, "none_yet": 1}


async def test_who_is_erased_stays_counted_in_every_report(stage: Stage) -> None:
    case = await stage.case()
    await talk(stage, case, LAST_YEAR)
    await begun(stage, case, "programme-a", LAST_YEAR)
    before = await counted(stage)

    def erase(session: Session) -> Counter[Cell]:
        keep_counts(session, session.get_one(Case, case).person_id, stage.now)
        return kept(session, HERE)

    stays = await stage.ledger.write(erase)
    for report in ("guidance", "first_steps"):
        assert {cell: number for cell, number in stays.items() if cell.report == report} == {
            cell: number for cell, number in before.items() if cell.report == report
        }


async def test_sign_ups_and_who_came_by_stand_beside_each_other(stage: Stage) -> None:
    def work(session: Session) -> None:
        for report, measure, number in (("intakes", "finished", 0), ("walk_ins", "walk_ins", 9)):
            key: dict[str, Any] = {
                "organisation": HERE,
                "report": report,
                "year": 2027,
                "split": "site",
                "value": PLACE,
            }
            session.add(ReportCell(**key, measure=measure, count=number, hidden=not number))

    await stage.ledger.write(work)
    table = await stage.ledger.read(lambda s: read_report(s, HERE, Wanted("signups", 2027, "site")))
    assert [(row.value, row.numbers) for row in table.rows] == [(PLACE, (None, 9))]
