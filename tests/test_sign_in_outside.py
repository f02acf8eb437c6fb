"""Signing in through an organisation's own sign-in, against a real provider that tells the truth, or does not."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import unused_port
from pydantic import SecretStr
from sqlmodel import Session, select
from yarl import URL

from bot.provider_secrets import provider_secrets
from bot.settings import BadSettings
from casework.door.factors import untie
from casework.door.sign_in_file import Provider, SignIn
from casework.house.organisations import Organisation
from storage.door_tables import OutsideIdentity
from storage.ledger import Ledger, open_ledger
from storage.tables import Audit, Staff
from tests.console.test_sign_in_factors import code_of, has_app
from tests.oidc_server import CLIENT, SECRET, OidcServer, Worker
from tests.staff_stage import ELSEWHERE, HERE, ORGANISATIONS, Browser, Open, Stage


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    opened = await open_ledger("sqlite://")
    yield opened
    await opened.close()


@pytest.fixture
async def stage(ledger: Ledger) -> Stage:
    stage = Stage(ledger)
    await stage.staff()
    return stage


@pytest.fixture
async def provider(stage: Stage) -> AsyncIterator[OidcServer]:
    """The sign-in of one organisation; its file gives the e-mail address of one colleague."""
    async with OidcServer(lambda: stage.now) as server:
        stage.origin = f"http://127.0.0.1:{unused_port()}"
        server.back = f"{stage.origin}/staff/sign-in/back"
        stage.organisations = {**ORGANISATIONS, HERE: with_provider(server)}
        stage.provider_secrets = {HERE: SecretStr(SECRET)}
        yield server


@pytest.fixture
async def browser(stage: Stage, provider: OidcServer) -> AsyncIterator[Open]:
    async with stage.serve() as opened:
        yield opened


def with_provider(server: OidcServer, **more: Any) -> Organisation:
    here = ORGANISATIONS[HERE]
    greet = replace(here.coaches["greet"], email="greet@example.org")
    signs_in = SignIn(provider=Provider("the Town", server.url, CLIENT, **more))
    return replace(here, coaches={**here.coaches, "greet": greet}, sign_in=signs_in)


def way(browser: Browser) -> str:
    """Where the page that goes on by itself leads."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', browser.html)
    assert found is not None, browser.html
    return html.unescape(found[1])


async def sent_back(browser: Browser, where: str) -> str:
    """What the provider makes of it: the way back."""
    answer = await browser.client.session.get(where, allow_redirects=False)
    return str(URL(answer.headers["Location"]).path_qs)


async def leaves(browser: Browser) -> str:
    await browser.open("/staff/sign-in")
    await browser.send(f"/sign-in/outside/{HERE}")
    return await sent_back(browser, way(browser))


async def goes_through(browser: Browser) -> Browser:
    return await browser.open(await leaves(browser))


async def tied(stage: Stage) -> list[tuple[str, str]]:
    def work(session: Session) -> list[tuple[str, str]]:
        rows = session.exec(select(Staff, OutsideIdentity).join(OutsideIdentity)).all()
        return [(staff.login, identity.subject) for staff, identity in rows]

    return await stage.ledger.read(work)


async def test_a_coach_whose_address_the_file_names_comes_in_and_is_known_from_then_on(
    stage: Stage, provider: OidcServer, browser: Open
) -> None:
    coach = await goes_through(await browser())
    assert (coach.status, coach.path) == (200, "/staff/")
    assert await tied(stage) == [("greet", "u-greet")]
    provider.worker = Worker("u-greet", "another@example.org", verified=False)
    assert (await goes_through(await browser())).path == "/staff/"


async def test_what_goes_to_the_provider_is_a_code_with_pkce_state_and_nonce(browser: Open) -> None:
    coach = await (await browser()).open("/staff/sign-in")
    await coach.send(f"/sign-in/outside/{HERE}")
    asked = URL(way(coach)).query
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid email")
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert SECRET not in way(coach)


STRANGERS = {
    "an address that the file does not name": Worker("u-x", "x@example.org"),
    "an address that nobody has verified": Worker("u-greet", verified=False),
    "an address that is verified in words only": Worker("u-greet", verified="true"),
    "no address": Worker("u-greet", ""),
}


@pytest.mark.parametrize("worker", STRANGERS.values(), ids=STRANGERS)
async def test_nobody_gets_an_account_from_nothing(
    stage: Stage, provider: OidcServer, browser: Open, worker: Worker
) -> None:
    provider.worker = worker
    guest = await goes_through(await browser())
    assert guest.status == 403
    assert "no account here is yours" in guest.html
    assert (await guest.open("/staff/")).path == "/staff/sign-in"
    assert await tied(stage) == []


async def test_an_account_that_is_tied_goes_to_nobody_else_by_its_address(
    stage: Stage, provider: OidcServer, browser: Open
) -> None:
    await goes_through(await browser())
    provider.worker = Worker("u-impostor", "greet@example.org")
    assert (await goes_through(await browser())).status == 403
    account = await stage.account("greet")
    await stage.ledger.write(lambda s: untie(s, s.get_one(Staff, account.id), stage.now))
    assert (await goes_through(await browser())).path == "/staff/"
    assert await tied(stage) == [("greet", "u-impostor")]


async def test_a_closed_account_stays_closed(stage: Stage, browser: Open) -> None:
    account = await stage.account("greet")

    def close(session: Session) -> None:
        session.get_one(Staff, account.id).active = False

    await stage.ledger.write(close)
    assert (await goes_through(await browser())).status == 403


LIES: dict[str, dict[str, Any]] = {
    "the nonce of somebody else": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "for another house": {"claims": {"aud": ["another"]}},
    "for several, and not given to us": {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    "of another issuer": {"claims": {"iss": "https://evil.example"}},
    "too old": {"claims": {"exp": 1}},
    "of later": {"claims": {"iat": 4102444800}},
    "without a subject": {"claims": {"sub": None}},
    "with the hash of another access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "unsigned": {"unsigned": True},
    "signed by another": {"other_key": True},
    "the answer names another issuer": {"answer": {"iss": "https://evil.example"}},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_provider_that_lies_is_not_believed(
    stage: Stage, provider: OidcServer, browser: Open, lie: dict[str, Any]
) -> None:
    for name, value in lie.items():
        setattr(provider.lies, name, value)
    guest = await goes_through(await browser())
    assert guest.status == 400
    assert "did not come through" in guest.html
    assert (await guest.open("/staff/")).path == "/staff/sign-in"
    assert await tied(stage) == []


ABOUT: dict[str, dict[str, Any]] = {
    "calls itself otherwise": {"issuer": "https://evil.example"},
    "sends people on in the open": {"authorization_endpoint": "http://evil.example/authorize"},
    "is no place at all": {"authorization_endpoint": "javascript:alert(1)"},
    "says nothing": {"authorization_endpoint": ""},
}


@pytest.mark.parametrize("about", ABOUT.values(), ids=ABOUT)
async def test_nobody_is_sent_to_a_provider_that_is_not_what_the_file_says(
    provider: OidcServer, browser: Open, about: dict[str, Any]
) -> None:
    provider.lies.about = about
    guest = await (await browser()).open("/staff/sign-in")
    await guest.send(f"/sign-in/outside/{HERE}")
    assert guest.status == 503
    assert "evil" not in guest.html


@pytest.mark.parametrize("endpoint", ["token_endpoint", "jwks_uri"])
async def test_the_secret_goes_nowhere_in_the_open(provider: OidcServer, browser: Open, endpoint: str) -> None:
    guest = await browser()
    back = await leaves(guest)
    provider.lies.about = {endpoint: "http://127.0.0.1:9/"}
    assert (await guest.open(back)).status == 503


async def test_a_provider_that_is_down_leaves_the_password(stage: Stage, provider: OidcServer, browser: Open) -> None:
    guest = await browser()
    back = await leaves(guest)
    provider.lies.down = True
    assert (await guest.open(back)).status == 503
    await guest.open("/staff/sign-in")
    await guest.send(f"/sign-in/outside/{HERE}")
    assert guest.status == 503
    assert "does not answer" in guest.html
    assert (await guest.sign_in("greet")).path == "/staff/"


async def test_a_provider_that_cannot_be_reached_is_down(stage: Stage, provider: OidcServer, browser: Open) -> None:
    gone = Provider("the Town", f"http://127.0.0.1:{unused_port()}", CLIENT)
    stage.organisations = {**ORGANISATIONS, HERE: replace(ORGANISATIONS[HERE], sign_in=SignIn(provider=gone))}
    stage.origin = ""
    async with stage.serve() as opened:
        guest = await (await opened()).open("/staff/sign-in")
        assert (await guest.send(f"/sign-in/outside/{HERE}")).status == 503


async def test_a_way_back_works_once_and_in_the_browser_that_left(browser: Open) -> None:
    coach, thief = await browser(), await (await browser()).open("/staff/sign-in")
    back = await leaves(coach)
    assert (await thief.open(back)).status == 400
    assert (await coach.open(back)).path == "/staff/"
    assert (await (await coach.send("/sign-out")).open(back)).status == 400


async def test_a_way_back_is_good_for_ten_minutes(stage: Stage, browser: Open) -> None:
    coach = await browser()
    back = await leaves(coach)
    stage.later(minutes=10)
    assert (await coach.open(back)).status == 400


@pytest.mark.parametrize(
    "query", ["", "?state=x&code=y", "?error=access_denied", "?state=%00&code=%00", "?code=" + "x" * 4000]
)
async def test_a_way_back_from_nowhere_leads_to_the_sign_in(browser: Open, query: str) -> None:
    coach = await browser()
    await coach.open("/staff/sign-in")
    await coach.send(f"/sign-in/outside/{HERE}")
    assert (await coach.open(f"/staff/sign-in/back{query}")).status == 400
    assert (await coach.open(f"/staff/sign-in/back{query}")).status == 400


@pytest.mark.parametrize(("asks", "path"), [(False, "/staff/sign-in/code"), (True, "/staff/")])
async def test_our_second_factor_is_asked_unless_theirs_was(
    stage: Stage, provider: OidcServer, asks: bool, path: str
) -> None:
    secret, _ = await has_app(stage)
    stage.organisations = {**ORGANISATIONS, HERE: with_provider(provider, asks_second_factor=asks)}
    async with stage.serve() as opened:
        coach = await goes_through(await opened())
        assert coach.path == path
        if not asks:
            await coach.send("/sign-in/code", code=code_of(secret, stage))
            assert coach.path == "/staff/"


async def test_who_is_signed_in_ties_their_account_without_an_address(
    stage: Stage, provider: OidcServer, browser: Open
) -> None:
    provider.worker = Worker("u-yusuf", "", verified=False)
    coach = await (await browser()).sign_in("yusuf")
    await coach.open("/staff/account")
    await coach.send("/staff/account/outside")
    await coach.open(await sent_back(coach, way(coach)))
    assert coach.path == "/staff/account"
    assert await tied(stage) == [("yusuf", "u-yusuf")]
    assert (await goes_through(await browser())).path == "/staff/"
    colleague = await (await browser()).sign_in("greet")
    await colleague.open("/staff/account")
    await colleague.send("/staff/account/outside")
    await colleague.open(await sent_back(colleague, way(colleague)))
    assert "tied to an account already" in colleague.html
    await coach.open("/staff/account")
    await coach.send("/outside/remove")
    assert await tied(stage) == []


async def test_who_signs_out_meanwhile_ties_nothing(stage: Stage, provider: OidcServer, browser: Open) -> None:
    coach = await (await browser()).sign_in("yusuf")
    await coach.open("/staff/account")
    await coach.send("/staff/account/outside")
    where = way(coach)
    await coach.open("/staff/account")
    await coach.send("/sign-out")
    assert (await coach.open(await sent_back(coach, where))).status == 400
    assert await tied(stage) == []


async def test_an_organisation_without_one_has_no_way_there(provider: OidcServer, browser: Open) -> None:
    guest = await (await browser()).open("/staff/sign-in")
    guest.html = guest.html.replace(f"/outside/{HERE}", f"/outside/{ELSEWHERE}")
    await guest.send(f"/sign-in/outside/{ELSEWHERE}")
    assert guest.status == 400
    assert provider.asked == []


async def test_who_was_refused_is_in_the_audit_by_no_name(stage: Stage, provider: OidcServer, browser: Open) -> None:
    provider.worker = Worker("u-x", "x@example.org")
    await goes_through(await browser())
    rows = await stage.ledger.read(lambda s: [row.model_dump() for row in s.exec(select(Audit))])
    assert [(row["action"], row["subject"], row["actor"]) for row in rows] == [
        ("staff.outside_unknown", "nobody", "guest")
    ]


def test_the_secret_is_a_setting_or_in_a_file(tmp_path: Any) -> None:
    here = replace(ORGANISATIONS[HERE], sign_in=SignIn(provider=Provider("x", "https://x.example", "opstap")))
    kept = tmp_path / "secret"
    kept.write_text("in a file\n")
    for environment, secret in (
        ({"OPSTAP_PROVIDER_SECRET_BIJZIG": "in the open"}, "in the open"),
        ({"OPSTAP_PROVIDER_SECRET_FILE_BIJZIG": str(kept)}, "in a file"),
    ):
        assert provider_secrets({HERE: here}, environment)[HERE].get_secret_value() == secret
        assert secret not in str(provider_secrets({HERE: here}, environment))


@pytest.mark.parametrize(
    "environment",
    [{}, {"OPSTAP_PROVIDER_SECRET_GENK": "x"}, {"OPSTAP_PROVIDER_SECRET_FILE_BIJZIG": "/nowhere/at/all"}],
)
def test_a_secret_that_is_missing_or_nobodys_is_said_at_the_start(environment: dict[str, str]) -> None:
    here = replace(ORGANISATIONS[HERE], sign_in=SignIn(provider=Provider("x", "https://x.example", "opstap")))
    with pytest.raises(BadSettings):
        provider_secrets({HERE: here, ELSEWHERE: ORGANISATIONS[ELSEWHERE]}, environment)
