"""What a person answers to a referral in their chat: the packet they are shown, their yes or no, a change of mind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from sqlmodel import Session, col, select

from casework.offers.referral_questions import last_asked
from casework.offers.referral_states import WITH_PARTNER, Change, change
from casework.offers.referrals import Packet, is_sensitive, read_packet, tell_of, where_to
from casework.privacy import consents
from casework.telling.notices import News, give_notice
from flows.effects import RecordConsent
from storage.tables import Case, Referral, Staff
from storage.vault import Key

Wish: TypeAlias = Literal["yes", "sure", "no"]
Came: TypeAlias = Literal["sure", "agreed", "refused", "was_agreed", "was_refused", "too_late", "over"]
"""``sure``: their name says something, so that is asked as well; ``too_late``: the partner has it already."""
IN_CHAT = "chat"
PERSON, HOUSE = "person", "house"
NO = "not_wanted"
"""The reason of who says no, to us or to their coach."""
WORDING = 1
"""Of the text that asks; count it up when what is asked changes."""
SAID_YES = ("agreed", *WITH_PARTNER, "done")


@dataclass(frozen=True, slots=True)
class Question:
    """What the person is asked. ``named`` is the name that says something about who goes there, empty if none does."""

    partner: str
    title: Mapping[str, str]
    packet: Packet = field(repr=False)
    named: str = ""

    def is_private(self) -> bool:
        """Whether it is only for our own page and for the coach."""
        return bool(self.named) or self.packet.private


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, in the language and at the channel where it was given."""

    wish: Wish
    language: str
    channel: str


def question(session: Session, key: Key, referral: Referral) -> Question:
    entry, partner = where_to(session, referral)
    house = partner.name if partner else ""
    title = next(iter(entry.title.values()), "")
    named = house if partner and partner.sensitive else title if entry.sensitive else ""
    return Question(house, entry.title, read_packet(key, referral), named)


def asked_of(session: Session, person_id: str, referral_id: str) -> Referral | None:
    """The referral, if this is the person who was asked in the chat; others learn nothing of it."""
    mine = Referral.id == referral_id, Referral.person_id == person_id
    referral = session.exec(select(Referral).where(*mine)).first()
    return referral if referral and last_asked(session, referral.id) else None


def waiting(session: Session, person_id: str) -> list[Referral]:
    """Those that the person was asked about and did not answer, the oldest first."""
    theirs = select(Referral).where(Referral.person_id == person_id, Referral.state == "proposed")
    return [each for each in session.exec(theirs.order_by(col(Referral.created_at))) if last_asked(session, each.id)]


def standing(referral: Referral) -> Came:
    """How it stands for who answers late."""
    if referral.state in ("declined", "withdrawn") and referral.reason == NO:
        return "was_refused"
    return "was_agreed" if referral.state in SAID_YES else "over"


def answer(session: Session, referral: Referral, said: Said, now: datetime) -> Came:
    """A no counts for as long as nothing was sent; after that the coach hears of it."""
    case = session.get_one(Case, referral.case_id)
    if said.wish == "no":
        return _refuse(session, case, referral, said, now)
    if referral.state != "proposed":
        return standing(referral)
    if said.wish == "yes" and is_sensitive(*where_to(session, referral)):
        return "sure"
    agreed = {"agreed_at": now, "agreed_how": IN_CHAT, "agreed_with": HOUSE}
    return "agreed" if _change(session, (case, referral, "agree"), said, now, **agreed) else standing(referral)


def _refuse(session: Session, case: Case, referral: Referral, said: Said, now: datetime) -> Came:
    if referral.state in WITH_PARTNER:
        _consent(session, referral, said, now)
        tell_coach(session, case, referral, now)
        return "too_late"
    if referral.state not in ("proposed", "agreed"):
        return standing(referral)
    what: Change = "refuse" if referral.state == "proposed" else "withdraw"
    changed = _change(session, (case, referral, what), said, now, reason=NO)
    return "refused" if changed else standing(referral)


def _change(session: Session, what: tuple[Case, Referral, Change], said: Said, now: datetime, **values: object) -> bool:
    case, referral, step = what
    if not change(session, referral, step, referral.version, now, **values):
        session.refresh(referral)
        return False
    _consent(session, referral, said, now)
    tell_of(session, PERSON, case, (referral, step), now)
    tell_coach(session, case, referral, now)
    return True


def _consent(session: Session, referral: Referral, said: Said, now: datetime) -> None:
    proof = RecordConsent(f"referral/{referral.id}", WORDING, said.wish != "no", said.language)
    consents.record(session, referral.person_id, proof, said.channel, now)


def tell_coach(session: Session, case: Case, referral: Referral, now: datetime) -> None:
    key = f"referral_answered|{referral.id}|{now.isoformat()}"
    news = News(case.organisation, "referral_answered", case.id, key, looked_after_by(session, case, referral))
    give_notice(session, news, now)


def looked_after_by(session: Session, case: Case, referral: Referral) -> str | None:
    """The short name of the coach whose referral it is, or whose case."""
    owner = session.get(Staff, referral.owner) if referral.owner else None
    return owner.coach if owner and owner.active and owner.coach else case.coach
