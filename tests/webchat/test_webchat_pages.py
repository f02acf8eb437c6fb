"""The pages as the server writes them: the front door, the choice of a language, the chat, a wrong address."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.landing import area_line
from bot.web.pages import keep_together
from tests.webchat_caller import Caller
from tests.webchat_stage import Stage, organisations
from tests.webchat_wording import DUTCH, FRENCH


async def read(caller: Caller, url: str) -> tuple[int, str]:
    async with caller.session.get(url) as answer:
        return answer.status, await answer.text()


async def test_the_front_door_leads_to_every_organisation_and_to_the_staff(stage: Stage, caller: Caller) -> None:
    status, page = await read(caller, stage.url)
    assert status == 200
    assert re.findall(r'href="/chat/([^"]+)"', page) == list(organisations())
    assert page.count('href="/staff/"') == 2
    assert DUTCH["Choose your service"] in page
    assert FRENCH["Choose your service"] in page


async def test_a_wrong_address_is_answered_with_the_organisations(stage: Stage, caller: Caller) -> None:
    status, page = await read(caller, f"{stage.url}/chat/nowhere")
    assert status == 404
    assert DUTCH["We do not know this page."] in page
    assert 'href="/chat/genk"' in page


@pytest.mark.parametrize("path", ["/chat", "/chat/"])
async def test_a_chat_without_its_service_is_answered_with_them(stage: Stage, caller: Caller, path: str) -> None:
    status, page = await read(caller, stage.url + path)
    assert status == 404
    assert 'href="/chat/genk"' in page


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("/chat/genk/?via=kaart", "/chat/genk?via=kaart"), ("/staff", "/staff/"), ("/chat/è/", "/chat/%C3%A8")],
)
async def test_a_slash_too_many_or_too_few_is_put_right(stage: Stage, caller: Caller, typed: str, meant: str) -> None:
    async with caller.session.get(stage.url + typed, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (308, meant)


async def test_the_first_page_asks_for_a_language_and_sets_no_cookie(stage: Stage, caller: Caller) -> None:
    status, page = await read(caller, stage.chat)
    assert status == 200
    assert re.findall(r'data-start="(\w+)"', page) == ["nl", "fr"]
    assert "089 00 00 00" in page
    assert not list(caller.session.cookie_jar)


async def test_french_is_marked_as_a_translation_where_the_policy_says_so(stage: Stage, caller: Caller) -> None:
    translated = FRENCH["This is a translation of the Dutch text."]
    assert translated in (await read(caller, f"{stage.url}/chat/genk"))[1]
    assert translated not in (await read(caller, f"{stage.url}/chat/jobin"))[1]


async def test_the_chat_page_speaks_the_language_of_the_conversation(stage: Stage, caller: Caller) -> None:
    await caller.start("fr")
    page = (await read(caller, stage.chat))[1]
    assert '<html lang="fr">' in page
    assert FRENCH["Send"] in page


async def test_static_files_are_kept_for_ever_under_the_address_of_their_content(stage: Stage, caller: Caller) -> None:
    page = (await read(caller, stage.chat))[1]
    for url in re.findall(r'(?:href|src)="(/static/chat/[^"]+)"', page):
        async with caller.session.get(stage.url + url) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
        async with caller.session.get(stage.url + url.partition("?")[0]) as answer:
            assert answer.headers["Cache-Control"] == "no-cache"


async def test_the_way_to_the_first_message_is_light_for_a_slow_phone(stage: Stage, caller: Caller) -> None:
    """What goes over the wire before it: two pages, and each of their files once, the chat's fetched ahead."""
    weight = await weighs(caller, stage.chat)
    start = (await read(caller, stage.chat))[1]
    ahead = set(re.findall(r'(?:href|src)="(/static/chat/[^"]+)"', start))
    await caller.start()
    needed = set(re.findall(r'(?:href|src)="(/static/chat/[^"]+)"', (await read(caller, stage.chat))[1]))
    assert needed <= ahead
    weight += await weighs(caller, stage.chat)
    weight += sum([await weighs(caller, stage.url + url) for url in ahead])
    assert weight < 24_000


async def weighs(caller: Caller, url: str) -> int:
    async with caller.session.get(url, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        return int(answer.headers["Content-Length"])


async def test_who_cannot_read_what_is_compressed_gets_it_as_it_is(stage: Stage, caller: Caller) -> None:
    for url in (stage.chat, f"{stage.url}/static/chat/chat.js"):
        async with caller.session.get(url, headers={"Accept-Encoding": "identity"}) as answer:
            assert "Content-Encoding" not in answer.headers
            assert len(await answer.read()) == int(answer.headers["Content-Length"])


@pytest.mark.parametrize("name", ["nothing.js", "..%2fpages.py", "%2e%2e%2f%2e%2e%2fapp.py"])
async def test_no_other_file_is_served(stage: Stage, caller: Caller, name: str) -> None:
    assert (await read(caller, f"{stage.url}/static/chat/{name}"))[0] == 404


def test_an_area_is_named_by_its_towns_or_by_its_provinces() -> None:
    houses, today = organisations(), date(2027, 3, 24)
    assert area_line(houses["genk"], "nl", today) == "Genk"
    assert "Provincie Luik" in area_line(houses["jobin"], "nl", today)


def test_a_french_question_mark_never_begins_a_line_by_itself() -> None:
    assert keep_together("Ça va ? « Oui ! » Voilà : 9 h") == "Ça va\u00a0? «\u00a0Oui\u00a0!\u00a0» Voilà\u00a0: 9 h"
    assert keep_together("Gaat het? Ja!") == "Gaat het? Ja!"
