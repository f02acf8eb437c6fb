"""The web chat over HTTP: start, say, stream and transcript, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie

import pytest
from sqlmodel import col, select

from flows.heard import Said, Started
from storage.ledger import Ledger
from storage.tables import Chat, Heard, Outgoing
from tests.databases import BOTH
from tests.webchat_caller import OWN_PAGE, Caller, calling, take
from tests.webchat_stage import QUESTIONS, Stage, on_stage
from tests.webchat_wording import DUTCH

BARRIERS = QUESTIONS[1].text[0]


@pytest.fixture
async def stage(one_ledger: Ledger) -> AsyncIterator[Stage]:
    async with on_stage(one_ledger) as stage:
        yield stage


@pytest.fixture
async def caller(stage: Stage) -> AsyncIterator[Caller]:
    async with calling(stage) as caller:
        yield caller


async def test_a_start_opens_a_conversation_in_the_chosen_language(stage: Stage, caller: Caller) -> None:
    await caller.start("fr")
    assert stage.conversation.applied[0].heard == Started()
    assert (await caller.lines())[0] == "< Bonjour ! Je suis un ordinateur, pas une personne."


async def test_who_comes_by_the_link_of_a_partner_brings_its_code(stage: Stage, caller: Caller) -> None:
    assert await caller.post("start", {"language": "nl", "via": "abcd2345"}) == (200, {"ok": True})
    assert stage.conversation.applied[0].heard == Started("via_abcd2345")


async def test_starting_again_goes_on_with_the_same_conversation(stage: Stage, caller: Caller) -> None:
    await caller.start()
    await caller.start("fr")
    assert len(stage.conversation.applied) == 1


async def test_only_the_hash_of_the_browsers_token_is_stored(stage: Stage, caller: Caller) -> None:
    await caller.start()
    token = next(iter(caller.session.cookie_jar)).value
    chat = await stage.shop.ledger.read(lambda session: session.exec(select(Chat)).one())
    assert len(chat.address) == 64
    assert token not in chat.address


@BOTH
async def test_an_answer_sent_again_with_its_key_is_applied_once(stage: Stage, caller: Caller) -> None:
    await caller.start()
    for _ in range(3):
        answer = await caller.say("3600", key="the-same-key")
        assert answer == {"ok": True, "toast": None, "moved": False, "removed": False, "words": None}
    assert [each.heard for each in stage.conversation.applied] == [Started(), Said("3600")]
    assert (await caller.newest())["text"] == BARRIERS


async def test_the_same_key_of_two_people_is_two_answers(stage: Stage, caller: Caller) -> None:
    async with calling(stage) as other:
        for each in (caller, other):
            await each.start()
            await each.say("3600", key="the-same-key")
            assert (await each.newest())["text"] == BARRIERS


@BOTH
async def test_a_transcript_shows_both_sides_and_hides_private_words(caller: Caller) -> None:
    await caller.start()
    await caller.say("3600")
    await caller.tap(await caller.token("De taal"))
    await caller.tap(await caller.token("Zorgen over geld"))
    await caller.tap(await caller.token("Dat is alles"))
    await caller.say("0470 12 34 56")
    assert (await caller.lines())[2:] == [
        f"< {QUESTIONS[0].text[0]}",
        "> 3600",
        f"< {BARRIERS}",
        "> De taal, Zorgen over geld",
        f"< {QUESTIONS[2].text[0]}",
        "> None",
        f"< {QUESTIONS[3].text[0]}",
    ]


async def test_a_transcript_shows_ticks_where_the_question_stands(caller: Caller) -> None:
    await caller.start()
    await caller.say("3600")
    await caller.tap(await caller.token("De taal"))
    newest = await caller.newest()
    assert [each["label"] for each in newest["buttons"] if each["ticked"]] == ["De taal"]
    assert len((await caller.transcript())["lines"]) == 5


@BOTH
async def test_a_stream_brings_what_is_said_and_marks_it_sent(stage: Stage, caller: Caller) -> None:
    await caller.start()
    async with caller.stream() as stream:
        first = await take(stream, 3)
        await caller.say("3600")
        [question] = await take(stream, 1)
    assert [each["text"] for each in (*first, question)][2:] == [QUESTIONS[0].text[0], BARRIERS]
    states = await stage.shop.ledger.read(
        lambda session: session.exec(select(Outgoing.state).order_by(col(Outgoing.id))).all()
    )
    assert states[:3] == ["sent"] * 3


async def test_a_stream_goes_on_after_the_last_event_seen(caller: Caller) -> None:
    await caller.start()
    async with caller.stream() as stream:
        first = await take(stream, 3)
    await caller.say("3600")
    async with caller.stream(last_event_id=first[1]["event_id"]) as stream:
        missed = await take(stream, 2)
    assert [each["text"] for each in missed] == [QUESTIONS[0].text[0], BARRIERS]


async def test_a_stream_brings_a_tick_as_a_redrawing(caller: Caller) -> None:
    await caller.start()
    await caller.say("3600")
    question = await caller.newest()
    async with caller.stream(after=question["id"]) as stream:
        await caller.tap(await caller.token("De taal"))
        [drawn] = await take(stream, 1)
    assert drawn["replaces"] == question["id"]


async def test_a_message_that_nobody_asked_for_reaches_an_open_page(stage: Stage, caller: Caller) -> None:
    await caller.start()
    address = stage.conversation.applied[0].address
    async with caller.stream(after=(await caller.transcript())["last"]) as stream:
        await stage.conversation.tells(address, "Dag, hier An van de dienst.")
        [message] = await take(stream, 1)
    assert message["text"] == "Dag, hier An van de dienst."


async def test_a_forged_button_is_told_so_and_changes_nothing(stage: Stage, caller: Caller) -> None:
    await caller.start()
    token = await caller.token("Overslaan")
    for forged in (token[:-1], f"x{token[1:]}", "", "!:skip", token.swapcase()):
        assert (await caller.tap(forged))["toast"] == DUTCH["This button no longer works."]
    heard = await stage.shop.ledger.read(lambda session: session.exec(select(Heard)).all())
    assert len(heard) == 1


async def test_somebody_elses_button_is_a_forged_one(stage: Stage, caller: Caller) -> None:
    await caller.start()
    async with calling(stage) as other:
        await other.start()
        assert (await other.tap(await caller.token("Overslaan")))["toast"] == DUTCH["This button no longer works."]


async def test_forgetting_clears_the_cookie_and_keeps_the_conversation(stage: Stage, caller: Caller) -> None:
    await caller.start()
    assert await caller.post("leave", {}) == (200, {"ok": True})
    assert not list(caller.session.cookie_jar)
    chats = await stage.shop.ledger.read(lambda session: session.exec(select(Chat)).all())
    assert len(chats) == 1
    status, answer = await caller.post("say", {"key": "some-key", "text": "hallo"})
    assert (status, answer["problem"]) == (401, DUTCH["This chat is no longer on this device."])


@BOTH
async def test_who_has_everything_erased_goes_on_in_a_new_chat(stage: Stage, caller: Caller) -> None:
    await caller.start()
    await caller.say("3600")
    assert (await caller.say("wis alles"))["moved"]
    assert await caller.lines() == ["< Alles is gewist."]


@pytest.mark.parametrize(
    ("secure", "name", "path"), [(False, "opstap", "/chat/genk"), (True, "__Host-opstap-genk", "/")]
)
async def test_the_cookie_is_closed_to_scripts_and_other_sites(
    ledger: Ledger, secure: bool, name: str, path: str
) -> None:
    async with on_stage(ledger, secure=secure) as stage, calling(stage) as caller:
        url = f"{stage.chat}/start"
        async with caller.session.post(url, json={"language": "nl"}, headers=OWN_PAGE) as answer:
            cookie = SimpleCookie(answer.headers["Set-Cookie"])[name]
    assert (cookie["path"], cookie["samesite"], cookie["domain"]) == (path, "Lax", "")
    assert cookie["httponly"]
    assert bool(cookie["secure"]) is secure
    assert len(cookie.value) == 43
