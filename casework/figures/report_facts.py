"""What is counted of an intake: looked up again whenever its conversation has gone on, and never twice for one turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select
from sqlmodel import Session

from casework.cases.case_kinds import UNSAID
from casework.figures.report_counting import CHAT, DESTROYED, FACT, PERSON, TALK
from casework.house.organisation import Organisation

AT_ONCE = 40
"""Conversations of one look: their logs are opened, which takes a few milliseconds each."""

_STALE = (
    select(
        TALK.c.id,
        TALK.c.organisation,
        TALK.c.person_id,
        TALK.c.version,
        TALK.c.created_at,
        TALK.c.updated_at,
        CHAT.c.channel,
        PERSON.c.wrapped_key,
        PERSON.c.language,
    )
    .join(CHAT, CHAT.c.id == TALK.c.chat_id)
    .join(PERSON, PERSON.c.id == TALK.c.person_id)
    .outerjoin(FACT, FACT.c.conversation_id == TALK.c.id)
    .where(TALK.c.version > 0, PERSON.c.wrapped_key != DESTROYED)
    .where(or_(FACT.c.version.is_(None), FACT.c.version != TALK.c.version))
    .order_by(TALK.c.id)
    .limit(AT_ONCE)
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a log told. ``fates`` has per question what came of it, as words with spaces between."""

    language: str
    place: str | None
    goal: str | None
    asked: str | None
    fates: Mapping[str, str]
    door: str = UNSAID
    site: str | None = None


def stale(session: Session, organisation: str, after: str) -> Sequence[Any]:
    """Conversations behind the id ``after`` that have gone on since they were looked into, the first few."""
    return session.connection().execute(_STALE.where(TALK.c.organisation == organisation, TALK.c.id > after)).all()


def nearest(organisation: Organisation, place: str | None, at: datetime) -> str | None:
    """The place of ours nearest to where somebody lives, in our area; the first, where the file names none.

    Counted so whether they came as far as a visit or not: a place that only cases have would tell of each line who
    of it became a case.
    """
    postcode, day = (place or "").partition(":")[0], at.astimezone(organisation.tz).date()
    if not organisation.serves(postcode, day):
        return None
    return organisation.nearest_place(postcode, day) or next(iter(organisation.places))


def note(session: Session, talk: Any, told: Told) -> None:
    """``talk`` is a row of ``stale``, read in the same transaction."""
    run = session.connection().execute
    run(delete(FACT).where(FACT.c.conversation_id == talk.id))
    times: dict[str, datetime] = {"began_at": talk.created_at, "heard_at": talk.updated_at}
    whose = {"conversation_id": talk.id, "organisation": talk.organisation, "person_id": talk.person_id}
    run(insert(FACT).values(**whose, version=talk.version, channel=talk.channel, **times, **asdict(told)))


def forget_all(session: Session, organisation: str) -> None:
    """So that everything is looked into again. What is kept of erased people stays."""
    session.connection().execute(delete(FACT).where(FACT.c.organisation == organisation))
