"""How the referrals of a person stand, as they may know it, and the news for them that a partner answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from casework.offers.referral_states import RULES, Change
from storage.tables import Due, Referral
from storage.trays import DuePlan, plan

NEWS = "referral_news"
TOLD: frozenset[Change] = frozenset({"accept", "turn_down"})
"""What a partner does that its person is told at once."""
MOST = 5
IS_NEWS = timedelta(days=14)
"""For so long who comes to our own page is told what was too private to say elsewhere."""


def standing(referral: Referral) -> str:
    """How it stands for the person: a no of theirs is another thing than one of the partner."""
    if referral.state == "declined" and referral.reason in RULES["refuse"].reasons:
        return "refused"
    return referral.state


def of_person(session: Session, person_id: str) -> Sequence[Referral]:
    """Those that go on or have ended, the newest first; what was taken back concerns nobody."""
    theirs = Referral.person_id == person_id, Referral.state != "withdrawn"
    newest = select(Referral).where(*theirs).order_by(col(Referral.updated_at).desc(), col(Referral.id))
    return session.exec(newest.limit(MOST)).all()


def news_of(session: Session, person_id: str, now: datetime) -> list[Referral]:
    """Those to which a partner answered a short while ago."""
    return [each for each in of_person(session, person_id) if is_news(each) and now - each.updated_at < IS_NEWS]


def is_news(referral: Referral) -> bool:
    return standing(referral) in {RULES[what].to for what in TOLD}


def put_news(session: Session, referral: Referral, now: datetime) -> None:
    """The person hears of it as soon as they may be written to."""
    key = f"{NEWS}|{referral.id}|{referral.version}"
    whose = referral.organisation, referral.person_id, referral.id
    plan(session, DuePlan(key, NEWS, *whose, referral.version, now))


def still_news(session: Session, due: Due) -> Referral | None:
    """The referral, while nothing else has become of it."""
    referral = session.get(Referral, due.subject, populate_existing=True)
    return referral if referral is not None and referral.version == due.version else None
