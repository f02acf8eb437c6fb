"""What a system administrator does with accounts and tokens from the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, col, select

from bot.settings import BadSettings, Settings, look_up
from casework.door.accounts import find_account
from casework.door.api_tokens import READING, SCOPES, new_api_token
from casework.door.factors import reset_factors, untie
from casework.door.links import one_time_link
from casework.door.rights import roles_with
from casework.house.organisations import load_organisations
from storage.ledger import open_ledger
from storage.tables import Staff

T = TypeVar("T")


async def sign_in_link(settings: Settings, organisation: str, login: str) -> str:
    """An address that signs in once."""

    def work(session: Session) -> str:
        staff = _account(session, organisation, login)
        return one_time_link(session, staff, "sign_in", settings.make_clock().now())

    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{address}/staff/link/{await _in_one(settings, organisation, work)}"


async def reset_second_factor(settings: Settings, organisation: str, login: str) -> None:
    """Somebody has lost theirs: apps, passkeys and codes are gone, every browser is signed out."""
    await _with_account(settings, organisation, login, reset_factors)


async def untie_account(settings: Settings, organisation: str, login: str) -> None:
    """Somebody else has their identity at the organisation's own sign-in now, or they have another one."""
    await _with_account(settings, organisation, login, untie)


async def _with_account(
    settings: Settings, organisation: str, login: str, work: Callable[[Session, Staff, datetime], None]
) -> None:
    now = settings.make_clock().now()

    def act(session: Session) -> None:
        work(session, _account(session, organisation, login), now)

    await _in_one(settings, organisation, act)


def _account(session: Session, organisation: str, login: str) -> Staff:
    staff = find_account(session, organisation, login)
    if staff is None:
        raise BadSettings(f"{organisation} has no account {login}: `opstap user list {organisation}` shows them")
    return staff


async def accounts(settings: Settings, organisation: str) -> list[str]:
    """A line for each account that can sign in."""

    def work(session: Session) -> list[str]:
        mine = select(Staff).where(Staff.organisation == organisation, col(Staff.active))
        return [f"{staff.login:<18} {staff.role:<14} {staff.name}" for staff in session.exec(mine)]

    return await _in_one(settings, organisation, work)


async def api_token(settings: Settings, organisation: str, name: str, scopes: Sequence[str] = ()) -> str:
    """A new token, to be copied now: only its hash is kept. Without scopes it has those for reading cases."""
    for scope in scopes:
        if scope not in SCOPES:
            raise BadSettings(f"--scope: there is no scope {scope}. Known: {', '.join(SCOPES)}.")
    wanted = [scope for scope in SCOPES if scope in (scopes or READING)]
    now = settings.make_clock().now()
    return await _in_one(
        settings, organisation, lambda session: new_api_token(session, organisation, name, now, wanted)
    )


def first_reader(session: Session, organisation: str) -> Staff | None:
    """Somebody of the organisation who may read every case."""
    reads_all = col(Staff.role).in_(roles_with("take_cases", "all"))
    readers = select(Staff).where(Staff.organisation == organisation, reads_all, col(Staff.active))
    return session.exec(readers.order_by(col(Staff.role).desc(), col(Staff.login))).first()


async def _in_one(settings: Settings, organisation: str, work: Callable[[Session], T]) -> T:
    look_up(organisation, load_organisations(settings.organisations))
    ledger = await open_ledger(settings.database_url)
    try:
        return await ledger.write(work)
    finally:
        await ledger.close()
