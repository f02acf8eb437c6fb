"""What an entry said before, in words: for each version the lines that were otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from casework.offers.catalogue import ANOTHER_SYSTEM, FROM_THE_FILE
from casework.offers.catalogue_desk import FROM_FILE
from casework.offers.catalogue_past import earlier, steps
from flows.messages import Phrase
from staff.catalogue_shelf import Shelf
from storage.tables import CatalogueEntry

Say = Callable[[Shelf, CatalogueEntry], str]
YES, NO = Phrase("Yes"), Phrase("No")


@dataclass(frozen=True, slots=True)
class Before:
    """A version: who wrote it when, and what it said under each label."""

    at: datetime
    who: str
    lines: tuple[tuple[str, str], ...]


def past_of(session: Session, books: Shelf, entry: CatalogueEntry) -> list[Before]:
    """The newest first."""
    return [_before(books, older, names) for older, names in steps(entry, earlier(session, entry))]


def _before(books: Shelf, older: CatalogueEntry, names: list[str]) -> Before:
    lines = ((books.says(LABELS[name][0]), LABELS[name][1](books, older) or "–") for name in names)
    return Before(older.changed_at, _who(books, older), tuple(lines))


def _who(books: Shelf, older: CatalogueEntry) -> str:
    if older.changed_by == FROM_FILE:
        return books.says(FROM_THE_FILE)
    return books.names.get(older.changed_by) or books.says(ANOTHER_SYSTEM)


def _texts(name: str) -> Say:
    return lambda books, entry: " · ".join(getattr(entry, name).values())


def _plain(name: str) -> Say:
    return lambda books, entry: str(getattr(entry, name) or "")


def _list(name: str) -> Say:
    return lambda books, entry: ", ".join(getattr(entry, name))


def _day(name: str) -> Say:
    def say(books: Shelf, entry: CatalogueEntry) -> str:
        day: date | None = getattr(entry, name)
        return books.on(day) if day else ""

    return say


def _yes(name: str) -> Say:
    return lambda books, entry: books.says(YES if getattr(entry, name) else NO)


def _themes(books: Shelf, entry: CatalogueEntry) -> str:
    return ", ".join(books.themes.get(theme, theme) for theme in entry.themes)


def _rules(books: Shelf, entry: CatalogueEntry) -> str:
    return ", ".join(map(books.rule_title, entry.rules))


def _labels() -> Iterator[tuple[str, tuple[Phrase, Say]]]:
    yield "kind", (Phrase("Kind"), _plain("kind"))
    yield "title", (Phrase("Name"), _texts("title"))
    yield "about", (Phrase("What it is"), _texts("about"))
    yield "themes", (Phrase("Helps with"), _themes)
    yield "fits", (Phrase("For whom"), lambda books, entry: books.audience(entry))
    yield "municipalities", (Phrase("Municipalities"), _list("municipalities"))
    yield "languages", (Phrase("Languages"), lambda books, entry: books.speaks(entry.languages))
    yield "begins_on", (Phrase("Begins on"), _day("begins_on"))
    yield "ends_on", (Phrase("Ends on"), _day("ends_on"))
    yield "valid_from", (Phrase("Holds from"), _day("valid_from"))
    yield "valid_until", (Phrase("Holds until and with"), _day("valid_until"))
    yield "capacity", (Phrase("Room for so many people"), _plain("capacity"))
    yield "source", (Phrase("Source"), _plain("source"))
    yield "rules", (Phrase("Rules of law"), _rules)
    yield "target_group", (Phrase("Target group"), _plain("target_group"))
    yield "funding", (Phrase("Where the money comes from"), _plain("funding"))
    yield "sensitive", (Phrase("The name says something"), _yes("sensitive"))
    yield "compulsory", (Phrase("Can be compulsory"), _yes("compulsory"))


LABELS: Mapping[str, tuple[Phrase, Say]] = dict(_labels())
"""Under which label what an entry says stands, and how it is said."""
