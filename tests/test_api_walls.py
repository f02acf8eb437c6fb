"""Nothing of another organisation is read or changed by any call of the API, and nothing stays of who tried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from staff.api import OPERATIONS
from storage.ledger import open_ledger
from storage.tables import WebhookEvent
from storage.verify import verify
from tests.api_stage import ApiStage, open_api, token
from tests.catalogue_stage import ABOUT, TITLE, Shop
from tests.local_work_stage import ASKS, POT, Counter, Workshop, with_cheques
from tests.staff_stage import ELSEWHERE, HERE, ORGANISATIONS

HOOK = {"name": "Zaaksysteem", "address": "https://8.8.8.8/hook"}
FIGURE = {"kind": "note", "name": "Kickstart", "year": 2026, "about": "Begun in May."}
CAMPAIGN = {"name": "Voorjaar", "texts": {"nl": "Er is een open dag.", "fr": "Il y a une journée ouverte."}}
BESIDE: dict[str, dict[str, str]] = {
    "notes": {"text": "Called the crèche."},
    "tasks": {"title": "Call the crèche"},
    "files": {"name": "paper.pdf", "content": "JVBERi0xLjcK"},
}


async def of_every_sort(api: ApiStage, case: str) -> dict[str, str]:
    """Something of our own, by the folder of the API's addresses; that of ``case`` belongs to it."""
    visit = await api.book(case)
    hook = await api.post("/webhooks", HOOK, 201)
    await api.stage.case()
    event = await api.stage.ledger.read(lambda s: s.exec(select(WebhookEvent)).one().id)
    beside = {sort: await api.post(f"/cases/{case}/{sort}", body, 201) for sort, body in BESIDE.items()}
    furnished, shop = await Shop(api.stage).furnish(case, None), Workshop(api.stage)
    worker, request = await shop.begins(date(2027, 2, 15)), await shop.case(ASKS)
    await shop.confirms(request, (await shop.worker(worker)).id)
    match = (await api.get(f"/local_work/people/{worker}"))["matches"][0]["id"]
    return {
        **{sort: made["id"] for sort, made in beside.items()},
        "cases": case,
        "appointments": visit,
        "webhooks": hook["id"],
        "events": event,
        "offers": furnished["catalogue entry"],
        "partners": furnished["catalogue partner"],
        "referrals": furnished["cases referral"],
        "people": worker,
        "requests": request,
        "matches": match,
        "worker": (await shop.worker(worker)).id,
        "cheques": await Counter(api.stage).asked(),
        "steps": (await api.post(f"/cases/{case}/steps", {"text": "Bel de crèche."}, 201))["id"],
        "figures": (await api.post("/figures", FIGURE))["id"],
        "campaigns": (await api.post("/campaigns", CAMPAIGN, 201))["id"],
        "places": "sint-truiden",
        "coaches": "elke",
    }


@pytest.fixture
async def with_pots() -> AsyncIterator[ApiStage]:
    """Two houses that have cheques."""
    ledger = await open_ledger("sqlite://")
    houses = {id: with_cheques(organisation=id) for id in (HERE, ELSEWHERE)}
    async with open_api(ledger, houses) as opened:
        yield opened
    assert await ledger.read(verify) == []
    await ledger.close()


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
