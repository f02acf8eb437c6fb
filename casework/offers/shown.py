"""What of the catalogue somebody is shown themselves: only what surely fits, for a reason, and may be said there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from casework.house.organisation import Organisation
from casework.offers.catalogue_desk import rows
from casework.offers.catalogue_rules import ASKED_AT_DOORS, THEME_QUESTIONS, town_of
from casework.offers.suggesting import PLACE, Judgement, Somebody, Told, suggest
from casework.offers.suggestions import available, is_full
from flows.answers.gazetteer import Gazetteer
from flows.conditions import Within
from flows.log import Value
from flows.offer_card import OfferCard
from storage.insert import insert_new
from storage.tables import Case, CatalogueEntry, OfferWish, Partner

MOST = 3
WHERE = "where"
"""The question to which a company or a customer says where they need us."""


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom: what they told (``known``, without health), in which language. A name that tells something about who
    goes there is said on a ``private`` channel only."""

    known: Mapping[str, Value]
    language: str
    private: bool


def shown(
    session: Session, house: Organisation, gazetteer: Gazetteer, asking: Asking, now: datetime
) -> list[OfferCard]:
    """Three at most, the best first. Nothing for who lives, or needs us, where the house does not work."""
    regions = {"area": house.area}
    asked = PLACE if PLACE in asking.known else WHERE
    if asked in asking.known and not Within(asked, "area").holds(asking.known, regions):
        return []
    person = Somebody(asking.known, town_of(gazetteer, asking.known.get(asked)), asking.language, regions)
    entries = {entry.id: entry for entry in _sayable(session, house.id, private=asking.private)}
    offers = (available(entry, house.rules) for entry in entries.values())
    found = suggest(offers, person, now.astimezone(house.tz).date())
    fitting = [each for each in found if each.verdict == "fits" and _is_for_them(entries[each.id], each)]
    fitting.sort(key=lambda each: (-len(each.because), min(entries[each.id].title.values(), default="")))
    return [_card(session, house, asking.language, entries[each.id], each) for each in fitting[:MOST]]


def wish(session: Session, case_id: str, person_id: str, entry_id: str, now: datetime) -> None:
    """Keep with the case that its person wants to know more; once, however often they say so."""
    case = session.get(Case, case_id)
    if case is None or case.person_id != person_id or not case.sealed:
        return
    whose = {"organisation": case.organisation, "case_id": case.id, "person_id": person_id, "entry_id": entry_id}
    insert_new(session, OfferWish, **whose, at=now)


def wishes(session: Session, case_id: str) -> dict[str, datetime]:
    """Of which entries the person of a case wants to know more, and since when."""
    found = session.exec(select(OfferWish).where(OfferWish.case_id == case_id))
    return {each.entry_id: each.at for each in found}


def _is_for_them(entry: CatalogueEntry, found: Judgement) -> bool:
    """Whether it helps with what they named, or is for those who come for what they come for."""
    told = {clue.test.name for clue in found.because if isinstance(clue, Told)}
    return bool(entry.themes) or not ASKED_AT_DOORS.isdisjoint(told)


def _sayable(session: Session, organisation: str, *, private: bool) -> list[CatalogueEntry]:
    entries = rows(session, CatalogueEntry, organisation)
    if private:
        return entries
    telling = set(session.exec(select(Partner.id).where(Partner.organisation == organisation, col(Partner.sensitive))))
    return [entry for entry in entries if not entry.sensitive and entry.partner_id not in telling]


def _weight(question: str) -> int:
    """What somebody came for says more than the rest of what they told, that more than what it helps with, and all
    of it more than which door and how old."""
    if question in ASKED_AT_DOORS:
        return 0
    return 3 if question in ("age", "path") else 2 if question in THEME_QUESTIONS else 1


def _card(session: Session, house: Organisation, language: str, entry: CatalogueEntry, found: Judgement) -> OfferCard:
    told = (clue.test.name for clue in found.because if isinstance(clue, Told))
    because = sorted(dict.fromkeys(told), key=_weight)
    title, about = (texts.get(language) or texts.get(house.languages[0], "") for texts in (entry.title, entry.about))
    return OfferCard(entry.id, title, about, tuple(because), is_full(session, entry))
