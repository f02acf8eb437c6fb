"""Who a campaign goes to: those who asked for news, by municipality; never by what stands in their way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from casework.figures.merged_places import Town, where
from casework.house.organisation import Organisation
from flows.hiding import LEAST
from flows.news import SCOPE
from storage.tables import Consent, IntakeFact, Person

DESTROYED = b""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asked for news, and the language they speak with us."""

    person_id: str
    language: str


def readers(session: Session, organisation: Organisation, municipalities: Collection[str]) -> list[Reader]:
    """Whose last word on news was yes, in the order of the languages of the house, and then of who came first.

    Where somebody lives is known once their talk was looked into, at night; with ``municipalities`` others are left
    out.
    """
    later = aliased(Consent)
    overruled = and_(
        col(later.person_id) == col(Consent.person_id),
        col(later.scope) == SCOPE,
        (col(later.at) > col(Consent.at)) | ((col(later.at) == col(Consent.at)) & (col(later.id) > col(Consent.id))),
    )
    query = (
        select(Person.id, Person.language, Person.created_at)
        .join(Consent, col(Consent.person_id) == col(Person.id))
        .where(Person.organisation == organisation.id, Person.wrapped_key != DESTROYED)
        .where(Consent.scope == SCOPE, col(Consent.granted), ~exists().where(overruled))
    )
    rows = session.exec(query.order_by(col(Person.created_at), col(Person.id))).all()
    live = _lives(session, [row[0] for row in rows]) if municipalities else {}
    wanted = [row for row in rows if not municipalities or live.get(row[0]) in municipalities]
    found = [Reader(id, language or "") for id, language, _ in wanted]
    order = {language: number for number, language in enumerate(organisation.languages)}
    return sorted(found, key=lambda reader: order.get(reader.language, len(order)))


def told_number(count: int) -> int | None:
    """As it may be shown: rounded down to fives, so that from two choices nobody can be worked out; ``None``: few."""
    return None if 0 < count < LEAST else count - count % LEAST


def towns(organisation: Organisation) -> Sequence[Town]:
    """The municipalities of the area, as they are now."""
    lie = (where(postcode) for postcode in sorted(organisation.area))
    found = {lies.now.id: lies.now for lies in lie if lies}
    return sorted(found.values(), key=lambda town: town.name_nl)


def _lives(session: Session, people: Sequence[str]) -> dict[str, str]:
    query = select(IntakeFact.person_id, IntakeFact.place).where(col(IntakeFact.person_id).in_(people))
    known = {person: where(place) for person, place in session.exec(query) if place}
    return {person: lies.now.id for person, lies in known.items() if lies}
