"""What the pages of one's own account share: a recent sign-in before a change, and what a change ends."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from sqlmodel import Session

from casework.door.accounts import Account
from casework.door.factors import factors_of
from casework.door.sign_in import FRESH, renew_door
from casework.house.organisation import Organisation
from staff.door import DOOR, SIGNED_IN
from staff.office import OFFICE
from staff.pages import address, onward
from storage import audit


def must_be_fresh(request: web.Request) -> None:
    """Who found a console open must not be able to lock its owner out: raises for a sign-in that is too old."""
    if request.config_dict[OFFICE].now() - request[DOOR].created_at > FRESH:
        raise onward(request, account_address(request, "sign_in_first"))


def account_address(request: web.Request, note: str = "") -> str:
    return address(request, "account") + (f"?note={note}" if note else "")


def own_organisation(request: web.Request) -> Organisation:
    return request.config_dict[OFFICE].organisations[request[SIGNED_IN].organisation]


def changed(session: Session, account: Account, whose: tuple[Organisation, str], action: str, now: datetime) -> str:
    """``whose``: the organisation and this browser's token. The change is written down, every other browser is signed
    out, and this one has a new token."""
    organisation, token = whose
    audit.record(session, account.organisation, account.actor, action, account.id, now)
    lacking = organisation.sign_in.second_factor == "required" and not factors_of(session, account.id).any
    return renew_door(session, token, "set_up" if lacking else "open", now)
