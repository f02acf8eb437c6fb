"""Notes, tasks, files and how a person is reached, by the API: what a token's scopes let it see, and no more."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import orjson
import pytest
from sqlmodel import Session

from casework.cases.cases import HandOverRequest
from storage.ledger import Ledger
from storage.tables import Case
from tests.api_stage import ApiStage, open_api, token
from tests.staff_stage import ANSWERS, HERE

PDF = b"%PDF-1.7 paper"


@pytest.fixture
async def api(sound_ledger: Ledger) -> AsyncIterator[ApiStage]:
    async with open_api(sound_ledger) as opened:
        yield opened


async def test_a_system_writes_a_note_changes_it_in_time_and_adds_to_it(api: ApiStage) -> None:
    case = await api.stage.case()
    note = await api.post(f"/cases/{case}/notes", {"text": "Called the crèche."}, 201)
    assert (note["text"], note["tier"], note["version"]) == ("Called the crèche.", "B", 1)
    changed = await api.post(f"/notes/{note['id']}", {"text": "Called the school."}, If_Match='"1"')
    assert (changed["text"], changed["version"]) == ("Called the school.", 2)
    await api.post(f"/notes/{note['id']}", {"text": "Too quick."}, 412, If_Match='"1"')
    api.stage.later(minutes=15)
    await api.post(f"/notes/{note['id']}", {"text": "Too late."}, 409, If_Match="*")
    more = await api.post(f"/notes/{note['id']}/more", {"text": "And the crèche."})
    assert [each["text"] for each in more["more"]] == ["And the crèche."]
    listed = (await api.get(f"/cases/{case}/notes"))["notes"]
    assert listed == [more]


async def test_a_task_is_made_changed_done_and_opened_again(api: ApiStage) -> None:
    case = await api.stage.case()
    body: dict[str, Any] = {"title": "Call the crèche", "due_on": "2027-03-23", "owner": "greet"}
    task = await api.post(f"/cases/{case}/tasks", body, 201)
    assert (task["state"], task["late"], task["owner"]) == ("open", True, "greet")
    task = await api.post(f"/tasks/{task['id']}", {**body, "due_on": "2027-03-30"}, If_Match='"1"')
    assert task["late"] is False
    task = await api.post(f"/tasks/{task['id']}/done", {}, If_Match='"2"')
    assert (task["state"], task["version"]) == ("done", 3)
    await api.post(f"/tasks/{task['id']}/done", {}, 409, If_Match="*")
    await api.post(f"/tasks/{task['id']}", body, 409, If_Match="*")
    task = await api.post(f"/tasks/{task['id']}/open", {}, If_Match="*")
    assert task == await api.get(f"/tasks/{task['id']}")
    assert (await api.get(f"/cases/{case}/tasks"))["tasks"] == [task]
    await api.post(f"/cases/{case}/tasks", {**body, "owner": "nobody"}, 422)


async def test_a_file_goes_in_and_comes_out_as_it_was(api: ApiStage) -> None:
    case = await api.stage.case()
    sent = {"name": "paper.exe", "content": b64encode(PDF).decode(), "tier": "A"}
    file = await api.post(f"/cases/{case}/files", sent, 201)
    assert (file["name"], file["mime"], file["size"]) == ("paper.pdf", "application/pdf", len(PDF))
    assert (await api.get(f"/files/{file['id']}"))["content"] == sent["content"]
    assert (await api.get(f"/cases/{case}/files"))["files"] == [file]
    await api.post(f"/cases/{case}/files", {**sent, "content": b64encode(b"<html>").decode()}, 422)
    await api.post(f"/cases/{case}/files", {**sent, "content": "abc"}, 422)


async def sent(api: ApiStage, path: str, content: bytes) -> int:
    body = orjson.dumps({"name": "a.pdf", "content": b64encode(content).decode()})
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    return (await api.client.post(f"/api/v1{path}", data=BytesIO(body), headers=headers)).status


async def test_a_large_file_is_taken_and_one_over_the_limit_is_not(api: ApiStage) -> None:
    case = await api.stage.case()
    assert await sent(api, f"/cases/{case}/files", PDF + bytes(10 * 1024 * 1024 - len(PDF))) == 201
    assert await sent(api, f"/cases/{case}/files", PDF + bytes(10 * 1024 * 1024)) in (413, 422)
    assert await sent(api, f"/cases/{case}/notes", bytes(2**17)) == 413


async def test_private_notes_tasks_and_files_take_the_scope_that_opens_barriers(api: ApiStage) -> None:
    case = await api.stage.case()
    made = {}
    for tier in "AB":
        made[tier] = await api.post(f"/cases/{case}/notes", {"text": f"for {tier}", "tier": tier}, 201)
        await api.post(f"/cases/{case}/tasks", {"title": f"for {tier}", "tier": tier}, 201)
        await api.post(f"/cases/{case}/files", {"name": tier, "content": b64encode(PDF).decode(), "tier": tier}, 201)
    scopes: Any = ("notes:read", "notes:write", "tasks:read", "files:read")
    api.token = await token(api.stage, *scopes)
    for sort in ("notes", "tasks", "files"):
        assert [each["tier"] for each in (await api.get(f"/cases/{case}/{sort}"))[sort]] == ["A"]
    await api.post(f"/cases/{case}/notes", {"text": "secret", "tier": "B"}, 403)
    await api.post(f"/notes/{made['B']['id']}/more", {"text": "more"}, 404)
    await api.post(f"/cases/{case}/notes", {"text": "secret", "tier": "C"}, 422)


async def test_how_a_person_is_reached_takes_a_scope_of_its_own(api: ApiStage) -> None:
    person, talk = await api.stage.person()
    case = await api.stage.hand_over(HandOverRequest(HERE, person, talk, {**ANSWERS, "name": "Samira"}, (), "nl"))
    told = await api.get(f"/cases/{case}/person")
    assert told["contact"] == {"name": "Samira", "phone": "", "email": ""}
    assert told["ways"] == [{"channel": "web", "state": "open"}]
    api.token = await token(api.stage, "cases:read")
    told = await api.get(f"/cases/{case}/person")
    assert told["contact"] is None
    assert "Samira" not in str(told)


async def test_nothing_is_beside_a_case_that_was_erased(api: ApiStage) -> None:
    case = await api.stage.case()
    note = await api.post(f"/cases/{case}/notes", {"text": "Called."}, 201)

    def erased(session: Session) -> None:
        from casework.privacy.erasing import erase

        erase(session, session.get_one(Case, case).person_id, api.stage.now + timedelta(minutes=1))

    await api.stage.ledger.write(erased)
    for path in (f"/cases/{case}/notes", f"/cases/{case}/tasks", f"/cases/{case}/files", f"/notes/{note['id']}/more"):
        method = "POST" if path.endswith("more") else "GET"
        assert (await api.call(method, path, {"text": "x"} if method == "POST" else None)).status == 404
