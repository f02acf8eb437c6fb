"""The console over HTTP: sign in, read, accept; and whoever should not, does not."""

from __future__ import annotations

import asyncio
import re

import pytest
from sqlmodel import Session, select
from yarl import URL

from casework.cases.case_names import QUESTION
from casework.cases.cases import HandOverRequest
from staff.app import ROUTES
from staff.entrance import LINK
from storage.tables import Audit, Case, Staff
from tests.databases import BOTH
from tests.staff_stage import ANSWERS, ELSEWHERE, HERE, ORGANISATIONS, Open, Stage

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "\u202eevil",
    "</bdi></dd><script src=//evil.example></script>",
)
NOT_OURS = r'<script(?! defer src="/staff/static/[\w/.]+\?v=\w+"></script>)'
"""A script that stands in the page itself, or comes from elsewhere."""


@BOTH
async def test_a_coach_signs_in_sees_the_case_and_accepts_it(stage: Stage, browser: Open) -> None:
    case = await stage.case()
    coach = await (await browser()).sign_in("greet")
    assert (coach.status, coach.path) == (200, "/staff/")
    assert case[:6] in coach.html
    await coach.open(f"/staff/cases/{case}")
    assert "Samira" in coach.html
    assert "Mijn kinderen" in coach.html
    await coach.send("/accept")
    assert (coach.status, coach.path) == (200, f"/staff/cases/{case}")
    assert "You have accepted this case." in coach.html
    assert "/accept" not in coach.html


async def test_the_list_of_cases_names_no_person(stage: Stage, browser: Open) -> None:
    await stage.case()
    coach = await (await browser()).sign_in("greet")
    assert "Samira" not in coach.html


async def test_pages_are_in_the_language_of_the_reader(browser: Open) -> None:
    coach = await (await browser()).sign_in("greet")
    assert '<html lang="nl">' in coach.html
    assert ">Dossiers</a>" in coach.html
    guest = await (await browser()).open("/staff/sign-in?language=fr")
    assert '<html lang="fr">' in guest.html


@BOTH
async def test_of_two_coaches_one_gets_the_case_and_the_other_is_told(stage: Stage, browser: Open) -> None:
    case = await stage.case()
    coaches = [await (await browser()).sign_in(login) for login in ("greet", "yusuf")]
    for coach in coaches:
        await coach.open(f"/staff/cases/{case}")
    await asyncio.gather(*(coach.send("/accept") for coach in coaches))
    told = sorted("accepted this case" + (" already" in coach.html) * " already" for coach in coaches)
    assert told == ["accepted this case", "accepted this case already"]


@BOTH
async def test_what_another_organisation_has_looks_like_what_is_not_there(stage: Stage, browser: Open) -> None:
    foreign, own = await stage.case(organisation=ELSEWHERE), await stage.case()
    coach = await (await browser()).sign_in("greet")
    await coach.open(f"/staff/cases/{foreign}")
    theirs = (coach.status, coach.html)
    await coach.open("/staff/cases/0000")
    assert theirs == (coach.status, coach.html)
    assert coach.status == 404
    await coach.open(f"/staff/cases/{own}")
    coach.html = coach.html.replace(own, foreign)
    await coach.send("/accept")
    assert coach.status == 404
    states = await stage.ledger.read(lambda s: [case.state for case in s.exec(select(Case)).all()])
    assert states == ["offered", "offered"]


async def test_a_colleague_without_need_to_know_finds_no_cases(stage: Stage, browser: Open) -> None:
    called = {**ANSWERS, QUESTION: "Samira"}
    case, theirs = await stage.case(called), await stage.case({**called, "kind": "company"})
    account = await stage.account("greet")

    def demote(session: Session) -> None:
        session.get_one(Staff, account.id).role = "job_broker"

    await stage.ledger.write(demote)
    coach = await (await browser()).sign_in("greet")
    assert case[:6] not in coach.html
    assert theirs[:6] in coach.html
    for address in ("cases", f"cases?find={case[:6]}", "cases?find=Samira", "cases?kind=job_seeker", "cases?mine=yes"):
        assert f"/staff/cases/{case}" not in (await coach.open(f"/staff/{address}")).html
    assert f"/staff/cases/{theirs}" in (await coach.open("/staff/cases?find=Samira")).html
    assert (await coach.open(f"/staff/cases/{case}")).status == 404
    assert (await coach.open(f"/staff/cases/{theirs}")).status == 200
    assert "Mijn kinderen" not in coach.html
    assert (await coach.open("/staff/password")).status == 200


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_what_a_person_wrote_is_shown_as_text(stage: Stage, browser: Open, payload: str) -> None:
    case = await stage.case({**ANSWERS, "first_name": payload})
    coach = await (await browser()).sign_in("greet")
    await coach.open(f"/staff/cases/{case}")
    assert coach.status == 200
    assert re.search(NOT_OURS, coach.html) is None
    assert re.search(r"<(img|svg)[^>]*on\w+=", coach.html) is None
    escaped = payload.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    assert f"<bdi>{escaped}</bdi>" in coach.html


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/staff/sign-in", "no-store"),
        ("/staff/cases/0000", "no-store"),
        ("/staff/nowhere", "no-store"),
        ("/staff/static/staff.css", "no-cache"),
    ],
)
async def test_every_answer_carries_the_headers_that_keep_it_safe(browser: Open, path: str, kept: str) -> None:
    guest = await browser()
    answer = await guest.client.get(path)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == kept
    assert "Strict-Transport-Security" not in answer.headers


async def test_files_of_the_console_are_kept_for_ever_under_the_address_of_their_content(browser: Open) -> None:
    guest = await browser()
    await guest.open("/staff/sign-in")
    files = re.findall(r'(?:href|src)="(/staff/static/[^"]+)"', guest.html)
    assert files
    for file in files:
        answer = await guest.client.get(file)
        assert (answer.status, "immutable" in answer.headers["Cache-Control"]) == (200, True)


async def test_no_page_has_a_script_or_style_of_its_own(stage: Stage, browser: Open) -> None:
    case = await stage.case()
    coach = await (await browser()).sign_in("greet")
    for path in ("/staff/", f"/staff/cases/{case}", "/staff/telegram", "/staff/password", "/staff/cases/none"):
        await coach.open(path)
        assert re.search(rf"{NOT_OURS}|<style|\sstyle=|\son\w+=", coach.html) is None


async def test_a_coach_gets_a_link_for_telegram_that_is_in_no_address_of_ours(browser: Open) -> None:
    coach = await (await browser()).sign_in("greet")
    await coach.open("/staff/telegram")
    await coach.send("/staff/telegram")
    assert coach.path == "/staff/telegram"
    assert re.search(r'href="https://t\.me/bijzig_bot\?start=[\w-]{32}"', coach.html)


async def test_without_a_bot_there_is_no_link_for_telegram(browser: Open) -> None:
    login = next(iter(ORGANISATIONS[ELSEWHERE].coaches))
    coach = await (await browser()).sign_in(login, ELSEWHERE)
    await coach.open("/staff/telegram")
    assert "has no Telegram bot yet" in coach.html
    assert "t.me" not in coach.html


async def test_a_notice_is_put_away_with_a_button(stage: Stage, browser: Open) -> None:
    person, talk = await stage.person()
    case = await stage.hand_over(HandOverRequest(HERE, person, talk, {"first_name": "Sam"}, (), "nl"))
    await stage.hand_over(HandOverRequest(HERE, person, talk, {"first_name": "Samira"}, (), "nl", case))
    coach = await (await browser()).sign_in("greet")
    assert "/seen" in coach.html
    await coach.send("/seen")
    assert (coach.status, coach.path) == (200, "/staff/")
    assert "/seen" not in coach.html


async def test_an_earlier_answer_stands_beside_the_new_one(stage: Stage, browser: Open) -> None:
    person, talk = await stage.person()
    case = await stage.hand_over(HandOverRequest(HERE, person, talk, {"first_name": "Sam"}, (), "nl"))
    await stage.hand_over(HandOverRequest(HERE, person, talk, {"first_name": "Samira"}, (), "nl", case))
    coach = await (await browser()).sign_in("greet")
    await coach.open(f"/staff/cases/{case}")
    assert "<bdi>Samira</bdi>" in coach.html
    assert "before: <bdi>Sam</bdi>" in coach.html


@BOTH
async def test_a_long_list_is_read_page_by_page(stage: Stage, browser: Open) -> None:
    made = {await stage.case() for _ in range(31)}
    coach = await (await (await browser()).sign_in("greet")).open("/staff/cases")
    first = set(re.findall(r'rowheader"><a href="/staff/cases/(\w+)"', coach.html))
    older = re.search(r'href="(/staff/cases\?after=[^"]+)"', coach.html)
    assert older is not None
    await coach.open(older[1])
    second = set(re.findall(r'rowheader"><a href="/staff/cases/(\w+)"', coach.html))
    assert (len(first), len(second)) == (30, 1)
    assert first | second == made
    assert (await coach.open("/staff/cases?after=nonsense")).status == 404


async def test_reading_every_page_changes_no_case_and_leaves_a_trace(stage: Stage, browser: Open) -> None:
    case = await stage.case()
    coach = await (await browser()).sign_in("greet")
    for route in ROUTES:
        if route.method == "GET" and route.name != "live":  # that one never ends
            await coach.open("/staff" + re.sub(r"{\w+:.*?}}", case, route.path).replace(LINK, "/link/none"))
    found = await stage.ledger.read(lambda session: session.get_one(Case, case))
    assert (found.state, found.version) == ("offered", 1)
    actions = await stage.ledger.read(lambda s: {row.action for row in s.exec(select(Audit)).all()})
    assert {"staff.sign_in", "case.list", "case.read"} <= actions


async def test_an_account_of_an_organisation_that_is_gone_is_not_let_in(stage: Stage, browser: Open) -> None:
    coach = await (await browser()).sign_in("greet")
    stage.organisations = {ELSEWHERE: ORGANISATIONS[ELSEWHERE]}
    async with stage.serve() as opened:
        elsewhere = await opened()
        elsewhere.client.session.cookie_jar.update_cookies({"opstap-staff": coach.cookie()})
        assert (await elsewhere.open("/staff/")).path == "/staff/sign-in"


HOSTILE = ("%00", "%ff%fe", "%ed%a0%80", "0" * 5000, "..%2f..%2f", "%E2%80%AE", "0000%0d%0aX-Evil:1", "'%20OR%201=1--")


@BOTH
@pytest.mark.parametrize("path", ["cases/{}", "link/{}", "?after={}", "sign-in?organisation={}", "link/a?case={}"])
async def test_a_hostile_address_is_answered_calmly(browser: Open, path: str) -> None:
    coach = await (await browser()).sign_in("greet")
    for hostile in HOSTILE:
        answer = await coach.client.get(URL(f"/staff/{path.format(hostile)}", encoded=True))
        assert answer.status in (200, 404), hostile
        assert "X-Evil" not in answer.headers, hostile
