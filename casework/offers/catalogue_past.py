"""What an entry of the catalogue said before: each version is kept when it is replaced, and can be read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from storage.catalogue_past_tables import CataloguePast
from storage.tables import CatalogueEntry

KEPT = (
    "kind",
    "title",
    "about",
    "themes",
    "fits",
    "municipalities",
    "languages",
    "begins_on",
    "ends_on",
    "valid_from",
    "valid_until",
    "capacity",
    "source",
    "rules",
    "target_group",
    "funding",
    "sensitive",
    "compulsory",
)
"""What an entry says; who looks after it and with which partner is no knowledge of a measure."""
DAYS = frozenset({"begins_on", "ends_on", "valid_from", "valid_until"})


def as_it_is(entry: CatalogueEntry) -> CataloguePast:
    """What is to be kept of it when it is replaced."""
    said = {name: _plain(getattr(entry, name)) for name in KEPT}
    whose: dict[str, Any] = {"entry_id": entry.id, "version": entry.version, "organisation": entry.organisation}
    return CataloguePast(**whose, said=said, changed_at=entry.changed_at, changed_by=entry.changed_by)


def earlier(session: Session, entry: CatalogueEntry) -> list[CatalogueEntry]:
    """The versions before this one, the newest first, as entries that are in no database."""
    kept = select(CataloguePast).where(CataloguePast.entry_id == entry.id, CataloguePast.version < entry.version)
    return [as_entry(each) for each in session.exec(kept.order_by(col(CataloguePast.version).desc()))]


def differing(older: CatalogueEntry, newer: CatalogueEntry) -> Iterator[str]:
    """The names of what the one says otherwise than the other."""
    yield from (name for name in KEPT if getattr(older, name) != getattr(newer, name))


def steps(entry: CatalogueEntry, before: Sequence[CatalogueEntry]) -> Iterator[tuple[CatalogueEntry, list[str]]]:
    """Each version with the names of what it said otherwise than the next one; not those that said the same."""
    for older, newer in zip(before, (entry, *before), strict=False):
        names = list(differing(older, newer))
        if names:
            yield older, names


def as_entry(past: CataloguePast) -> CatalogueEntry:
    """An entry that says what was said then; it is in no database."""
    mine: dict[str, Any] = {"id": past.entry_id, "organisation": past.organisation, "version": past.version}
    for name, value in past.said.items():
        mine[name] = date.fromisoformat(value) if name in DAYS and value else value
    return CatalogueEntry(**mine, changed_at=past.changed_at, changed_by=past.changed_by)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
