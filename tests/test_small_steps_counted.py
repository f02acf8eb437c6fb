"""Small steps as reports count them, and as other systems write and read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlmodel import Session

from casework.figures.hiding_small import COLUMNS
from casework.figures.report_cells import Cell
from casework.figures.report_counting import KINDS, count, keep_counts, kept
from casework.figures.reports import REPORTS
from casework.privacy.erasing import erase
from casework.steps.small_steps import MOST
from storage.ledger import Ledger
from storage.tables import CatalogueEntry, Referral, ReferralStep
from tests.api_stage import ApiStage, open_api, token
from tests.staff_stage import ELSEWHERE, HERE, Stage
from tests.steps_stage import CRECHE, DIPLOMA, agreed, person_of, says


@pytest.fixture
async def stage(sound_ledger: Ledger) -> Stage:
    stage = Stage(sound_ledger)
    await stage.staff()
    return stage


async def counted(stage: Stage) -> Counter[Cell]:
    def work(session: Session) -> Counter[Cell]:
        total: Counter[Cell] = Counter()
        for kind in KINDS:
            total.update(count(session, kind, HERE, "", stage.now).cells)
        return Counter({cell: number for cell, number in total.items() if cell.report == "steps"})

    return await stage.ledger.read(work)


async def test_each_person_counts_once_by_whether_a_step_was_done_in_time(stage: Stage) -> None:
    soon, late, never = [await stage.case() for _ in range(3)]
    first, other, later = await agreed(stage, soon), await agreed(stage, soon, DIPLOMA), await agreed(stage, late)
    await agreed(stage, never)
    await _begins(stage, soon, "programme-1")
    stage.later(days=20)
    await says(stage, soon, first, "finish")
    stage.later(days=2)
    await says(stage, soon, other, "finish")
    await says(stage, late, later, "finish")
    found = await counted(stage)
    everybody = {cell.measure: number for cell, number in found.items() if cell.split == "all"}
    assert everybody == {"people": 3, "in_time": 1, "done_later": 1, "none_done": 1}
    assert found[Cell("steps", 2027, "entry", "programme-1", "in_time")] == 1
    assert found[Cell("steps", 2027, "entry", "none", "people")] == 2
    assert found[Cell("steps", 2027, "month", "03", "people")] == 3
    columns = REPORTS["steps"].columns
    assert COLUMNS["steps"] == {columns[0]: columns[1:]}


async def test_who_is_erased_stays_in_the_numbers_and_nowhere_else(stage: Stage) -> None:
    case = await stage.case()
    step = await agreed(stage, case)
    await says(stage, case, step, "finish")
    before, person = await counted(stage), await person_of(stage, case)
    await stage.ledger.write(lambda session: keep_counts(session, person, stage.now))
    stays = await stage.ledger.read(lambda session: kept(session, HERE))
    assert {cell: number for cell, number in stays.items() if cell.report == "steps"} == before
    await stage.ledger.write(lambda session: erase(session, person, stage.now))
    assert await counted(stage) == Counter()


async def _begins(stage: Stage, case: str, entry: str) -> None:
    person = await person_of(stage, case)

    def work(session: Session) -> None:
        session.add(CatalogueEntry(id=entry, organisation=HERE, kind="programme", changed_at=stage.now, changed_by="x"))
        session.flush()
        about: dict[str, Any] = {
            "organisation": HERE,
            "case_id": case,
            "person_id": person,
            "entry_id": entry,
            "sealed": b"s",
        }
        yes: dict[str, Any] = {"agreed_at": stage.now, "agreed_how": "spoken", "agreed_with": "staff:x"}
        referral = Referral(**about, **yes, state="started", created_at=stage.now, updated_at=stage.now)
        session.add(referral)
        session.flush()
        began: dict[str, Any] = {"referral_id": referral.id, "version": 2, "change": "begin", "actor": "staff:x"}
        session.add(ReferralStep(organisation=HERE, **began, at=stage.now))

    await stage.ledger.write(work)


@pytest.fixture
async def api(sound_ledger: Ledger) -> AsyncIterator[ApiStage]:
    async with open_api(sound_ledger) as opened:
        yield opened


async def test_by_the_api_the_same_is_agreed_on_read_and_told(api: ApiStage) -> None:
    case = await api.stage.case()
    made = await api.post(f"/cases/{case}/steps", {"text": CRECHE, "by_day": "2027-04-01"}, status=201)
    assert (made["text"], made["who"], made["state"], made["late"]) == (CRECHE, "person", "open", False)
    step = f"/steps/{made['id']}"
    changed = await api.post(step, {"text": DIPLOMA, "who": "coach"}, If_Match='"1"')
    assert (changed["text"], changed["by_day"], changed["version"]) == (DIPLOMA, None, 2)
    await api.post(f"{step}/how", {"change": "finish"}, status=412, If_Match='"1"')
    done = await api.post(f"{step}/how", {"change": "finish"}, If_Match='"2"')
    assert [each["change"] for each in done["history"]] == ["agree", "reword", "finish"]
    await api.post(f"{step}/how", {"change": "stick"}, status=409, If_Match="*")
    assert [each["id"] for each in (await api.get(f"/cases/{case}/steps"))["steps"]] == [made["id"]]
    assert (await api.get(step))["state"] == "done"
    for _ in range(MOST):
        await api.post(f"/cases/{case}/steps", {"text": CRECHE}, status=201)
    await api.post(f"/cases/{case}/steps", {"text": CRECHE}, status=409)
    await api.post(f"/cases/{case}/steps", {"text": "x" * 81}, status=422)


async def test_a_token_reads_steps_by_their_own_scope_and_of_its_own_house(api: ApiStage) -> None:
    case = await api.stage.case()
    made = await api.post(f"/cases/{case}/steps", {"text": CRECHE}, status=201)
    api.token = await token(api.stage, "cases:read", "tasks:read", "notes:read", "barriers:read")
    assert (await api.call("GET", f"/cases/{case}/steps")).status == 403
    api.token = await token(api.stage, "steps:read")
    assert (await api.call("GET", f"/steps/{made['id']}")).status == 200
    assert (await api.call("POST", f"/cases/{case}/steps", {"text": CRECHE})).status == 403
    api.token = await token(api.stage, organisation=ELSEWHERE)
    assert (await api.call("GET", f"/steps/{made['id']}")).status == 404
    assert (await api.call("GET", f"/cases/{case}/steps")).status == 404
