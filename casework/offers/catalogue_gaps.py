"""Counts for how many people of the last year there was nothing that helps with what they named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from casework.cases.dossier import Dossier
from casework.offers.suggesting import Somebody, judge, theme_test, truth
from casework.offers.suggestions import Adviser, available
from flows.hiding import to_hide
from storage.tables import Case, CatalogueEntry, Conversation, Person

A_YEAR = timedelta(days=365)
MOST_CASES = 20_000
"""The newest; more than any service here has in a year."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Of the people who named a theme: how many, and for how many of them there is nothing that fits or may fit.
    ``None`` where a number would tell of too few people."""

    asked: int | None
    without: int | None


def gaps(
    session: Session,
    adviser: Adviser,
    themes: Sequence[str],
    on_offer: Iterable[CatalogueEntry],
    now: datetime,
) -> dict[str, Gap]:
    """By theme. Nobody is counted twice, and no number of fewer than five people can be worked out."""
    offers, day = [available(entry, adviser.organisation.rules) for entry in on_offer], adviser.day(now)
    helping = {theme: [offer for offer in offers if theme in offer.themes] for theme in themes}
    asked: dict[str, set[str]] = {theme: set() for theme in themes}
    helped: dict[str, set[str]] = {theme: set() for theme in themes}
    for person_id, person in _people(session, adviser, now):
        for theme in themes:
            if truth(theme_test(theme, person.answers), person):
                asked[theme].add(person_id)
                if any(judge(offer, person, day).verdict != "not" for offer in helping[theme]):
                    helped[theme].add(person_id)
    return _shown({theme: (len(asked[theme]), len(asked[theme] - helped[theme])) for theme in themes})


def _shown(counts: Mapping[str, tuple[int, int]]) -> dict[str, Gap]:
    cells = {
        (theme, name): count
        for theme, (asked, without) in counts.items()
        for name, count in (("asked", asked), ("without", without), ("with", asked - without))
    }
    hidden = to_hide(cells, [((theme, "asked"), [(theme, "without"), (theme, "with")]) for theme in counts])
    told = {key: None if key in hidden else count for key, count in cells.items()}
    return {theme: Gap(told[theme, "asked"], told[theme, "without"]) for theme in counts}


def _people(session: Session, adviser: Adviser, now: datetime) -> Iterator[tuple[str, Somebody]]:
    """Everybody whose case came in within the year, with what they answered last; those erased are gone."""
    query = (
        select(Case, Person, Conversation.flow)
        .join(Person, col(Person.id) == col(Case.person_id))
        .join(Conversation, col(Conversation.id) == col(Case.conversation_id))
        .where(Case.organisation == adviser.organisation.id, col(Case.created_at) >= now - A_YEAR)
        .where(col(Case.sealed) != b"")
    )
    for case, person, flow in session.exec(query.order_by(col(Case.created_at).desc()).limit(MOST_CASES)):
        yield person.id, _somebody(adviser, case, person, flow)


def _somebody(adviser: Adviser, case: Case, person: Person, flow: str) -> Somebody:
    key = adviser.vault.open_key(person.wrapped_key)
    told = Dossier.from_bytes(key.open(case.sealed, f"case|{case.id}")).newest.answers
    return adviser.known(flow, told, case.language)
