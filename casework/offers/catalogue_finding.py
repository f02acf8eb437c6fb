"""Finds entries of the catalogue by what somebody asks for, and writes them down as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from casework.door.audit_search import FORMULA
from casework.offers.suggesting import Somebody, truth
from casework.offers.written_conditions import read_condition
from flows.log import Value
from storage.tables import CatalogueEntry

Stale: TypeAlias = Callable[[CatalogueEntry], bool]
COLUMNS = (
    "id",
    "kind",
    "title",
    "about",
    "themes",
    "audience",
    "municipalities",
    "languages",
    "partner",
    "valid_from",
    "valid_until",
    "begins_on",
    "ends_on",
    "capacity",
    "source",
    "rules",
    "target_group",
    "funding",
    "owner",
    "check_before",
    "changed_at",
    "changed_by",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty for anything. ``audience`` is an answer, written ``question:option``: for whom gives
    it there is nothing that rules the entry out. ``stale``: what somebody should look at."""

    find: str = ""
    kind: str = ""
    theme: str = ""
    municipality: str = ""
    audience: str = ""
    partner: str = ""
    stale: str = ""
    archived: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        return cls(**{name: query.get(name, "").strip()[:100] for name in cls.__slots__})

    @property
    def asked(self) -> dict[str, str]:
        """What differs from the whole list."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


def found(
    entries: Iterable[CatalogueEntry], wanted: Wanted, several: frozenset[str], stale: Stale
) -> list[CatalogueEntry]:
    """Those that are looked for, by title. ``several`` are the questions that take more than one answer, ``stale``
    says which ones somebody should look at."""
    fitting = [entry for entry in entries if _fits(entry, wanted, several, stale)]
    return sorted(fitting, key=lambda entry: (min(entry.title.values(), default="").casefold(), entry.id))


def _fits(entry: CatalogueEntry, wanted: Wanted, several: frozenset[str], stale: Stale) -> bool:
    return (
        wanted.kind in ("", entry.kind)
        and (not wanted.theme or wanted.theme in entry.themes)
        and is_there(entry, wanted.municipality)
        and wanted.partner in ("", entry.partner_id or "")
        and (not wanted.stale or stale(entry))
        and is_for(entry, wanted.audience, several)
        and _says(entry, wanted.find)
    )


def is_there(entry: CatalogueEntry, town: str) -> bool:
    """Whether it is for people of this municipality."""
    return not (town and entry.municipalities) or town in entry.municipalities


def is_for(entry: CatalogueEntry, answer: str, several: frozenset[str]) -> bool:
    """Whether nothing in the answer alone rules it out."""
    if not answer:
        return True
    question, _, option = answer.partition(":")
    value: Value = (option,) if question in several else option
    return truth(read_condition(entry.fits), Somebody({question: value}, None, "")) is not False


def _says(entry: CatalogueEntry, words: str) -> bool:
    text = " ".join((*entry.title.values(), *entry.about.values())).casefold()
    return all(word in text for word in words.casefold().split())


def as_csv(rows: Iterable[Iterable[str]], head: Iterable[str] = COLUMNS) -> str:
    """A file for a spreadsheet; nothing in it is taken for a formula."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow(head)
    table.writerows([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows)
    return file.getvalue()
