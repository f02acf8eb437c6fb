"""News of a case in a coach's own chat: only that something is new, one tap to accept, a way in that works once."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from casework.cases.cases import HandOverRequest
from casework.telling.announcements import CASE, Voice, announce_about, press
from flows.heard import Tap
from flows.messages import Bubble
from flows.wording import Wording
from storage.ledger import Ledger
from storage.tables import Chat, Outgoing
from tests.case_rows import notices, rows
from tests.staff_stage import ANSWERS, DUTCH, HERE, NOW, Stage


@pytest.fixture
async def stage(ledger: Ledger) -> Stage:
    stage = Stage(ledger)
    await stage.staff()
    return stage


def token(place: str, tap: Tap) -> str:
    return f"{place}|{tap.question}|{tap.option}"


async def linked_chat(stage: Stage, login: str) -> str:
    account = await stage.account(login)
    chat = Chat(organisation=HERE, channel="telegram", address=f"{login}-77", staff_id=account.id, created_at=NOW)
    await stage.ledger.write(lambda session: session.add(chat))
    return chat.id


async def announced(stage: Stage, case: str) -> list[Bubble]:
    voice = Voice(stage.vault, Wording({"nl": DUTCH}), token)
    await stage.ledger.write(lambda session: announce_about(session, voice, case, stage.now))
    return [
        Bubble.from_json(orjson.loads(stage.vault.house.open(row.sealed, f"outgoing|{row.chat_id}")))
        for row in await rows(stage, Outgoing)
    ]


async def test_an_announcement_says_only_that_something_is_new(stage: Stage) -> None:
    await linked_chat(stage, "greet")
    case = await stage.case()
    (bubble,) = await announced(stage, case)
    assert bubble.text == "Nieuwe intake. Open het dossier."
    assert [button.label for button in bubble.buttons] == ["Aannemen", "Openen"]
    whole = str(bubble.as_json())
    assert not any(word in whole for word in ("Samira", "childcare", "health", "Bijzig", case))


async def test_the_buttons_of_an_announcement_fit_on_the_wire(stage: Stage) -> None:
    await linked_chat(stage, "greet")
    (bubble,) = await announced(stage, await stage.case())
    assert all(len(f"{CASE}:{button.tap.option}") <= 64 - 11 for button in bubble.buttons)
    assert all(button.token.startswith(f"{HERE}/telegram/greet-77|case|") for button in bubble.buttons)


async def test_an_announcement_is_written_once_to_each_chat_it_is_for(stage: Stage) -> None:
    await linked_chat(stage, "greet")
    await linked_chat(stage, "yusuf")
    case = await stage.case()
    assert len(await announced(stage, case)) == 2
    assert len(await announced(stage, case)) == 2


async def test_without_a_linked_chat_news_waits_in_the_console(stage: Stage) -> None:
    await linked_chat(stage, "yusuf")
    person, talk = await stage.person()
    visit = await stage.visit(person, "greet")
    case = await stage.hand_over(HandOverRequest(HERE, person, talk, ANSWERS, (), "nl", None, visit))
    assert await announced(stage, case) == []
    assert await notices(stage, await stage.account("greet")) == ["new_case"]


async def test_a_coach_accepts_with_one_tap_and_the_second_hears_that_it_is_gone(stage: Stage) -> None:
    await linked_chat(stage, "greet")
    (bubble,) = await announced(stage, await stage.case())
    accepting = bubble.buttons[0].tap.option
    greet, yusuf = await stage.account("greet"), await stage.account("yusuf")
    first = await stage.ledger.write(lambda s: press(s, greet, accepting, stage.now))
    second = await stage.ledger.write(lambda s: press(s, yusuf, accepting, stage.now))
    assert first.text.source == "Thank you. You have accepted the case."
    assert second.text.source == "A colleague has accepted this case already."


async def test_the_open_button_gives_a_way_in_that_works_once(stage: Stage) -> None:
    await linked_chat(stage, "greet")
    case = await stage.case()
    (bubble,) = await announced(stage, case)
    greet = await stage.account("greet")
    pressed = await stage.ledger.write(lambda s: press(s, greet, bubble.buttons[1].tap.option, stage.now))
    assert pressed.path is not None
    assert pressed.path.startswith("/staff/link/")
    assert pressed.path.endswith(f"?case={case}")


@pytest.mark.parametrize("option", ["", "accept", "accept::1", "accept:%:1", "accept:_:1", "open:", "open:zz"])
async def test_a_tap_that_names_no_case_opens_nothing(stage: Stage, option: str) -> None:
    await stage.case()
    greet = await stage.account("greet")
    pressed = await stage.ledger.write(lambda s: press(s, greet, option, stage.now))
    assert (pressed.text.source, pressed.path) == ("This case is no longer here.", None)


async def test_who_may_no_longer_read_cases_takes_none_with_an_old_button(stage: Stage) -> None:
    await linked_chat(stage, "greet")
    (bubble,) = await announced(stage, await stage.case())
    broker = replace(await stage.account("greet"), role="job_broker")
    for button in bubble.buttons:
        pressed = await stage.ledger.write(lambda s, tap=button.tap: press(s, broker, tap.option, stage.now))  # type: ignore[misc]  # mypy does not follow the default
        assert (pressed.text.source, pressed.path) == ("This case is no longer here.", None)
