"""What a webhook is told about an event: what happened, and of the case no more than it may see and was agreed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import orjson
from sqlmodel import Session

from casework.cases.dossier import Dossier
from casework.privacy.consents import consented
from flows.log import Value
from storage import audit
from storage.tables import Case, Conversation, Person, Webhook, WebhookEvent
from storage.vault import Vault

Tiers: TypeAlias = Callable[[str], Mapping[str, str]]
"""How private each question of a flow is."""
PART_OF_TIER = {"A": "answers", "B": "barriers"}
"""What of a case an answer belongs to. Those of tier C are given to no system."""


@dataclass(frozen=True, slots=True)
class Archive:
    """What it takes to read a case. ``url`` is where a case is to be had by the API, without its id."""

    vault: Vault
    tiers: Tiers
    url: str


def payload(session: Session, archive: Archive, webhook: Webhook, event: WebhookEvent, now: datetime) -> bytes:
    """As JSON. The answers are those of now: who has taken back their consent since, or is erased, tells nothing."""
    case = session.get_one(Case, event.case_id)
    data: dict[str, Any] = {
        "webhook": webhook.id,
        "sequence": event.seq,
        "case": {"id": case.id, "state": case.state, "version": case.version, "url": archive.url + case.id},
    }
    if case.sealed:
        data["case"] |= {"kind": case.kind, "language": case.language, "coach": case.coach}
    if "appointment" in webhook.shows or "referral" in event.facts:
        data |= event.facts
    shown = {tier for tier, part in PART_OF_TIER.items() if part in webhook.shows}
    if shown and case.sealed and consented(session, case.person_id, webhook.consent):
        data["answers"] = _answers(session, archive, case, shown)
        audit.record(session, case.organisation, f"webhook:{webhook.id}", "case.disclose", case.id, now)
    return orjson.dumps({"type": event.kind, "timestamp": event.at.isoformat(), "data": data})


def _answers(session: Session, archive: Archive, case: Case, shown: set[str]) -> dict[str, Value]:
    key = archive.vault.open_key(session.get_one(Person, case.person_id).wrapped_key)
    dossier = Dossier.from_bytes(key.open(case.sealed, f"case|{case.id}"))
    tiers = archive.tiers(session.get_one(Conversation, case.conversation_id).flow)
    return {question: value for question, value in dossier.newest.answers.items() if tiers.get(question) in shown}
