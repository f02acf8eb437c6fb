"""Nothing of another organisation is read or changed by any call of the API, and nothing stays of who tried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlmodel import SQLModel

from staff.api import OPERATIONS
from storage.ledger import Ledger
from tests.api_stage import ApiStage, open_api, token
from tests.api_world import BESIDE, CAMPAIGN, WITH_CHEQUES, of_every_sort
from tests.catalogue_stage import ABOUT, TITLE
from tests.local_work_stage import POT
from tests.staff_stage import ELSEWHERE, ORGANISATIONS


@pytest.fixture
async def with_pots(sound_ledger: Ledger) -> AsyncIterator[ApiStage]:
    async with open_api(sound_ledger, WITH_CHEQUES) as opened:
        yield opened


async def test_what_is_of_another_organisation_is_nowhere(with_pots: ApiStage) -> None:
    api, mine = with_pots, await with_pots.stage.case()
    ids = await of_every_sort(api, mine)
    theirs = next(iter(ORGANISATIONS[ELSEWHERE].coaches))
    bodies: dict[str, Any] = {
        "acceptCase": {"coach": theirs},
        "giveCase": {"coach": theirs},
        "revokeCase": {"reason": "double"},
        "takeTalk": {"coach": theirs},
        "writeLine": {"coach": theirs, "text": "Dag!"},
        "leaveTalk": {"coach": theirs},
        "noteSessionOutcome": {"outcome": "hired"},
        "setAside": {"offer": ids["offers"], "reason": "has_it"},
        "bringBack": {"offer": ids["offers"]},
        "confirmMatch": {"worker": ids["worker"]},
        "beginChores": {"day": "2027-02-15", "sent_by": "job_service"},
        "stopChores": {"day": "2027-03-24"},
        "noteHours": {"month": "2027-03", "hours": 7, "version": 0},
        "changeCampaign": CAMPAIGN,
        "agreeOnStep": {"text": "Bel de crèche."},
        "changeStep": {"text": "Bel de crèche."},
        "tellStep": {"change": "finish"},
        "changeCompanyVisit": {"day": "2027-03-24", "how": "call"},
        "addVacancy": {"titles": {"nl": "Kok", "fr": "Cuisinier"}},
        "changeVacancy": {"titles": {"nl": "Kok", "fr": "Cuisinier"}},
        "declineCase": {"reason": "no_room"},
        "noteOutcome": {"outcome": "work"},
        "moveAppointment": {"slot": "20270329T0900-greet"},
        "enrol": {"case": mine},
        "notePresence": {"attended": True},
        "noteSynced": {"status": "synced"},
        "writeNote": BESIDE["notes"],
        "changeNote": BESIDE["notes"],
        "addToNote": BESIDE["notes"],
        "makeTask": BESIDE["tasks"],
        "changeTask": BESIDE["tasks"],
        "addFile": BESIDE["files"],
        "changeOffer": {"kind": "offer", "title": TITLE, "about": ABOUT},
        "changePartner": {"name": "Loket"},
        "changeReferral": {"change": "agree", "spoken": True},
    }
    queries = {"listReplies": f"?coach={theirs}"}
    before = await everything(api)
    api.token = await token(api.stage, organisation=ELSEWHERE)
    for operation in OPERATIONS:
        if "{id}" in operation.path:
            folder = operation.path.partition("/{id}")[0].rpartition("/")[2]
            path = operation.path.replace("{id}", ids.get(folder, "0")) + queries.get(operation.id, "")
            body = bodies.get(operation.id, {} if operation.body else None)
            answer = await api.call(operation.method, path, body, If_Match="*")
            assert answer.status == 404, operation.id
    booked = await api.call("POST", "/appointments", {"case": mine, "slot": "20270329T0900-greet"})
    assert booked.status == 404
    await api.post("/referrals", {"case": mine, "offer": ids["offers"]}, 404)
    await api.post("/cheques", {"case": ids["cases"], "pot": POT.id}, 404)
    for path in ("appointments", "cases", "webhooks", "referrals", "offers", "partners", "figures", "campaigns"):
        assert (await api.get(f"/{path}"))[path] == [], path
    for path in ("workers", "requests"):
        assert (await api.get(f"/local_work/{path}"))[path] == []
    assert [pot["cheques"] for pot in (await api.get("/cheques"))["pots"]] == [[]]
    assert await everything(api) == before


async def everything(api: ApiStage) -> list[tuple[Any, ...]]:
    """Every row of what calls can change, but for the lines about the calls themselves."""
    calls = {"audit", "api_token", "api_call"}

    def work(session: Any) -> list[tuple[Any, ...]]:
        tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in calls]
        return [(table.name, *row) for table in tables for row in session.connection().execute(table.select())]

    return await api.stage.ledger.read(work)
