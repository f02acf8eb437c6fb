"""What the web chat does with requests that are too large, too many, broken, or not from its page."""

from __future__ import annotations

import pytest

from bot.channels.webchat_hearing import LONGEST_TEXT, clean
from bot.channels.webchat_pace import Pace
from flows.heard import Said
from tests.webchat_caller import OWN_PAGE, Caller
from tests.webchat_stage import Stage
from tests.webchat_wording import DUTCH, FRENCH


@pytest.mark.parametrize("path", ["start", "say", "leave"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {**OWN_PAGE, "Content-Type": "text/plain"},
        {**OWN_PAGE, "Content-Type": "application/x-www-form-urlencoded"},
    ],
)
async def test_a_request_that_is_not_from_our_page_is_refused(
    stage: Stage, caller: Caller, path: str, headers: dict[str, str]
) -> None:
    await caller.start()
    before = len(stage.conversation.applied)
    status, answer = await caller.post(path, {"language": "fr", "key": "some-key", "text": "x"}, headers)
    assert (status, answer["ok"]) == (403, False)
    assert len(stage.conversation.applied) == before
    assert len(list(caller.session.cookie_jar)) == 1


async def test_an_older_browser_is_known_by_its_origin(stage: Stage, caller: Caller) -> None:
    assert await caller.post("start", {"language": "nl"}, {"Origin": stage.url}) == (200, {"ok": True})


async def test_every_answer_carries_the_guards_headers(stage: Stage, caller: Caller) -> None:
    await caller.start()
    for path in ("genk", "genk/transcript", "genk/stream", "jobin/stream", "nowhere"):
        async with caller.session.get(f"{stage.url}/chat/{path}") as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"


async def test_a_text_of_64_kilobytes_is_cut_and_kept(stage: Stage, caller: Caller) -> None:
    await caller.start()
    assert (await caller.say("é" * 64 * 1024))["ok"]
    assert stage.conversation.applied[-1].heard == Said("é" * LONGEST_TEXT)


async def test_a_larger_body_is_refused_kindly(caller: Caller) -> None:
    await caller.start()
    status, answer = await caller.post("say", {"key": "some-key", "text": "x" * 500_000})
    assert (status, answer["problem"]) == (413, DUTCH["This text is too long. Please make it shorter."])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"key": "some-key", "text": "\\ud800"}',
        b'{"key": "some-key", "text": 5}',
        b'{"key": "short", "text": "x"}',
        b'{"key": "a key with spaces", "text": "x"}',
        b'{"key": "some-key"}',
        b'{"key": "some-key", "tap": ["x"]}',
        b'{"key": "some-key", "tap": "' + b"x" * 2000 + b'"}',
        b"[" * 5000,
        b'{"key": "some-key", "text": "\xff"}',
    ],
)
async def test_a_broken_body_is_refused_kindly(stage: Stage, caller: Caller, body: bytes) -> None:
    await caller.start()
    headers = {**OWN_PAGE, "Content-Type": "application/json", "Accept-Language": "fr"}
    async with caller.session.post(f"{stage.chat}/say", data=body, headers=headers) as answer:
        assert answer.status == 400
        assert (await answer.json())["problem"] == FRENCH["We could not read this. Please try again."]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x07c\x1bd", "abcd"),
        ("\u202edrawkcab\u202c", "drawkcab"),
        ("e\u0301", "é"),
        ("  3600 \r\n", "3600"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("\ufeffJan\u2066\u2069", "Jan"),
        ("<b>{{7*7}}</b> ' OR 1=1", "<b>{{7*7}}</b> ' OR 1=1"),
        ("eerste\nregel", "eerste\nregel"),
    ],
)
def test_characters_that_hide_or_break_a_text_are_left_out(typed: str, kept: str) -> None:
    assert clean(typed) == kept


async def test_nothing_at_all_is_answered_with_a_hint(stage: Stage, caller: Caller) -> None:
    await caller.start()
    assert (await caller.say(" \x00 "))["toast"] == DUTCH["Type your answer or tap a button."]
    assert len(stage.conversation.applied) == 1


async def test_whoever_is_too_fast_is_asked_to_wait(caller: Caller) -> None:
    await caller.start()
    answers = [await caller.post("say", {"key": caller.new_key(), "text": "x"}) for _ in range(40)]
    refused = [answer for status, answer in answers if status == 429]
    assert refused
    assert refused[0]["problem"] == DUTCH["Please wait a moment. We send it again."]


def test_a_pace_lets_go_on_when_time_has_passed() -> None:
    pace = Pace(times=2, seconds=10)
    assert [pace.allows("a", at) for at in (0, 1, 2, 9.9, 10, 10.5, 11)] == [
        True,
        True,
        False,
        False,
        True,
        False,
        True,
    ]
    assert pace.allows("b", 2)


async def test_an_unknown_language_starts_nothing(stage: Stage, caller: Caller) -> None:
    assert (await caller.post("start", {"language": "xx"}))[0] == 400
    assert not stage.conversation.applied


async def test_a_cookie_of_nobody_is_asked_to_start_again(stage: Stage, caller: Caller) -> None:
    caller.session.cookie_jar.update_cookies({"opstap": "A" * 43})
    for path in ("transcript", "stream"):
        async with caller.session.get(f"{stage.chat}/{path}") as answer:
            assert answer.status == 401
    async with caller.session.get(stage.chat) as answer:
        assert "data-start" in await answer.text()


async def test_a_chat_may_be_open_on_few_pages_at_once(stage: Stage, caller: Caller) -> None:
    await caller.start()
    open_pages = [await caller.session.get(f"{stage.chat}/stream") for _ in range(7)]
    assert [page.status for page in open_pages] == [200] * 6 + [503]
    for page in open_pages:
        page.close()
