"""Passkeys of staff: kept under a name, and proof enough to sign in (WebAuthn)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

import orjson
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from casework.door.accounts import Account
from casework.door.begun import Purpose, begin, bring_back
from storage.door_tables import Passkey
from storage.tables import Staff
from storage.vault import Vault

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.registration.verify_registration_response import VerifiedRegistration

Answer: TypeAlias = dict[str, Any]
"""What the browser's device has signed, as JSON."""
LONGEST_NAME = 40
MOST = 10


class NoPasskey(Exception):
    """What the browser sent proves nothing. Why is nobody's business but the log's."""


@dataclass(frozen=True, slots=True)
class Site:
    """The address of the console, to which passkeys are bound; ``token`` is the browser's."""

    vault: Vault
    origin: str
    token: str

    @property
    def domain(self) -> str:
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True, slots=True)
class Proven:
    """Whose passkey it was. Who was ``verified``, by finger or code, has shown two factors with it."""

    staff: Staff
    verified: bool


def passkeys_of(session: Session, staff_id: str) -> Sequence[Passkey]:
    mine = select(Passkey).where(Passkey.staff_id == staff_id)
    return session.exec(mine.order_by(col(Passkey.created_at), col(Passkey.id))).all()


def ask_for_new(session: Session, site: Site, account: Account, now: datetime) -> str:
    """What the browser needs to make a new passkey, as JSON."""
    from webauthn import base64url_to_bytes, generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
    )

    known = [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential)) for row in passkeys_of(session, account.id)
    ]
    options = generate_registration_options(
        rp_id=site.domain,
        rp_name="Opstap",
        user_name=f"{account.login} ({account.organisation})",
        user_id=account.id.encode(),
        user_display_name=account.name,
        authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.PREFERRED),
        exclude_credentials=known,
    )
    _keep(session, site, "new_passkey", options.challenge, account.id, now)
    return options_to_json(options)


def add_passkey(session: Session, site: Site, account: Account, sent: str, now: datetime) -> Passkey:
    """Keep what the browser made, without its name yet. Raises ``NoPasskey``."""
    from webauthn.helpers import bytes_to_base64url

    challenge, staff_id = _bring_back(session, site, "new_passkey", now)
    if staff_id != account.id or len(passkeys_of(session, account.id)) >= MOST:
        raise NoPasskey("not asked for here")
    made = _made(site, challenge, _answer(sent))
    credential = bytes_to_base64url(made.credential_id)
    if session.exec(select(Passkey.id).where(Passkey.credential == credential)).first():
        raise NoPasskey("known already")
    row = Passkey(
        staff_id=account.id,
        credential=credential,
        public_key=made.credential_public_key,
        uses=made.sign_count,
        name="",
        created_at=now,
    )
    session.add(row)
    return row


def _made(site: Site, challenge: bytes, answer: Answer) -> VerifiedRegistration:
    from webauthn import verify_registration_response

    with _proof():
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.domain,
            expected_origin=site.origin,
        )


def ask_for_passkey(session: Session, site: Site, staff_id: str, now: datetime) -> str:
    """What the browser needs to show a passkey, as JSON: of this account, or with no ``staff_id`` of anybody."""
    from webauthn import base64url_to_bytes, generate_authentication_options, options_to_json
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    theirs = passkeys_of(session, staff_id) if staff_id else ()
    options = generate_authentication_options(
        rp_id=site.domain,
        allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential)) for row in theirs],
        user_verification=UserVerificationRequirement.PREFERRED if staff_id else UserVerificationRequirement.REQUIRED,
    )
    _keep(session, site, "passkey", options.challenge, staff_id, now)
    return options_to_json(options)


def show_passkey(session: Session, site: Site, staff_id: str, sent: str, now: datetime) -> Proven:
    """Whose passkey answered the challenge, which was for this account or for anybody. Raises ``NoPasskey``."""
    challenge, asked_of = _bring_back(session, site, "passkey", now)
    answer = _answer(sent)
    row = session.exec(select(Passkey).where(Passkey.credential == str(answer.get("id", "")))).first()
    staff = session.get(Staff, row.staff_id) if row else None
    if row is None or staff is None or not staff.active or asked_of != staff_id or asked_of not in ("", staff.id):
        raise NoPasskey("nobody's")
    shown = _shown(site, challenge, answer, row, alone=not staff_id)
    used = update(Passkey).where(col(Passkey.id) == row.id).values(uses=shown.new_sign_count, used_at=now)
    session.connection().execute(used)
    return Proven(staff, shown.user_verified)


def _shown(site: Site, challenge: bytes, answer: Answer, row: Passkey, *, alone: bool) -> VerifiedAuthentication:
    """``alone``: it signs in without anything else, so the device must have made sure of the person."""
    from webauthn import verify_authentication_response

    with _proof():
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.domain,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.uses,
            require_user_verification=alone,
        )


@contextmanager
def _proof() -> Iterator[None]:
    """What the library finds wrong, or cannot read, is no proof."""
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        yield
    except (WebAuthnException, ValueError, KeyError, TypeError) as problem:
        raise NoPasskey(type(problem).__name__) from None


def remove_passkey(session: Session, staff_id: str, id: str) -> bool:
    """False if it is none of theirs."""
    mine = (col(Passkey.staff_id) == staff_id, col(Passkey.id) == id)
    return bool(session.connection().execute(delete(Passkey).where(*mine)).rowcount)


def _keep(session: Session, site: Site, purpose: Purpose, challenge: bytes, staff_id: str, now: datetime) -> None:
    data = orjson.dumps([challenge.hex(), staff_id])
    begin(session, site.vault, (site.token, purpose), data, now)


def _bring_back(session: Session, site: Site, purpose: Purpose, now: datetime) -> tuple[bytes, str]:
    data = bring_back(session, site.vault, (site.token, purpose), now)
    if data is None:
        raise NoPasskey("not begun here")
    challenge, staff_id = orjson.loads(data)
    return bytes.fromhex(challenge), staff_id


def _answer(sent: str) -> Answer:
    try:
        answer = orjson.loads(sent)
    except orjson.JSONDecodeError:
        raise NoPasskey("no JSON") from None
    if not isinstance(answer, dict):
        raise NoPasskey("no object")
    return answer
