"""Something of every sort that the API knows, of one organisation, by the folders of its addresses."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from storage.tables import WebhookEvent
from tests.api_stage import ApiStage
from tests.catalogue_stage import Shop
from tests.local_work_stage import ASKS, Counter, Workshop, with_cheques
from tests.staff_stage import ELSEWHERE, HERE

WITH_CHEQUES = {id: with_cheques(organisation=id) for id in (HERE, ELSEWHERE)}
"""Two houses that have cheques."""
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
