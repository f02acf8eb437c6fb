"""The desk of referrals: proposed to a person, sent to the partner only when they agree, looked after to the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

import orjson
from sqlalchemy import delete, tuple_
from sqlmodel import Session, col, select

from casework.cases.cases import Actor, find_case
from casework.cases.house_tasks import drop_task
from casework.cases.summary import Line
from casework.door.rights import may
from casework.hooks.webhook_events import tell_of_case
from casework.hooks.webhooks import REFERRAL_EVENTS
from casework.offers import referral_states
from casework.offers.referral_news import TOLD, put_news
from casework.offers.referral_questions import Hindrance, hindrance, put_question, task_key
from casework.offers.referral_states import OPEN, PROPOSED, Change, keeps_to
from casework.telling.bells import ring_case
from storage import audit
from storage.columns import new_id
from storage.tables import Case, CatalogueEntry, OfferWish, Partner, Person, Referral, ReferralStep, SetAside
from storage.vault import Key, Vault

Answer: TypeAlias = Literal["done", "changed", "not_now", "missing", "twice", "confirm", "no_consent"] | Hindrance
"""``twice``: there is an open one to the same offer; ``confirm``: its name tells something about who goes there, so
that must be said as well; ``no_consent``: nobody says how the person agreed."""
SPOKEN = "spoken"
"""The person agreed by word of mouth."""
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Packet:
    """All that is told to the partner: lines under their labels, and a sentence of the coach. A ``private`` one is
    shown to the person on our own page only."""

    lines: tuple[tuple[str, str], ...] = ()
    sentence: str = ""
    private: bool = True

    @classmethod
    def of(cls, answers: Iterable[Line], sentence: str) -> Packet:
        """Private answers and what a coach writes are kept from other companies' channels."""
        told = tuple(answers)
        private = bool(sentence) or any(line.tier != "A" for line in told)
        return cls(tuple((line.label, line.value) for line in told), sentence, private)

    def as_bytes(self) -> bytes:
        return orjson.dumps({"lines": self.lines, "sentence": self.sentence, "private": self.private})

    @classmethod
    def from_bytes(cls, data: bytes) -> Packet:
        found = orjson.loads(data)
        lines = tuple((label, value) for label, value in found["lines"])
        return cls(lines, found["sentence"], found.get("private", True))


@dataclass(frozen=True, slots=True)
class Proposal:
    """To which offer the person of which case is brought. ``owner`` looks after it, next on ``look_again``."""

    case: str
    entry: str
    packet: Packet = field(repr=False)
    owner: str | None = None
    look_again: date | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of it. ``how`` the person agreed, and that they know that the name says something (``aware``)."""

    what: Change
    reason: str | None = None
    how: str | None = None
    aware: bool = False
    look_again: date | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """A referral opened for reading."""

    referral: Referral
    entry: CatalogueEntry
    partner: Partner | None
    packet: Packet = field(repr=False)
    history: Sequence[ReferralStep]

    @property
    def asked_at(self) -> datetime | None:
        """When it was last to be asked in the chat."""
        return next((step.at for step in reversed(self.history) if step.change == "ask"), None)

    @property
    def sensitive(self) -> bool:
        return is_sensitive(self.entry, self.partner)


def is_sensitive(entry: CatalogueEntry, partner: Partner | None) -> bool:
    """Whether its name already tells something about who goes there."""
    return entry.sensitive or (partner is not None and partner.sensitive)


def propose(session: Session, vault: Vault, actor: Actor, proposal: Proposal, now: datetime) -> Referral | Answer:
    """Nothing goes to anybody yet: the person is asked first."""
    case = _case(session, actor, proposal.case)
    entry = _entry(session, actor, proposal.entry)
    if case is None or entry is None:
        return "missing"
    if entry.archived_at is not None:
        return "not_now"
    if _open_to(session, case.id, entry.id):
        return "twice"
    id, key = new_id(), _key(session, vault, case.person_id)
    referral = Referral(
        id=id,
        organisation=case.organisation,
        case_id=case.id,
        person_id=case.person_id,
        entry_id=entry.id,
        partner_id=entry.partner_id,
        sealed=key.seal(proposal.packet.as_bytes(), _about(id)),
        owner=proposal.owner,
        look_again=proposal.look_again,
        created_at=now,
        updated_at=now,
    )
    session.add(referral)
    session.flush()
    tell_of(session, actor.name, case, (referral, PROPOSED), now)
    return referral


def move(session: Session, actor: Actor, seen: tuple[str, int], step: Move, now: datetime) -> Answer:
    """``seen`` is the id and the version that were on the screen."""
    referral = find_referral(session, actor, seen[0])
    case = _case(session, actor, referral.case_id) if referral else None
    if referral is None or case is None:
        return "missing"
    if referral.version != seen[1]:
        return "changed"
    if not keeps_to(step.what, referral.state, step.reason):
        return "not_now"
    if step.what == "ask" and (hindered := hindrance(session, referral, now)):
        return hindered
    agreed = {}
    if step.what == "agree":
        entry, partner = where_to(session, referral)
        if not step.how:
            return "no_consent"
        if is_sensitive(entry, partner) and not step.aware:
            return "confirm"
        agreed = {"agreed_at": now, "agreed_how": step.how, "agreed_with": actor.name}
    values = {**agreed, "reason": step.reason, "look_again": step.look_again or referral.look_again}
    if not referral_states.change(session, referral, step.what, seen[1], now, **values):
        return "changed"
    tell_of(session, actor.name, case, (referral, step.what), now)
    if step.what == "ask":
        put_question(session, referral, now)
    if step.what in TOLD:
        put_news(session, referral, now)
    return "done"


def open_referral(session: Session, vault: Vault, actor: Actor, id: str, now: datetime) -> Open | None:
    """With what the partner is told: the audit says who read it."""
    referral = find_referral(session, actor, id)
    if referral is None or _case(session, actor, referral.case_id) is None:
        return None
    key = _key(session, vault, referral.person_id)
    packet = read_packet(key, referral)
    audit.record(session, actor.organisation, actor.name, "referral.read", referral.id, now)
    entry, partner = where_to(session, referral)
    return Open(referral, entry, partner, packet, referral_states.steps(session, referral.id))


def read_packet(key: Key, referral: Referral) -> Packet:
    return Packet.from_bytes(key.open(referral.sealed, _about(referral.id)))


def find_referral(session: Session, actor: Actor, id: str) -> Referral | None:
    mine = Referral.id == id, Referral.organisation == actor.organisation
    return session.exec(select(Referral).where(*mine)).first()


def of_case(session: Session, case_id: str) -> Sequence[tuple[Referral, CatalogueEntry]]:
    """The referrals of a case with what they lead to, the newest first."""
    query = select(Referral, CatalogueEntry).join(CatalogueEntry, col(CatalogueEntry.id) == col(Referral.entry_id))
    newest = query.where(Referral.case_id == case_id).order_by(col(Referral.created_at).desc(), col(Referral.id))
    return [(referral, entry) for referral, entry in session.exec(newest)]


def steps_of_case(session: Session, case_id: str) -> Sequence[tuple[ReferralStep, CatalogueEntry]]:
    """All that became of the referrals of a case, each with what it leads to."""
    query = (
        select(ReferralStep, CatalogueEntry)
        .join(Referral, col(Referral.id) == col(ReferralStep.referral_id))
        .join(CatalogueEntry, col(CatalogueEntry.id) == col(Referral.entry_id))
        .where(Referral.case_id == case_id)
    )
    return [(step, entry) for step, entry in session.exec(query)]


def list_referrals(
    session: Session,
    actor: Actor,
    wanted: tuple[str | None, str | None],
    after: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[Referral]:
    """Of a case, in a state: the newest first, those behind ``after``."""
    case, state = wanted
    query = select(Referral).where(Referral.organisation == actor.organisation)
    if case is not None:
        query = query.where(Referral.case_id == case)
    if state is not None:
        query = query.where(Referral.state == state)
    if after is not None:
        query = query.where(tuple_(col(Referral.created_at), col(Referral.id)) < after)
    return session.exec(query.order_by(col(Referral.created_at).desc(), col(Referral.id).desc()).limit(limit)).all()


def taken(session: Session, entry_id: str) -> int:
    """How many people an offer has, or is about to have: who goes there, has agreed to, or was asked."""
    going = Referral.entry_id == entry_id, col(Referral.state).in_(OPEN)
    return len(session.exec(select(Referral.id).where(*going)).all())


def forget(session: Session, person_id: str) -> None:
    """Of somebody who is erased nothing stays: where they were sent tells about them."""
    run = session.connection().execute
    theirs = select(Referral.id).where(Referral.person_id == person_id)
    run(delete(ReferralStep).where(col(ReferralStep.referral_id).in_(theirs)))
    for table in (Referral, SetAside, OfferWish):
        run(delete(table).where(col(table.person_id) == person_id))


def tell_of(session: Session, who: str, case: Case, came: tuple[Referral, Change], now: datetime) -> None:
    """Keep it, audit it, show it on open pages, and tell other systems no more than its id.

    Whatever became of it, the task that a question without an answer left is done; that one was asked is no new state.
    """
    referral, what = came
    referral_states.note(session, referral, what, who, now)
    audit.record(session, referral.organisation, who, f"referral.{what}", referral.id, now)
    drop_task(session, task_key(referral.id), now)
    ring_case(session, case)
    if what != "ask":
        tell_of_case(session, case, REFERRAL_EVENTS[referral.state], now, {"referral": {"id": referral.id}})


def _case(session: Session, actor: Actor, id: str) -> Case | None:
    """The case, if the actor may refer its person and knows why."""
    case = find_case(session, actor.organisation, id)
    if case is None or not case.sealed:
        return None
    return case if may(actor.holder, "refer", case) and may(actor.holder, "see_barriers", case) else None


def _entry(session: Session, actor: Actor, id: str) -> CatalogueEntry | None:
    mine = CatalogueEntry.id == id, CatalogueEntry.organisation == actor.organisation
    return session.exec(select(CatalogueEntry).where(*mine)).first()


def where_to(session: Session, referral: Referral) -> tuple[CatalogueEntry, Partner | None]:
    partner = session.get(Partner, referral.partner_id) if referral.partner_id else None
    return session.get_one(CatalogueEntry, referral.entry_id), partner


def _open_to(session: Session, case_id: str, entry_id: str) -> bool:
    query = select(Referral.id).where(Referral.case_id == case_id, Referral.entry_id == entry_id)
    return session.exec(query.where(col(Referral.state).in_(OPEN))).first() is not None


def _key(session: Session, vault: Vault, person_id: str) -> Key:
    return vault.open_key(session.get_one(Person, person_id).wrapped_key)


def _about(id: str) -> str:
    return f"referral|{id}"
