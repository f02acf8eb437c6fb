"""A coach's private calendar address: given out once, kept as a hash, and what an agenda finds behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from casework.door.tokens import new_token, token_hash
from casework.house.organisation import Organisation
from casework.visiting.calendar_file import Entry, calendar_file
from casework.visiting.visit_files import APPOINTMENT, WAYS, Translate
from flows.messages import Phrase
from storage.tables import AgendaFeed, Appointment, Case
from storage.time_claim import LIVE

BEHIND = timedelta(days=31)
"""How long a visit that is over stays in a coach's agenda."""
REF = 8
"""How much of a hash names an address, on a list and when it is taken back."""
SHOWN = (*LIVE, "attended", "no_show")
CASE = Phrase("Case {case}")


@dataclass(frozen=True, slots=True)
class Feed:
    """An address as it stands on a list; ``ref`` names it and opens nothing."""

    ref: str
    coach: str
    created_at: datetime
    revoked_at: datetime | None


def new_feed(session: Session, organisation: str, coach: str, now: datetime) -> str:
    """The token of a new address, to be copied now: only its hash is kept. A coach may have several."""
    token = new_token()
    session.add(AgendaFeed(token_hash=token_hash(token), organisation=organisation, coach=coach, created_at=now))
    return token


def feeds(session: Session, organisation: str, coach: str | None = None) -> list[Feed]:
    """Every address that was given out, the newest first."""
    query = select(AgendaFeed).where(AgendaFeed.organisation == organisation)
    if coach is not None:
        query = query.where(AgendaFeed.coach == coach)
    rows = session.exec(query.order_by(col(AgendaFeed.created_at).desc(), col(AgendaFeed.token_hash)))
    return [Feed(row.token_hash[:REF], row.coach, row.created_at, row.revoked_at) for row in rows]


def revoke_feed(session: Session, organisation: str, coach: str, ref: str | None, now: datetime) -> int:
    """Take back the address that ``ref`` names, or all of the coach's; how many worked until now."""
    mine = (
        col(AgendaFeed.organisation) == organisation,
        col(AgendaFeed.coach) == coach,
        col(AgendaFeed.revoked_at).is_(None),
        col(AgendaFeed.token_hash).startswith(ref or "", autoescape=True),
    )
    return session.exec(update(AgendaFeed).where(*mine).values(revoked_at=now)).rowcount


def feed_behind(session: Session, token: str) -> AgendaFeed | None:
    """The address that ends in this token, if it still works."""
    feed = session.get(AgendaFeed, token_hash(token))
    return feed if feed is not None and feed.revoked_at is None else None


def coach_calendar(
    session: Session, organisation: Organisation, coach: str, translate: Translate, now: datetime
) -> bytes:
    """The coach's visits in the organisation's first language: place, way and case, and nobody's name.

    The same visits make the same bytes, so that an agenda can ask whether anything is new.
    """
    query = select(Appointment).where(
        Appointment.organisation == organisation.id,
        Appointment.coach == coach,
        col(Appointment.state).in_(SHOWN),
        col(Appointment.ends_at) > now - BEHIND,
    )
    visits = session.exec(query.order_by(col(Appointment.starts_at), col(Appointment.id))).all()
    cases = _cases(session, organisation.id, {visit.person_id for visit in visits})
    entries = [_entry(visit, organisation, translate, cases.get(visit.person_id)) for visit in visits]
    name = f"{translate(APPOINTMENT.source, organisation.languages[0])}: {organisation.name}"
    return calendar_file(entries, "PUBLISH", name)


def _cases(session: Session, organisation: str, persons: Iterable[str]) -> dict[str, str]:
    """The newest case of each person; one that was taken back is nobody's."""
    query = select(col(Case.person_id), col(Case.id)).where(
        Case.organisation == organisation, col(Case.person_id).in_(list(persons)), Case.state != "revoked"
    )
    return dict(session.exec(query.order_by(col(Case.created_at))).all())


def _entry(visit: Appointment, organisation: Organisation, translate: Translate, case: str | None) -> Entry:
    language = organisation.languages[0]
    place = organisation.places.get(visit.place)
    way = WAYS.get(visit.way)
    title = (APPOINTMENT, way) if way else (APPOINTMENT,)
    about = translate(CASE.source, language).format(case=case) if case else ""
    return Entry(
        uid=visit.uid,
        sequence=visit.version,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        zone=visit.zone,
        stamp=visit.created_at,
        summary=" · ".join(translate(phrase.source, language) for phrase in title),
        description=about,
        location=place.name if place else visit.place,
        state="TENTATIVE" if visit.state == "held" else "CONFIRMED",
    )
