"""Which systems elsewhere are told what happens with cases: added, changed, paused, and their secrets replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args

import orjson
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from casework.hooks.webhook_signing import new_secret
from storage.columns import new_id
from storage.tables import Due, Webhook, WebhookEvent
from storage.trays import DuePlan, plan
from storage.vault import SealBroken, Vault

DELIVER = "deliver_webhook"
"""The kind of the due row that each webhook has: one for all its life."""
Kind: TypeAlias = Literal[
    "case.offered",
    "case.changed",
    "case.accepted",
    "case.declined",
    "case.done",
    "case.erased",
    "appointment.booked",
    "appointment.moved",
    "appointment.cancelled",
    "appointment.attended",
    "appointment.no_show",
    "referral.proposed",
    "referral.agreed",
    "referral.sent",
    "referral.accepted",
    "referral.started",
    "referral.done",
    "referral.declined",
    "referral.withdrawn",
]
Part: TypeAlias = Literal["appointment", "answers", "barriers"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PARTS: tuple[Part, ...] = get_args(Part)
REFERRAL_EVENTS: Mapping[str, Kind] = {kind.partition(".")[2]: kind for kind in KINDS if kind.startswith("referral.")}
"""By the state that a referral comes into."""
CONSENT = "intake"
SECRETS = 2


@dataclass(frozen=True, slots=True)
class Subscription:
    """Whom to tell what. ``shows`` is what of a case goes along, of who agreed to the scope ``consent``."""

    name: str
    address: str = field(repr=False)
    kinds: tuple[Kind, ...] = KINDS
    shows: tuple[Part, ...] = ()
    consent: str = CONSENT


@dataclass(frozen=True, slots=True)
class Door:
    """Where a webhook is and what signs for us there: the newest secret first."""

    address: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


def add_webhook(
    session: Session, vault: Vault, organisation: str, subscription: Subscription, now: datetime
) -> tuple[Webhook, str]:
    """The new webhook, and the secret it signs with: to be copied now. The address has been looked at before."""
    id, secret = new_id(), new_secret()
    webhook = Webhook(
        id=id,
        organisation=organisation,
        name=subscription.name,
        kinds=list(subscription.kinds),
        shows=list(subscription.shows),
        consent=subscription.consent,
        sealed=_sealed(vault, id, Door(subscription.address, (secret,))),
        created_at=now,
    )
    session.add(webhook)
    plan(session, DuePlan(f"{DELIVER}|{id}", DELIVER, organisation, None, id, 0, now))
    return webhook, secret


def door_of(vault: Vault, webhook: Webhook) -> Door | None:
    """``None`` where it was sealed with a secret of ours that is gone."""
    try:
        parts: Mapping[str, Any] = orjson.loads(vault.house.open(webhook.sealed, _about(webhook.id)))
    except SealBroken:
        return None
    return Door(str(parts["address"]), tuple(parts["secrets"]))


def rotate_secret(vault: Vault, webhook: Webhook) -> str:
    """A new secret; the one before it still signs too, until the next change or ``retire_secret``."""
    door, secret = _door(vault, webhook), new_secret()
    webhook.sealed = _sealed(vault, webhook.id, Door(door.address, (secret, *door.secrets)[:SECRETS]))
    return secret


def retire_secret(vault: Vault, webhook: Webhook) -> None:
    """Only the newest secret signs from now on."""
    door = _door(vault, webhook)
    webhook.sealed = _sealed(vault, webhook.id, Door(door.address, door.secrets[:1]))


def _door(vault: Vault, webhook: Webhook) -> Door:
    door = door_of(vault, webhook)
    if door is None:
        raise SealBroken(_about(webhook.id))
    return door


def _sealed(vault: Vault, id: str, door: Door) -> bytes:
    parts = {"address": door.address, "secrets": door.secrets}
    return vault.house.seal(orjson.dumps(parts), _about(id))


def _about(id: str) -> str:
    return f"webhook|{id}"


def webhooks_of(session: Session, organisation: str) -> list[Webhook]:
    query = select(Webhook).where(Webhook.organisation == organisation)
    return list(session.exec(query.order_by(col(Webhook.created_at), col(Webhook.id))))


def find_webhook(session: Session, organisation: str, id: str) -> Webhook | None:
    return session.exec(select(Webhook).where(Webhook.id == id, Webhook.organisation == organisation)).first()


def pause(webhook: Webhook) -> None:
    """What happens from now on waits."""
    webhook.state = "paused"


def resume(session: Session, webhook: Webhook, now: datetime) -> None:
    """What waited goes out at once, in its order."""
    webhook.state, webhook.failures, webhook.failing_since, webhook.problem = "active", 0, None, None
    look_at(session, (webhook.id,), now)


def look_at(session: Session, webhooks: tuple[str, ...], at: datetime) -> None:
    """Something may be there to deliver then, if not earlier."""
    waits = col(Due.kind) == DELIVER, col(Due.subject).in_(webhooks), col(Due.state) == "planned"
    session.connection().execute(update(Due).where(*waits, col(Due.due_at) > at).values(due_at=at))


def remove_webhook(session: Session, webhook: Webhook) -> None:
    """Forget it, with all that it was or should have been told."""
    run = session.connection().execute
    run(delete(WebhookEvent).where(col(WebhookEvent.webhook_id) == webhook.id))
    run(delete(Due).where(col(Due.kind) == DELIVER, col(Due.subject) == webhook.id))
    run(delete(Webhook).where(col(Webhook.id) == webhook.id))
