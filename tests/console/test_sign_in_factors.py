"""The second factor by an app, recovery codes, and the browsers in which somebody is signed in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlmodel import Session, select

from casework.door.factors import factors_of, reset_factors
from casework.door.links import one_time_link
from casework.door.recovery_codes import new_codes
from casework.door.second_factor import begin_app, confirm_app
from casework.door.sign_in import open_door
from casework.door.sign_in_file import SignIn
from storage.door_tables import RecoveryCode, StaffApp, StaffSession
from storage.ledger import open_ledger
from storage.tables import Audit, Staff
from storage.verify import verify
from tests.databases import BOTH
from tests.staff_stage import HERE, ORGANISATIONS, PASSWORD, Browser, Open, Stage

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def requiring() -> dict[str, object]:
    here = replace(ORGANISATIONS[HERE], sign_in=SignIn(second_factor="required"))
    return {**ORGANISATIONS, HERE: here}


def code_of(secret: str, stage: Stage) -> str:
    return pyotp.TOTP(secret).at(stage.now)


def shown_secret(coach: Browser) -> str:
    found = re.search(r'<p class="link id">([A-Z2-7 ]+)</p>', coach.html)
    assert found is not None
    return found[1].replace(" ", "")


def shown_codes(coach: Browser) -> list[str]:
    return re.findall(r'<li class="id">([a-z0-9-]+)</li>', coach.html)


async def sets_up(coach: Browser, stage: Stage) -> tuple[str, list[str]]:
    """On the pages: the secret and the recovery codes."""
    await coach.open("/staff/account")
    await coach.send("/staff/account/app")
    secret = shown_secret(coach)
    await coach.send("/app/confirm", code=code_of(secret, stage))
    return secret, shown_codes(coach)


async def has_app(stage: Stage, login: str = "greet") -> tuple[str, list[str]]:
    """Without the pages: an app that counts since yesterday, and codes on paper."""
    account, before = await stage.account(login), stage.now - timedelta(days=1)

    def work(session: Session) -> tuple[str, list[str]]:
        begin_app(session, stage.vault, account.id, before)
        session.flush()
        row = session.get_one(StaffApp, account.id)
        secret = stage.vault.house.open(row.sealed, f"app|{account.id}").decode()
        assert confirm_app(session, stage.vault, account.id, pyotp.TOTP(secret).at(before), before)
        return secret, new_codes(session, account.id)

    return await stage.ledger.write(work)


async def actions(stage: Stage) -> list[str]:
    return await stage.ledger.read(lambda s: [row.action for row in s.exec(select(Audit).order_by(Audit.id)).all()])  # type: ignore[arg-type]


@BOTH
async def test_a_coach_sets_up_an_app_and_is_asked_for_its_code_from_then_on(stage: Stage, browser: Open) -> None:
    coach = await (await browser()).sign_in("greet")
    secret, codes = await sets_up(coach, stage)
    assert len(codes) == 8
    assert (await coach.open("/staff/")).path == "/staff/"
    stage.later(minutes=2)
    again = await (await browser()).sign_in("greet")
    assert again.path == "/staff/sign-in/code"
    assert (await again.open("/staff/cases")).path == "/staff/sign-in"
    await again.open("/staff/sign-in/code")
    await again.send("/sign-in/code", code=code_of(secret, stage))
    assert again.path == "/staff/"
    assert await stage.ledger.read(verify) == []


async def test_an_app_counts_only_once_a_code_of_it_was_typed(stage: Stage, browser: Open) -> None:
    coach = await (await browser()).sign_in("greet")
    await coach.open("/staff/account")
    await coach.send("/staff/account/app")
    await coach.send("/app/confirm", code="000000")
    assert (coach.status, shown_codes(coach)) == (400, [])
    assert (await (await browser()).sign_in("greet")).path == "/staff/"


@BOTH
async def test_a_code_works_once_and_no_older_one_after_it(stage: Stage, browser: Open) -> None:
    secret, _ = await has_app(stage)
    before = code_of(secret, stage)
    stage.later(seconds=30)
    now = code_of(secret, stage)
    paths = []
    for code in (now, now, before):
        coach = await (await browser()).sign_in("greet")
        await coach.send("/sign-in/code", code=code)
        paths.append(coach.path)
    assert paths == ["/staff/", "/staff/sign-in/code", "/staff/sign-in/code"]


@pytest.mark.parametrize(("seconds", "status"), [(-30, 200), (30, 200), (-90, 400), (90, 400)])
async def test_clocks_may_differ_by_one_code(stage: Stage, browser: Open, seconds: int, status: int) -> None:
    secret, _ = await has_app(stage)
    coach = await (await browser()).sign_in("greet")
    await coach.send("/sign-in/code", code=pyotp.TOTP(secret).at(stage.now + timedelta(seconds=seconds)))
    assert coach.status == status


@pytest.mark.parametrize("code", ["", "12345", "٣٤٥٦٧٨", "abcdef", "1" * 64, "\0\0\0\0\0\0", "{{7*7}}"])
async def test_what_is_no_code_is_a_wrong_code(stage: Stage, browser: Open, code: str) -> None:
    await has_app(stage)
    coach = await (await browser()).sign_in("greet")
    await coach.send("/sign-in/code", code=code)
    assert (coach.status, coach.path) == (400, "/staff/sign-in/code")


async def test_a_code_on_paper_lets_in_once_however_it_is_typed(stage: Stage, browser: Open) -> None:
    _, codes = await has_app(stage)
    coach = await (await browser()).sign_in("greet")
    await coach.send("/sign-in/code", code=f"  {codes[0].upper().replace('-', ' ')} ")
    assert coach.path == "/staff/"
    again = await (await browser()).sign_in("greet")
    await again.send("/sign-in/code", code=codes[0])
    assert again.status == 400
    assert (await coach.open("/staff/account")).html.count("7.") == 1


async def test_no_code_and_no_secret_stands_in_the_database(stage: Stage) -> None:
    secret, codes = await has_app(stage)

    def everything(session: Session) -> str:
        return " ".join(
            str(row.model_dump()) for table in (StaffApp, RecoveryCode) for row in session.exec(select(table))
        )

    kept = await stage.ledger.read(everything)
    assert not any(each in kept for each in (secret, *codes, *(code.replace("-", "") for code in codes)))


async def test_a_link_stands_for_the_password_only(stage: Stage, browser: Open) -> None:
    secret, _ = await has_app(stage)
    account, case = await stage.account("greet"), await stage.case()
    token = await stage.ledger.write(lambda s: one_time_link(s, s.get_one(Staff, account.id), "sign_in", stage.now))
    coach = await (await browser()).open(f"/staff/link/{token}?case={case}")
    await coach.send("/staff/link/")
    assert coach.path == "/staff/sign-in/code"
    await coach.send("/sign-in/code", code=code_of(secret, stage))
    assert coach.path == f"/staff/cases/{case}"


async def test_a_right_password_waits_ten_minutes_for_its_code(stage: Stage, browser: Open) -> None:
    secret, _ = await has_app(stage)
    coach = await (await browser()).sign_in("greet")
    stage.later(minutes=10)
    await coach.send("/sign-in/code", code=code_of(secret, stage))
    assert coach.path == "/staff/sign-in"


async def test_codes_cannot_be_guessed_and_the_wait_ends(stage: Stage, browser: Open) -> None:
    secret, _ = await has_app(stage)
    guesser = await (await browser()).sign_in("greet")
    statuses = [(await guesser.send("/sign-in/code", code="000000")).status for _ in range(6)]
    assert statuses == [400, 400, 400, 400, 400, 429]
    assert (await guesser.send("/sign-in/code", code=code_of(secret, stage))).status == 429
    stage.later(minutes=1)
    await guesser.send("/sign-in/code", code=code_of(secret, stage))
    assert guesser.path == "/staff/"


async def test_where_a_second_factor_is_required_nothing_else_opens_before_it_is_set_up(
    stage: Stage, browser: Open
) -> None:
    before = await (await browser()).sign_in("greet")
    stage.organisations = requiring()  # type: ignore[assignment]
    async with stage.serve() as opened:
        coach = await (await opened()).sign_in("greet")
        assert coach.path == "/staff/account"
        assert (await coach.open("/staff/cases")).path == "/staff/account"
        assert (await coach.open("/staff/password")).path == "/staff/password"
        await sets_up(coach, stage)
        assert (await coach.open("/staff/cases")).path == "/staff/cases"
        await coach.open("/staff/account")
        await coach.send("/app/remove")
        assert (await coach.open("/staff/cases")).path == "/staff/account"
    assert (await before.open("/staff/")).path == "/staff/sign-in"


async def test_a_new_factor_signs_out_the_other_browsers(stage: Stage, browser: Open) -> None:
    other, coach = await (await browser()).sign_in("greet"), await (await browser()).sign_in("greet")
    await sets_up(coach, stage)
    assert (await other.open("/staff/")).path == "/staff/sign-in"
    assert (await coach.open("/staff/")).path == "/staff/"


async def test_a_change_makes_no_sign_in_longer(stage: Stage, browser: Open) -> None:
    coach = await (await browser()).sign_in("greet")
    stage.later(minutes=10)
    await sets_up(coach, stage)
    for _ in range(26):
        stage.later(minutes=27)
        await coach.open("/staff/")
    assert coach.path == "/staff/"
    stage.later(minutes=8)
    assert (await coach.open("/staff/")).path == "/staff/sign-in"


async def test_who_finds_a_console_open_cannot_change_how_one_signs_in(stage: Stage, browser: Open) -> None:
    await has_app(stage, "yusuf")
    coach = await (await browser()).sign_in("greet")
    await coach.open("/staff/account")
    stage.later(minutes=16)
    for path in ("/staff/account/app", "/staff/account/codes", "/staff/account/app/remove", "/staff/password"):
        await coach.open("/staff/account")
        coach.html = coach.html.replace("/staff/sign-out", path)
        await coach.send(path)
        assert str(coach.path) == "/staff/account", path
        assert "Sign in once more" in coach.html
    assert (
        await stage.ledger.read(lambda s: s.exec(select(StaffApp)).one().staff_id) != (await stage.account("greet")).id
    )


async def test_a_picture_for_the_app_is_ours_and_shown_only_while_it_is_set_up(stage: Stage, browser: Open) -> None:
    coach = await (await browser()).sign_in("greet")
    await coach.open("/staff/account")
    await coach.send("/staff/account/app")
    answer = await coach.client.get("/staff/account/app.svg")
    assert answer.content_type == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "no-store"
    await coach.send("/app/confirm", code=code_of(shown_secret(coach), stage))
    gone = await coach.client.get("/staff/account/app.svg", allow_redirects=False)
    assert gone.status == 303


async def test_somebody_sees_where_they_are_signed_in_and_ends_it(stage: Stage, browser: Open) -> None:
    coach = await browser()
    coach.client.session.headers["User-Agent"] = FIREFOX
    other, colleague = await (await browser()).sign_in("greet"), await (await browser()).sign_in("yusuf")
    stage.later(minutes=5)
    await coach.sign_in("greet")
    await coach.open("/staff/account")
    assert "Firefox, Windows" in coach.html
    assert coach.html.count("Sign out there") == 1
    await coach.send("/end")
    assert (await other.open("/staff/")).path == "/staff/sign-in"
    assert (await coach.open("/staff/")).path == "/staff/"
    third = await (await browser()).sign_in("greet")
    await coach.open("/staff/account")
    await coach.send("/others/end")
    assert [(await each.open("/staff/")).path for each in (third, coach, colleague)] == [
        "/staff/sign-in",
        "/staff/",
        "/staff/",
    ]


async def test_nobody_ends_the_sign_in_of_somebody_else(stage: Stage, browser: Open) -> None:
    coach, colleague = await (await browser()).sign_in("greet"), await (await browser()).sign_in("yusuf")
    await (await browser()).sign_in("greet")
    yusuf = await stage.account("yusuf")
    theirs = await stage.ledger.read(
        lambda s: s.exec(select(StaffSession.id).where(StaffSession.staff_id == yusuf.id)).one()
    )
    await coach.open("/staff/account")
    coach.html = re.sub(r"sessions/[0-9a-f]{32}/end", f"sessions/{theirs}/end", coach.html)
    assert (await coach.send("/end")).status == 404
    assert (await colleague.open("/staff/")).path == "/staff/"


async def test_a_lost_factor_is_reset_by_who_runs_the_program_and_that_is_written_down(
    stage: Stage, browser: Open
) -> None:
    await has_app(stage)
    account = await stage.account("greet")
    await stage.ledger.write(lambda s: reset_factors(s, s.get_one(Staff, account.id), stage.now))
    assert not (await stage.ledger.read(lambda s: factors_of(s, account.id))).any
    assert (await (await browser()).sign_in("greet")).path == "/staff/"
    assert "staff.reset_factors" in await actions(stage)
    assert await stage.ledger.read(verify) == []


async def test_what_happens_at_the_door_is_written_down_without_any_secret(stage: Stage, browser: Open) -> None:
    guesser = await browser()
    await guesser.sign_in("greet", password="a guess that is wrong")
    await guesser.sign_in("nobody here", password="a guess that is wrong")
    coach = await (await browser()).sign_in("greet")
    secret, codes = await sets_up(coach, stage)
    await coach.open("/staff/")
    await coach.send("/sign-out")
    await coach.sign_in("greet")
    await coach.send("/sign-in/code", code="000000")
    await coach.send("/sign-in/code", code=codes[0])
    assert await actions(stage) == [
        "staff.wrong_password",
        "staff.wrong_password",
        "staff.sign_in",
        "staff.app",
        "staff.sign_out",
        "staff.first_factor",
        "staff.wrong_code",
        "staff.recovery_code",
        "staff.sign_in",
    ]
    rows = await stage.ledger.read(lambda s: " ".join(str(row.model_dump()) for row in s.exec(select(Audit))))
    assert not any(each in rows for each in (secret, codes[0], PASSWORD, "nobody here", "greet"))


async def test_a_broken_door_is_found_by_the_doctor() -> None:
    ledger = await open_ledger("sqlite://")
    stage = Stage(ledger)
    await stage.staff()
    greet, yusuf = await stage.account("greet"), await stage.account("yusuf")

    def damage(session: Session) -> None:
        new_codes(session, yusuf.id)
        session.add(StaffApp(staff_id=greet.id, sealed=b"", confirmed_at=stage.now, created_at=stage.now))
        open_door(session, yusuf.id, stage.now)
        session.get_one(Staff, yusuf.id).active = False

    await ledger.write(damage)
    found = {(each.invariant, each.place.split()[0]) for each in await ledger.read(verify)}
    await ledger.close()
    assert found == {("I14", "staff_app"), ("I14", "recovery_code"), ("I14", "staff_session")}


async def test_who_forgot_the_password_replaces_it_by_a_link(stage: Stage, browser: Open) -> None:
    account = await stage.account("greet")
    token = await stage.ledger.write(lambda s: one_time_link(s, s.get_one(Staff, account.id), "sign_in", stage.now))
    coach = await (await browser()).open(f"/staff/link/{token}")
    await coach.send("/staff/link/")
    await coach.open("/staff/password")
    assert "current-password" not in coach.html
    await coach.send("/staff/password", password="de fiets staat buiten", again="de fiets staat buiten")
    assert (await (await browser()).sign_in("greet", password="de fiets staat buiten")).path == "/staff/"


async def test_the_password_of_now_is_not_to_be_guessed_in_a_console_that_stands_open(
    stage: Stage, browser: Open
) -> None:
    coach, new = await (await browser()).sign_in("greet"), "de fiets staat buiten"
    await coach.open("/staff/password")
    for current in (*(f"een gok van nummer {number}" for number in range(5)), PASSWORD):
        await coach.send("/staff/password", current=current, password=new, again=new)
        assert coach.status == 400
    stage.later(minutes=1)
    assert (await coach.send("/staff/password", current=PASSWORD, password=new, again=new)).path == "/staff/"
