"""What other systems change by the API: compared before it is set, carried out once, and only within their scopes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlmodel import select

from casework.door.api_tokens import SCOPES
from casework.sessions.group_sessions import ends_at
from staff.api import OPERATIONS
from storage.ledger import Ledger
from storage.tables import Appointment, Audit, Case, WebhookEvent
from storage.verify import verify
from tests.api_stage import ApiStage, open_api, token
from tests.staff_stage import ELSEWHERE, ORGANISATIONS

ADDRESS = "https://8.8.8.8/hook"
HOOK = {"name": "Zaaksysteem", "address": ADDRESS}


@pytest.fixture
async def api(sqlite_ledger: Ledger) -> AsyncIterator[ApiStage]:
    async with open_api(sqlite_ledger) as opened:
        yield opened
    assert await sqlite_ledger.read(verify) == []


async def offered_to(api: ApiStage, coach: str) -> str:
    case = await api.stage.case()
    await api.stage.ledger.write(lambda session: setattr(session.get_one(Case, case), "coach", coach))
    return case


async def etag(api: ApiStage, path: str) -> str:
    return (await api.call("GET", path)).headers["ETag"]


async def test_a_case_is_accepted_for_a_coach_and_done(api: ApiStage) -> None:
    case = await api.stage.case()
    first = await etag(api, f"/cases/{case}")
    taken = await api.call("POST", f"/cases/{case}/accept", {"coach": "greet"}, If_Match=first)
    assert (taken.status, (await taken.json())["state"]) == (200, "accepted")
    assert (await taken.json())["coach"] == "greet"
    done = await api.post(f"/cases/{case}/done", {}, If_Match=taken.headers["ETag"])
    assert done["state"] == "done"
    rows = await api.stage.ledger.read(lambda s: [(row.actor[:4], row.action) for row in s.exec(select(Audit))])
    assert ("api:", "case.accept_for") in rows
    assert ("api:", "case.done") in rows


async def test_who_has_read_an_older_case_changes_nothing(api: ApiStage) -> None:
    case = await api.stage.case()
    first = await etag(api, f"/cases/{case}")
    await api.post(f"/cases/{case}/accept", {"coach": "greet"}, If_Match=first)
    problem = await api.post(f"/cases/{case}/done", {}, 412, If_Match=first)
    assert problem["remedy"] == "Read it again, decide anew, and send its new ETag."
    assert (await api.get(f"/cases/{case}"))["state"] == "accepted"


async def test_without_saying_what_was_read_nothing_is_changed(api: ApiStage) -> None:
    case = await api.stage.case()
    problem = await api.post(f"/cases/{case}/accept", {"coach": "greet"}, 428)
    assert problem["place"] == ["If-Match"]
    assert (await api.post(f"/cases/{case}/accept", {"coach": "greet"}, 412, If_Match="nonsense"))["status"] == 412


async def test_a_coach_declines_with_a_reason_and_only_what_was_offered(api: ApiStage) -> None:
    case = await offered_to(api, "greet")
    declined = await api.post(f"/cases/{case}/decline", {"reason": "no_room"}, If_Match="*")
    assert declined["coach"] is None
    await api.post(f"/cases/{case}/decline", {"reason": "no_room"}, 409, If_Match="*")
    await api.post(f"/cases/{case}/decline", {"reason": "because"}, 422, If_Match="*")


async def test_nobody_can_take_a_case_who_is_no_coach(api: ApiStage) -> None:
    case = await api.stage.case()
    problem = await api.post(f"/cases/{case}/accept", {"coach": "nobody"}, 422, If_Match="*")
    assert problem["place"] == ["coach"]


async def test_what_has_not_changed_is_not_sent_again(api: ApiStage) -> None:
    case = await api.stage.case()
    again = await api.call("GET", f"/cases/{case}", If_None_Match=await etag(api, f"/cases/{case}"))
    assert (again.status, await again.text()) == (304, "")


async def test_the_list_is_filtered_by_coach_and_language(api: ApiStage) -> None:
    case = await offered_to(api, "greet")
    await api.stage.case()
    assert [each["id"] for each in (await api.get("/cases?coach=greet"))["cases"]] == [case]
    assert (await api.get("/cases?language=fr"))["cases"] == []


async def test_without_the_scope_for_it_no_name_and_no_address_of_a_person_is_told(api: ApiStage) -> None:
    case = await api.stage.case()
    api.token = await token(api.stage, "cases:read", "answers:read", "barriers:read")
    person = await api.get(f"/cases/{case}/person")
    ways = [{"channel": "web", "state": "open"}]
    told = {"language": "nl", "quiet": False, "channels": ["web"], "ways": ways, "contact": None, "consents": []}
    assert person == told


async def test_a_case_is_exported_in_the_words_of_the_standard(api: ApiStage) -> None:
    case = await offered_to(api, "greet")
    export = await api.get(f"/cases/{case}/export")
    assert export["klantcontact"]["kanaal"] == "web"
    assert export["klantcontact"]["taal"] == "nld"
    assert export["actor"]["actoridentificator"]["objectId"] == "greet"
    assert (export["internetaak"]["status"], export["internetaak"]["afgehandeldOp"]) == ("te_verwerken", None)
    assert export["opstap"]["answers"] == {"first_name": "Samira", "barriers": ["childcare", "money"]}
    await api.post(f"/cases/{case}/accept", {"coach": "greet"}, If_Match="*")
    await api.post(f"/cases/{case}/done", {}, If_Match="*")
    assert (await api.get(f"/cases/{case}/export"))["internetaak"]["status"] == "verwerkt"
    read = await api.stage.ledger.read(
        lambda s: [row.subject for row in s.exec(select(Audit)) if row.action == "case.read"]
    )
    assert read == [case, case]


async def test_a_visit_is_booked_moved_and_cancelled(api: ApiStage) -> None:
    case = await api.stage.case()
    slots = (await api.get("/slots?language=nl"))["slots"]
    made = await api.call("POST", "/appointments", {"case": case, "slot": slots[0]["slot"]})
    assert made.status == 201
    visit = (await made.json())["id"]
    assert made.headers["Location"] == f"/api/v1/appointments/{visit}"
    await api.post("/appointments", {"case": case, "slot": slots[1]["slot"]}, 409)
    moved = await api.call(
        "POST", f"/appointments/{visit}/move", {"slot": slots[-1]["slot"]}, If_Match=made.headers["ETag"]
    )
    new = await moved.json()
    assert (moved.status, new["moved_from"], new["uid"]) == (200, visit, (await made.json())["uid"])
    await api.post(f"/appointments/{visit}/cancel", {}, 409, If_Match="*")
    off = await api.post(f"/appointments/{new['id']}/cancel", {}, If_Match=moved.headers["ETag"])
    assert off["state"] == "cancelled"


async def test_a_time_that_is_taken_is_a_conflict(api: ApiStage) -> None:
    first, second = await api.stage.case(), await api.stage.case()
    slot = (await api.get("/slots?language=nl"))["slots"][0]["slot"]
    await api.post("/appointments", {"case": first, "slot": slot}, 201)
    answer = await api.call("POST", "/appointments", {"case": second, "slot": slot})
    assert answer.status in (201, 409)
    await api.post("/appointments", {"case": first, "slot": "20270101T0000-nobody"}, 409)


@pytest.mark.parametrize(("path", "state"), [("attended", "attended"), ("no_show", "no_show")])
async def test_whether_the_person_came_is_said_once_it_began(api: ApiStage, path: str, state: str) -> None:
    visit = await api.book(await api.stage.case())
    await api.post(f"/appointments/{visit}/{path}", {}, 409, If_Match="*")
    row = await api.stage.ledger.read(lambda session: session.get_one(Appointment, visit))
    api.stage.now = row.starts_at
    assert (await api.post(f"/appointments/{visit}/{path}", {}, If_Match="*"))["state"] == state


async def test_visits_are_listed_in_stretches(api: ApiStage) -> None:
    visits = [await api.book(await api.stage.case()) for _ in range(3)]
    first = await api.get("/appointments?limit=2")
    rest = await api.get(f"/appointments?limit=2&cursor={first['next']}")
    assert {each["id"] for each in first["appointments"] + rest["appointments"]} == set(visits)
    assert rest["next"] is None


async def test_the_same_key_carries_a_call_out_once(api: ApiStage) -> None:
    case = await api.stage.case()
    slot = (await api.get("/slots?language=nl"))["slots"][0]["slot"]
    body = {"case": case, "slot": slot}
    answers = [await api.call("POST", "/appointments", body, Idempotency_Key="one") for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    assert await answers[0].json() == await answers[1].json()
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
    assert len(await api.stage.ledger.read(lambda s: s.exec(select(Appointment)).all())) == 1


async def test_the_same_key_for_another_call_is_refused(api: ApiStage) -> None:
    await api.post("/webhooks/0/pause", {}, 404, Idempotency_Key="one")
    case, other = await api.stage.case(), await api.stage.case()
    await api.post(f"/cases/{case}/accept", {"coach": "greet"}, If_Match="*", Idempotency_Key="one")
    problem = await api.post(f"/cases/{other}/accept", {"coach": "greet"}, 422, If_Match="*", Idempotency_Key="one")
    assert problem["place"] == ["Idempotency-Key"]


async def test_after_a_day_a_key_is_new_again(api: ApiStage) -> None:
    case = await api.stage.case()
    call = {"If_Match": "*", "Idempotency_Key": "one"}
    await api.post(f"/cases/{case}/accept", {"coach": "greet"}, **call)
    api.stage.later(hours=23)
    assert (await api.post(f"/cases/{case}/accept", {"coach": "greet"}, **call))["state"] == "accepted"
    api.stage.later(hours=2)
    await api.post(f"/cases/{case}/accept", {"coach": "greet"}, 412, **call)


async def test_two_systems_may_use_the_same_key(api: ApiStage) -> None:
    first, second = await api.stage.case(), await api.stage.case()
    call = {"If_Match": "*", "Idempotency_Key": "one"}
    await api.post(f"/cases/{first}/accept", {"coach": "greet"}, **call)
    api.token = await token(api.stage)
    assert (await api.post(f"/cases/{second}/accept", {"coach": "greet"}, **call))["id"] == second


async def test_people_are_signed_up_and_off_and_marked(api: ApiStage) -> None:
    api.token = await token(api.stage, organisation=ELSEWHERE)
    case, house = await api.stage.case(organisation=ELSEWHERE), ORGANISATIONS[ELSEWHERE]
    sessions = (await api.get("/sessions"))["sessions"]
    assert {each["id"] for each in sessions} == set(house.sessions)
    id = sessions[-1]["id"]
    place = await api.post(f"/sessions/{id}/enrolments", {"case": case}, 201)
    assert place["state"] == "enrolled"
    assert [each["case"] for each in (await api.get(f"/sessions/{id}/enrolments"))["enrolments"]] == [case]
    await api.post(f"/enrolments/{place['id']}/presence", {"attended": True}, 409, If_Match="*")
    assert (await api.post(f"/enrolments/{place['id']}/sign_off", {}, If_Match="*"))["state"] == "cancelled"
    again = await api.post(f"/sessions/{id}/enrolments", {"case": case}, 201)
    api.stage.now = ends_at(house, house.sessions[id])
    there = await api.post(f"/enrolments/{again['id']}/presence", {"attended": True}, If_Match="*")
    assert there["state"] == "attended"
    await api.post(f"/sessions/{id}/enrolments", {"case": case}, 409)


async def test_a_webhook_is_made_with_a_secret_that_is_shown_once(api: ApiStage) -> None:
    made = await api.post("/webhooks", {**HOOK, "kinds": ["case.offered"]}, 201)
    assert made["secret"].startswith("whsec_")
    listed = (await api.get("/webhooks"))["webhooks"]
    assert [(each["id"], each["kinds"], each["state"]) for each in listed] == [(made["id"], ["case.offered"], "active")]
    assert "secret" not in listed[0]
    assert "8.8.8.8" not in str(listed)
    fresh = await api.post(f"/webhooks/{made['id']}/rotate_secret", {})
    assert fresh["secret"] != made["secret"]
    assert (await api.post(f"/webhooks/{made['id']}/pause", {}))["state"] == "paused"
    assert (await api.post(f"/webhooks/{made['id']}/resume", {}))["state"] == "active"
    assert (await api.post(f"/webhooks/{made['id']}/retire_secret", {}))["state"] == "active"
    gone = await api.call("DELETE", f"/webhooks/{made['id']}")
    assert (gone.status, (await api.get("/webhooks"))["webhooks"]) == (204, [])


async def test_an_address_that_is_refused_makes_no_webhook(api: ApiStage) -> None:
    problem = await api.post("/webhooks", {**HOOK, "address": "https://127.0.0.1/"}, 422)
    assert problem["place"] == ["address"]
    assert problem["detail"] == "Nothing can be sent there: its address is not public."
    assert (await api.get("/webhooks"))["webhooks"] == []


async def test_a_webhook_sees_no_more_than_the_token_that_makes_it(api: ApiStage) -> None:
    api.token = await token(api.stage, "webhooks:write", "answers:read")
    assert (await api.post("/webhooks", {**HOOK, "shows": ["answers"]}, 201))["shows"] == ["answers"]
    assert (await api.post("/webhooks", {**HOOK, "shows": ["barriers"]}, 403))["place"] == ["shows"]


async def test_dead_letters_are_read_and_decided_about(api: ApiStage) -> None:
    await api.post("/webhooks", HOOK, 201)
    await api.stage.case()
    await api.stage.case()

    def die(session: Any) -> None:
        for event in session.exec(select(WebhookEvent)):
            event.state, event.reason = "dead", "it answers 400"

    await api.stage.ledger.write(die)
    first = await api.get("/dead_letters?limit=1")
    second = await api.get(f"/dead_letters?limit=1&cursor={first['next']}")
    one, two = first["events"][0], second["events"][0]
    assert (one["reason"], second["next"]) == ("it answers 400", None)
    assert (await api.post(f"/events/{one['id']}/replay", {}))["state"] == "waiting"
    assert (await api.post(f"/events/{two['id']}/skip", {}))["state"] == "skipped"
    await api.post(f"/events/{two['id']}/replay", {}, 409)
    await api.post(f"/events/{one['id']}/synced", {"status": "synced"}, 409)
    assert (await api.get("/dead_letters"))["events"] == []


async def test_all_dead_letters_of_a_receiver_go_out_again(api: ApiStage) -> None:
    hooks = [await api.post("/webhooks", HOOK, 201) for _ in range(2)]
    await api.stage.case()

    def die(session: Any) -> None:
        for event in session.exec(select(WebhookEvent)):
            event.state, event.reason = "dead", "it answers 400"

    await api.stage.ledger.write(die)
    assert (await api.post(f"/webhooks/{hooks[0]['id']}/replay", {}))["id"] == hooks[0]["id"]
    dead = (await api.get("/dead_letters"))["events"]
    assert [each["webhook_id"] for each in dead] == [hooks[1]["id"]], "those of another stay"


async def test_every_operation_needs_its_scope(api: ApiStage) -> None:
    """With every scope but its own: what a token may do otherwise opens nothing else."""
    tokens = {scope: await token(api.stage, *(other for other in SCOPES if other != scope)) for scope in SCOPES}
    for operation in OPERATIONS:
        api.token = tokens[operation.scope]
        answer = await api.call(operation.method, operation.path.replace("{id}", "0"), {} if operation.body else None)
        assert (answer.status, (await answer.json())["title"]) == (403, "Forbidden"), operation.id


async def test_answers_follow_the_scopes_of_the_token(api: ApiStage) -> None:
    case = await api.stage.case()
    for scopes, told in (
        (("cases:read",), {}),
        (("cases:read", "answers:read"), {"first_name": "Samira"}),
        (("cases:read", "barriers:read"), {"barriers": ["childcare", "money"]}),
    ):
        api.token = await token(api.stage, *scopes)  # type: ignore[arg-type]
        assert (await api.get(f"/cases/{case}"))["answers"] == told


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'{"coach": 3}', "application/json", 422),
        (b'{"coach": "greet", "state": "done"}', "application/json", 422),
        (b'{"coach": "greet"}', "text/plain", 415),
        (b'{"coach": "' + b"g" * 70_000 + b'"}', "application/json", 413),
    ],
)
async def test_a_body_that_cannot_be_used_is_a_problem(
    api: ApiStage, body: bytes, content_type: str, status: int
) -> None:
    case = await api.stage.case()
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": content_type, "If-Match": "*"}
    answer = await api.client.post(f"/api/v1/cases/{case}/accept", data=body, headers=headers)
    assert (answer.status, answer.content_type) == (status, "application/problem+json")
