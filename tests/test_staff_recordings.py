"""A coach hears on the case page what a person spoke; nobody else does, and the audit tells who did."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from sqlmodel import Session, select

from casework.cases import recordings
from casework.cases.cases import HandOverRequest
from casework.privacy.erasing import erase
from storage.ledger import Ledger
from storage.tables import Audit, Recording
from tests.staff_stage import ANSWERS, ELSEWHERE, HERE, Browser, Stage

SPOKEN = b"OggS a canary of the tests"


@dataclass(frozen=True)
class Spoken:
    """A case with a voice message."""

    case: str
    person: str
    recording: str

    @property
    def path(self) -> str:
        return f"/staff/cases/{self.case}/recordings/{self.recording}"


@pytest.fixture
async def stage(sqlite_ledger: Ledger) -> Stage:
    stage = Stage(sqlite_ledger)
    await stage.staff()
    return stage


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator[Callable[[], Awaitable[Browser]]]:
    async with stage.serve() as opened:
        yield opened


async def spoken(stage: Stage, organisation: str = HERE, *, fetched: bool = True) -> Spoken:
    person, conversation = await stage.person(organisation)
    case = await stage.hand_over(HandOverRequest(organisation, person, conversation, ANSWERS, (), "nl"))
    row = Recording(
        person_id=person,
        conversation_id=conversation,
        question="barriers",
        seconds=7,
        sealed=b"",
        mime="",
        at=stage.now,
    )

    def work(session: Session) -> str:
        assert recordings.expect(session, stage.vault, row, "a-name-at-the-channel", organisation)
        session.flush()
        if fetched:
            assert recordings.keep(session, stage.vault, row.id, SPOKEN, "audio/ogg")
        return row.id

    return Spoken(case, person, await stage.ledger.write(work))


async def listen(coach: Browser, path: str) -> tuple[int, bytes, dict[str, str]]:
    answer = await coach.client.get(path)
    return answer.status, await answer.read(), dict(answer.headers)


async def test_the_coach_hears_it_and_no_browser_keeps_it(stage: Stage, browser) -> None:
    told = await spoken(stage)
    coach = await (await browser()).sign_in("greet")
    await coach.open(f"/staff/cases/{told.case}")
    assert f'src="{told.path}"' in coach.html
    assert "Wat is moeilijk" in coach.html
    status, sound, headers = await listen(coach, told.path)
    assert (status, sound) == (200, SPOKEN)
    assert headers["Content-Type"] == "audio/ogg"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "media-src 'self'" in headers["Content-Security-Policy"]


async def test_the_audit_tells_who_heard_it(stage: Stage, browser) -> None:
    told = await spoken(stage)
    coach = await (await browser()).sign_in("greet")
    await listen(coach, told.path)
    heard = select(Audit).where(Audit.action == "recording.hear")
    (row,) = await stage.ledger.read(lambda session: list(session.exec(heard)))
    assert (row.organisation, row.subject) == (HERE, told.recording)


async def test_nobody_hears_what_is_not_theirs_to_hear(stage: Stage, browser) -> None:
    told, other, elsewhere = await spoken(stage), await spoken(stage), await spoken(stage, ELSEWHERE)
    coach = await (await browser()).sign_in("greet")
    assert (await listen(coach, elsewhere.path))[0] == 404
    assert (await listen(coach, f"/staff/cases/{told.case}/recordings/{other.recording}"))[0] == 404
    assert (await listen(coach, f"/staff/cases/{told.case}/recordings/{'0' * 32}"))[0] == 404
    stranger = await browser()
    assert b"canary" not in (await listen(stranger, told.path))[1]


async def test_what_is_still_to_be_fetched_is_not_there_yet(stage: Stage, browser) -> None:
    told = await spoken(stage, fetched=False)
    coach = await (await browser()).sign_in("greet")
    await coach.open(f"/staff/cases/{told.case}")
    assert "<audio" not in coach.html
    assert (await listen(coach, told.path))[0] == 404


async def test_who_is_erased_is_heard_no_more(stage: Stage, browser) -> None:
    told = await spoken(stage)
    await stage.ledger.write(lambda session: erase(session, told.person, stage.now))
    coach = await (await browser()).sign_in("greet")
    assert (await listen(coach, told.path))[0] == 404
    assert await stage.ledger.read(lambda session: session.get(Recording, told.recording)) is None
