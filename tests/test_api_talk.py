"""The talk by the API: in a coach's name, one at a time, with what became of each line and never what was said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from casework.talk.replies import Reply
from casework.talk.talk_unread import Wrote, note_line
from storage.dossier_tables import CaseTask
from storage.ledger import Ledger, open_ledger
from storage.tables import Audit, Case, Chat, Outgoing
from tests.api_stage import ApiStage, open_api, token
from tests.staff_stage import HERE, ORGANISATIONS

GREET, YUSUF = {"coach": "greet"}, {"coach": "yusuf"}


@pytest.fixture
async def api(sound_ledger: Ledger) -> AsyncIterator[ApiStage]:
    async with open_api(sound_ledger) as opened:
        yield opened


async def sent(api: ApiStage) -> list[Outgoing]:
    return await api.stage.ledger.read(lambda session: list(session.exec(select(Outgoing)).all()))


async def test_a_coach_takes_the_talk_writes_and_hands_it_back(api: ApiStage) -> None:
    case = await api.stage.case()
    talk = f"/cases/{case}/talk"
    before = await api.get(talk)
    assert (before["holder"], before["coach"], before["reachable"], before["lines"]) == ("assistant", None, True, [])
    taken = await api.post(f"{talk}/take", GREET)
    assert (taken["holder"], taken["coach"]) == ("coach", "greet")
    said = await api.post(f"{talk}/lines", {**GREET, "text": "Dag, ik ben er."})
    assert (said["came"], [line["delivery"] for line in said["lines"]]) == ("written", ["queued"])
    assert len(await sent(api)) == 2, "with whom they talk, and the line"
    assert (await api.post(f"{talk}/leave", GREET))["holder"] == "assistant"
    rows = await api.stage.ledger.read(lambda s: {(row.actor[:3], row.action) for row in s.exec(select(Audit))})
    assert {("sta", "talk.write"), ("api", "talk.write_for")} <= rows


async def test_who_wrote_to_a_coach_is_told_and_not_what(api: ApiStage) -> None:
    case = await api.stage.case()

    def write(session: Any) -> None:
        row = session.get_one(Case, case)
        row.coach = "greet"
        wrote = Wrote(row.person_id, "web", "1")
        note_line(session, ORGANISATIONS[HERE], wrote, api.stage.now)

    await api.stage.ledger.write(write)
    assert (await api.get("/coaches/greet/unread"))["cases"] == [{"case": case, "lines": 1}]
    assert (await api.get("/coaches/yusuf/unread"))["cases"] == []
    assert (await api.call("GET", "/coaches/nobody/unread")).status == 404


async def test_a_line_with_a_key_is_written_once(api: ApiStage) -> None:
    talk = f"/cases/{await api.stage.case()}/talk"
    for _ in range(2):
        said = await api.post(f"{talk}/lines", {**GREET, "text": "Dag!"}, Idempotency_Key="one")
        assert len(said["lines"]) == 1
    assert len(await sent(api)) == 2


async def test_a_colleague_who_has_the_talk_is_not_pushed_aside_by_mistake(api: ApiStage) -> None:
    talk = f"/cases/{await api.stage.case()}/talk"
    await api.post(f"{talk}/take", GREET)
    await api.post(f"{talk}/take", YUSUF, 409)
    await api.post(f"{talk}/lines", {**YUSUF, "text": "Dag!"}, 409)
    await api.post(f"{talk}/leave", YUSUF, 409)
    over = await api.post(f"{talk}/lines", {**YUSUF, "text": "Dag!", "over": True})
    assert (over["coach"], over["came"]) == ("yusuf", "written")


async def test_where_no_chat_is_left_a_line_becomes_a_call_to_make(api: ApiStage) -> None:
    case = await api.stage.case()

    def block(session: Any) -> None:
        person = session.get_one(Case, case).person_id
        session.exec(select(Chat).where(Chat.person_id == person)).one().state = "blocked"

    await api.stage.ledger.write(block)
    await api.post(f"/cases/{case}/talk/take", GREET, 409)
    said = await api.post(f"/cases/{case}/talk/lines", {**GREET, "text": "Dag!"})
    assert (said["came"], said["reachable"], said["lines"]) == ("unreachable", False, [])
    kinds = await api.stage.ledger.read(lambda session: session.exec(select(CaseTask.kind)).all())
    assert list(kinds) == ["call"]


@pytest.mark.parametrize("coach", ["nobody", "bart"])
async def test_only_who_may_write_to_the_person_lends_their_name(api: ApiStage, coach: str) -> None:
    """``bart`` has an account, and writes to nobody."""
    case = await api.stage.case()
    for path in ("take", "lines", "leave"):
        body = {"coach": coach} | ({"text": "Dag!"} if path == "lines" else {})
        assert (await api.post(f"/cases/{case}/talk/{path}", body, 422))["place"] == ["coach"]
    assert (await api.call("GET", f"/cases/{case}/replies?coach={coach}")).status == 400
    assert (await api.call("GET", f"/cases/{case}/replies")).status == 400


async def test_a_line_needs_words(api: ApiStage) -> None:
    talk = f"/cases/{await api.stage.case()}/talk"
    for text in ("", "  ", "\u0000", "x" * 2001):
        assert (await api.post(f"{talk}/lines", {**GREET, "text": text}, 422))["place"] == ["text"]


async def test_canned_replies_come_filled_in_for_the_person() -> None:
    ready = Reply({"nl": "Dag", "fr": "Salut"}, {"nl": "Dag, hier {coach}.", "fr": "Bonjour, ici {coach}."})
    waits = Reply({"nl": "Straks", "fr": "Bientôt"}, {"nl": "Tot {when}.", "fr": "À {when}."})
    house = replace(ORGANISATIONS[HERE], replies={"hello": ready, "soon": waits})
    ledger = await open_ledger("sqlite://")
    async with open_api(ledger, {HERE: house}) as api:
        case = await api.stage.case()
        found = await api.get(f"/cases/{case}/replies?coach=yusuf")
    await ledger.close()
    assert found["replies"] == [{"id": "hello", "title": "Dag", "text": "Dag, hier Yusuf.", "meaning": ""}]


async def test_reading_and_writing_take_a_scope_each(api: ApiStage) -> None:
    case = await api.stage.case()
    api.token = await token(api.stage, "talk:read")
    assert (await api.call("GET", f"/cases/{case}/talk")).status == 200
    assert (await api.call("POST", f"/cases/{case}/talk/take", GREET)).status == 403
