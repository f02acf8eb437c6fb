"""Accounts follow the organisation's file; passwords, links, sign-ins and API tokens are kept as hashes only."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from casework.door import passwords
from casework.door.accounts import Account, PasswordRefused, ensure_accounts, find_account, hash_for, set_password
from casework.door.api_tokens import api_token, api_tokens, new_api_token, public_id, revoke_api_token
from casework.door.links import Purpose, one_time_link, redeem
from casework.door.rights import Right, may
from casework.door.sign_in import ABSOLUTE, IDLE, close_door, find_door, keep_open, open_door
from storage.ledger import Ledger
from storage.tables import ApiToken, Case, OneTimeLink, Staff, StaffSession
from tests.staff_stage import ANSWERS, HERE, ORGANISATIONS, PASSWORD, Stage


@pytest.fixture
async def stage(ledger: Ledger) -> Stage:
    stage = Stage(ledger)
    await stage.staff()
    return stage


async def link(stage: Stage, login: str, purpose: Purpose = "sign_in") -> str:
    account = await stage.account(login)
    return await stage.ledger.write(
        lambda session: one_time_link(session, session.get_one(Staff, account.id), purpose, stage.now)
    )


async def use(stage: Stage, token: str, purpose: Purpose = "sign_in") -> str | None:
    staff = await stage.ledger.write(lambda session: redeem(session, token, purpose, stage.now))
    return staff.login if staff else None


async def door(stage: Stage, login: str) -> str:
    account = await stage.account(login)
    return await stage.ledger.write(lambda session: open_door(session, account.id, stage.now))


async def who(stage: Stage, token: str) -> str | None:
    found = await stage.ledger.read(lambda session: find_door(session, token, stage.now))
    return found[0].login if found else None


async def test_every_coach_has_one_account_however_often_the_file_is_read(stage: Stage) -> None:
    again = await stage.ledger.write(lambda s: ensure_accounts(s, ORGANISATIONS[HERE], stage.now))
    account = await stage.account("yusuf")
    assert again == 0
    assert (account.name, account.role, account.coach, account.reads_cases) == ("Yusuf Demir", "coach", "yusuf", True)


async def test_who_leaves_the_file_is_signed_out_and_stays_out(stage: Stage) -> None:
    token = await door(stage, "greet")
    left = {id: coach for id, coach in ORGANISATIONS[HERE].coaches.items() if id != "greet"}
    smaller = replace(ORGANISATIONS[HERE], coaches=left)
    await stage.ledger.write(lambda s: ensure_accounts(s, smaller, stage.now))
    assert await who(stage, token) is None
    await stage.ledger.write(lambda s: ensure_accounts(s, ORGANISATIONS[HERE], stage.now))
    assert await stage.ledger.read(lambda s: find_account(s, HERE, "greet")) is None


OF_A_CASE: tuple[Right, ...] = ("see_cases", "see_person", "see_wishes", "take_cases", "note")


async def test_a_role_that_has_no_need_to_know_reads_no_cases(stage: Stage) -> None:
    broker = replace(ORGANISATIONS[HERE].coaches["greet"], id="broker", roles=("job_broker",))
    with_broker = replace(ORGANISATIONS[HERE], coaches={**ORGANISATIONS[HERE].coaches, "broker": broker})
    await stage.ledger.write(lambda s: ensure_accounts(s, with_broker, stage.now))
    account = await stage.account("broker")
    assert not account.reads_cases
    for of_whom, takes in (("job_seeker", False), ("self_employment", False), ("other", False), ("company", True)):
        id = await stage.case({**ANSWERS, "kind": of_whom})
        case = await stage.ledger.read(lambda s, id=id: s.get_one(Case, id))  # type: ignore[misc]  # mypy does not follow the default
        assert {may(account, right, case) for right in OF_A_CASE} == {takes}
        assert not may(account, "see_barriers", case)


async def test_the_name_to_sign_in_with_is_forgiving_but_the_organisation_is_not(stage: Stage) -> None:
    assert await stage.ledger.read(lambda s: find_account(s, HERE, "  Greet ")) is not None
    assert await stage.ledger.read(lambda s: find_account(s, "nowhere", "greet")) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "too_short"),
        ("a" * 201, "too_long"),
        ("Motdepasse2027", "easy"),
        ("ababababababab", "easy"),
        ("ik ben Greet in genk", "easy"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, reason: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        hash_for(password, "greet")
    assert refused.value.reason == reason


def test_a_password_fits_its_own_hash_only() -> None:
    kept = hash_for(PASSWORD, "greet")
    assert PASSWORD not in kept
    assert passwords.matches(kept, PASSWORD)
    assert not passwords.matches(kept, PASSWORD + " ")


@pytest.mark.parametrize("kept", [None, "", "no hash"])
def test_without_an_account_no_password_fits(kept: str | None) -> None:
    assert not passwords.matches(kept, PASSWORD)
    assert not passwords.matches(kept, "nobody has this password")


async def test_a_new_password_signs_out_every_browser(stage: Stage) -> None:
    token = await door(stage, "greet")
    account = await stage.account("greet")
    await stage.ledger.write(lambda s: set_password(s, s.get_one(Staff, account.id), "kept"))
    assert await who(stage, token) is None


async def test_a_link_works_once_even_when_two_use_it_at_the_same_moment(stage: Stage) -> None:
    token = await link(stage, "greet")
    assert sorted(map(str, await asyncio.gather(use(stage, token), use(stage, token)))) == ["None", "greet"]
    assert await use(stage, token) is None


@pytest.mark.parametrize(("purpose", "minutes"), [("sign_in", 15), ("link_telegram", 24 * 60)])
async def test_a_link_that_is_too_old_does_nothing(stage: Stage, purpose: Purpose, minutes: int) -> None:
    late, in_time = await link(stage, "greet", purpose), await link(stage, "greet", purpose)
    stage.later(minutes=minutes, seconds=-1)
    assert await use(stage, in_time, purpose) == "greet"
    stage.later(seconds=1)
    assert await use(stage, late, purpose) is None


async def test_a_link_for_telegram_signs_nobody_in(stage: Stage) -> None:
    token = await link(stage, "greet", "link_telegram")
    assert await use(stage, token, "sign_in") is None
    assert await use(stage, token, "link_telegram") == "greet"


async def test_a_link_fits_into_telegrams_start_parameter(stage: Stage) -> None:
    token = await link(stage, "greet", "link_telegram")
    assert len(token) <= 64
    assert token.replace("-", "").replace("_", "").isalnum()


async def test_a_sign_in_ends_when_nobody_shows_up_for_half_an_hour(stage: Stage) -> None:
    token = await door(stage, "greet")
    stage.later(minutes=29)
    assert await who(stage, token) == "greet"
    await stage.ledger.write(lambda s: keep_open(s, token, stage.now))
    stage.later(minutes=29)
    assert await who(stage, token) == "greet"
    stage.now += IDLE
    assert await who(stage, token) is None


async def test_a_sign_in_ends_after_twelve_hours_however_busy(stage: Stage) -> None:
    token = await door(stage, "greet")
    end = stage.now + ABSOLUTE
    while stage.now < end - timedelta(minutes=1):
        stage.now = min(stage.now + timedelta(minutes=29), end - timedelta(seconds=1))
        assert await who(stage, token) == "greet"
        await stage.ledger.write(lambda s: keep_open(s, token, stage.now))
    stage.now = end
    assert await who(stage, token) is None


async def test_who_signs_out_is_out_at_the_server(stage: Stage) -> None:
    token = await door(stage, "greet")
    await stage.ledger.write(lambda s: close_door(s, token))
    assert await who(stage, token) is None


async def test_an_api_token_holds_until_it_is_revoked(stage: Stage) -> None:
    token = await stage.ledger.write(lambda s: new_api_token(s, HERE, "export", stage.now))
    row = await stage.ledger.write(lambda s: api_token(s, token, stage.now))
    assert row is not None
    assert (row.organisation, row.name, row.used_at) == (HERE, "export", stage.now)
    which = public_id(row)
    assert not await stage.ledger.write(lambda s: revoke_api_token(s, "elsewhere", which, stage.now))
    assert await stage.ledger.write(lambda s: revoke_api_token(s, HERE, which, stage.now))
    assert not await stage.ledger.write(lambda s: revoke_api_token(s, HERE, which, stage.now))
    assert await stage.ledger.write(lambda s: api_token(s, token, stage.now)) is None
    assert [kept.name for kept in await stage.ledger.read(lambda s: api_tokens(s, HERE))] == ["export"]


async def test_no_secret_stands_in_the_database(stage: Stage) -> None:
    secrets = [
        await door(stage, "greet"),
        await link(stage, "greet"),
        await stage.ledger.write(lambda s: new_api_token(s, HERE, "export", stage.now)),
        PASSWORD,
    ]

    def everything(session: Session) -> str:
        tables = (Staff, StaffSession, OneTimeLink, ApiToken)
        return " ".join(str(row.model_dump()) for table in tables for row in session.exec(select(table)).all())

    kept = await stage.ledger.read(everything)
    assert not any(secret in kept for secret in secrets)


async def test_an_account_names_itself_to_the_audit_by_id_only(stage: Stage) -> None:
    account: Account = await stage.account("greet")
    assert account.actor == f"staff:{account.id}"
