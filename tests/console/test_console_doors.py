"""The door of the console over HTTP: sign-in, links, sessions and forged forms tell nothing and change nothing."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from sqlmodel import Session

from casework.door.links import one_time_link
from staff.app import ROUTES
from staff.cookie import form_token
from staff.door import Access, Route
from storage.tables import Case, Staff
from tests.databases import BOTH
from tests.staff_stage import ELSEWHERE, HERE, PASSWORD, Open, Stage


async def link(stage: Stage, login: str = "greet") -> str:
    account = await stage.account(login)
    return await stage.ledger.write(
        lambda session: one_time_link(session, session.get_one(Staff, account.id), "sign_in", stage.now)
    )


PROTECTED = [route for route in ROUTES if route.access is not Access.ANYBODY]


@pytest.mark.parametrize("route", PROTECTED, ids=lambda route: route.name)
async def test_a_page_that_is_not_for_anybody_sends_a_guest_to_the_sign_in(route: Route, browser: Open) -> None:
    guest = await (await browser()).open("/staff/sign-in")
    path = "/staff" + re.sub(r"{\w+:.*?}}", "0000", route.path)
    if route.method == "GET":
        await guest.open(path)
    else:
        guest.html = guest.html.replace("/staff/sign-in?language=nl", path)
        await guest.send(path)
    assert (guest.status, guest.path) == (200, "/staff/sign-in")


@pytest.mark.parametrize(
    ("login", "organisation", "password"),
    [
        ("greet", HERE, "not the password"),
        ("nobody", HERE, "een korte zin over soep"),
        ("greet", ELSEWHERE, "een korte zin over soep"),
        ("greet", "nowhere", "een korte zin over soep"),
        ("", "", ""),
    ],
)
async def test_a_wrong_sign_in_never_tells_what_was_wrong(
    browser: Open, login: str, organisation: str, password: str
) -> None:
    guest = await (await browser()).sign_in(login, organisation, password)
    assert guest.status == 400
    assert "These do not belong together" in guest.html


@BOTH
async def test_an_account_is_closed_to_guessing_after_five_tries_but_not_its_links(stage: Stage, browser: Open) -> None:
    working = await (await browser()).sign_in("greet")
    guesser = await browser()
    for _ in range(5):
        assert (await guesser.sign_in("greet", password="a guess that is wrong")).status == 400
    assert (await guesser.sign_in("greet")).status == 429
    assert (await guesser.sign_in("yusuf")).status == 200
    assert (await working.open("/staff/")).status == 200
    linked = await (await browser()).open(f"/staff/link/{await link(stage)}")
    assert (await linked.send("/staff/link/")).path == "/staff/"
    stage.later(minutes=1)
    assert (await (await browser()).sign_in("greet")).path == "/staff/"


@BOTH
async def test_a_preview_of_a_one_time_link_does_not_burn_it(stage: Stage, browser: Open) -> None:
    case, token = await stage.case(), await link(stage)
    for _ in range(3):
        preview = await (await browser()).open(f"/staff/link/{token}?case={case}")
        assert "Samira" not in preview.html
    coach = await (await browser()).open(f"/staff/link/{token}?case={case}")
    await coach.send("/staff/link/")
    assert coach.path == f"/staff/cases/{case}"
    second = await (await browser()).open(f"/staff/link/{token}")
    assert (await second.send("/staff/link/")).status == 410


@pytest.mark.parametrize("case", ["https://evil.example/", "//evil.example", "../../x", ""])
async def test_a_one_time_link_leads_nowhere_else(stage: Stage, browser: Open, case: str) -> None:
    coach = await (await browser()).open(f"/staff/link/{await link(stage)}")
    await coach.send("/staff/link/", case=case)
    assert coach.path == "/staff/"


async def test_a_sign_in_gives_a_new_token_and_sign_out_ends_it_at_the_server(browser: Open) -> None:
    coach = await (await browser()).open("/staff/sign-in")
    guest_token = coach.cookie()
    await coach.sign_in("greet")
    token = coach.cookie()
    assert token != guest_token
    await coach.send("/sign-out")
    assert coach.path == "/staff/sign-in"
    coach.client.session.cookie_jar.update_cookies({"opstap-staff": token})
    assert (await coach.open("/staff/")).path == "/staff/sign-in"


async def test_a_sign_in_ends_after_half_an_hour_without_a_page(stage: Stage, browser: Open) -> None:
    coach = await (await browser()).sign_in("greet")
    for _ in range(3):
        stage.later(minutes=29)
        assert (await coach.open("/staff/")).path == "/staff/"
    stage.later(minutes=30)
    assert (await coach.open("/staff/")).path == "/staff/sign-in"


async def test_an_account_that_is_closed_is_out_at_once(stage: Stage, browser: Open) -> None:
    coach = await (await browser()).sign_in("greet")
    account = await stage.account("greet")

    def close(session: Session) -> None:
        session.get_one(Staff, account.id).active = False

    await stage.ledger.write(close)
    assert (await coach.open("/staff/")).path == "/staff/sign-in"


FORGERIES = {
    "no token": ({"Sec-Fetch-Site": "same-origin"}, {"form_token": ""}),
    "another token": ({"Sec-Fetch-Site": "same-origin"}, {"form_token": "a" * 64}),
    "no ASCII": ({"Sec-Fetch-Site": "same-origin"}, {"form_token": "é"}),
    "cross-site": ({"Sec-Fetch-Site": "cross-site"}, {}),
    "same site, other origin": ({"Sec-Fetch-Site": "same-site"}, {}),
    "foreign origin": ({"Origin": "https://evil.example"}, {}),
    "JSON as text": ({"Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain"}, {}),
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
async def test_a_forged_form_changes_nothing(
    stage: Stage, browser: Open, forgery: tuple[dict[str, str], dict[str, str]]
) -> None:
    case = await stage.case()
    coach = await (await browser()).sign_in("greet")
    await coach.open(f"/staff/cases/{case}")
    headers, fields = forgery
    await coach.send("/accept", headers, **fields)
    assert coach.status == 403
    found = await stage.ledger.read(lambda session: session.get_one(Case, case))
    assert found.state == "offered"


async def test_the_form_token_of_one_browser_is_worth_nothing_in_another(stage: Stage, browser: Open) -> None:
    case = await stage.case()
    coach, attacker = await (await browser()).sign_in("greet"), await (await browser()).sign_in("yusuf")
    await attacker.open(f"/staff/cases/{case}")
    coach.html = attacker.html
    assert (await coach.send("/accept")).status == 403


async def test_a_browser_that_says_nothing_of_where_it_comes_from_needs_the_token_alone(
    stage: Stage, browser: Open
) -> None:
    case = await stage.case()
    coach = await (await browser()).sign_in("greet")
    await coach.open(f"/staff/cases/{case}")
    await coach.send("/accept", {"Origin": "null"})
    assert "You have accepted this case." in coach.html


async def test_behind_https_the_cookie_is_bound_to_host_and_scheme(stage: Stage) -> None:
    async with stage.serve(secure=True) as opened:
        answer = await (await opened()).client.get("/staff/sign-in")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-opstap-staff=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


async def test_a_coach_sets_a_password_and_goes_on_while_other_browsers_are_out(browser: Open) -> None:
    other = await (await browser()).sign_in("greet")
    coach = await (await browser()).sign_in("greet")
    await coach.open("/staff/password")
    now, new = {"current": PASSWORD}, {"password": "de fiets staat buiten", "again": "de fiets staat buiten"}
    assert (await coach.send("/staff/password", **now, password="short", again="short")).status == 400
    assert (await coach.send("/staff/password", **now, password="een langere zin", again="iets anders")).status == 400
    assert (await coach.send("/staff/password", **new, current="een andere zin")).status == 400
    await coach.send("/staff/password", **now, **new)
    assert (coach.status, coach.path) == (200, "/staff/")
    assert (await other.open("/staff/")).path == "/staff/sign-in"
    fresh = await (await browser()).sign_in("greet", password="de fiets staat buiten")
    assert fresh.path == "/staff/"


@BOTH
@pytest.mark.parametrize("field", ["organisation", "login", "password"])
async def test_hostile_words_in_the_sign_in_are_a_wrong_sign_in(stage: Stage, browser: Open, field: str) -> None:
    guest = await (await browser()).open("/staff/sign-in")
    token = form_token(guest.cookie())
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    for hostile in ("\0", "\ud800", "\u202e", "x" * 10_000, "' OR 1=1--", "{{7*7}}"):
        fields = {"organisation": HERE, "login": "greet", "password": PASSWORD, field: hostile, "form_token": token}
        body = urlencode(fields, errors="surrogatepass")
        stage.later(minutes=16)
        answer = await guest.client.post("/staff/sign-in", data=body, headers=headers)
        assert answer.status == 400, hostile
        assert "49" not in re.findall(r'value="([^"]*)"', await answer.text())


@pytest.mark.parametrize(
    ("body", "charset", "status"),
    [(b"form_token=\xff\xfe", "utf-8", 400), (b"form_token=a", "bogus", 400), (b"x" * 100_000, "utf-8", 413)],
)
async def test_bytes_that_are_no_form_are_refused(browser: Open, body: bytes, charset: str, status: int) -> None:
    guest = await browser()
    headers = {"Content-Type": f"application/x-www-form-urlencoded; charset={charset}"}
    assert (await guest.client.post("/staff/sign-in", data=body, headers=headers)).status == status
