"""Every text that job seekers see, in each language, with the place where it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from flows.catalogue import catalogue_files, read_catalogue
from flows.extract import Source
from flows.file_texts import FileText, file_texts
from flows.marked_yaml import Marked, read
from flows.plain_language import Part
from flows.script import Where

ENGINE = "our own code"
FOR_STAFF = (
    "staff/",
    "bot/staff_chat.py",
    "bot/mailing.py",
    "bot/pushing.py",
    "bot/referral_asking.py",
    "bot/local_work_telling.py",
    "casework/telling/announcements.py",
    "casework/door/people.py",
    "casework/house/plain_words.py",
    "casework/figures/",
    "casework/house/sheets.py",
    "casework/offers/catalogue",
    "casework/offers/suggesting_words.py",
    "casework/cases/summary.py",
    "casework/sessions/session_summary.py",
    "casework/house/wording_fields.py",
    "flows/in_words.py",
)
"""Texts that only people who work here read."""

NOT_SHOWN = frozenset({"meetings"})
"""Headings of an organisation's file under which are texts for who works there."""

Catalogues: TypeAlias = Mapping[str, Mapping[str, tuple[str, Where]]]
"""Per language, each English source with its translation and the place where that stands."""


@dataclass(frozen=True, slots=True)
class Shown:
    """``group`` is what is measured together: a flow file, an organisation, or our own code."""

    language: str
    text: str
    where: Where
    part: Part
    group: str


def read_catalogues(locales: Path) -> Catalogues:
    """Only what is translated: what is not is named by ``flows.catalogue.stale``."""
    return {language: dict(_translated(locales, language, path)) for language, path in catalogue_files(locales)}


def _translated(locales: Path, language: str, path: Path) -> Iterator[tuple[str, tuple[str, Where]]]:
    file = path.relative_to(locales.parent).as_posix()
    for message in read_catalogue(path, language):
        if message.id and message.string and not message.fuzzy:
            yield str(message.id), (str(message.string), Where(file, message.lineno or 1))


def in_flow(file: Path, catalogues: Catalogues) -> Iterator[Shown]:
    """The texts of a flow file. Nothing of one that cannot be read: that is reported where flows are loaded."""
    try:
        found = list(file_texts(yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)))
    except (yaml.YAMLError, UnicodeDecodeError):
        return
    for text in found:
        if text.part != "title":
            yield from _in_each_language(text.text, _part(text), file.name, catalogues)


def _part(text: FileText) -> Part:
    if text.part in ("label", "option"):
        return "button"
    if text.consent:
        return "consent"
    return "question" if text.part in ("text", "simpler") else "beside"


def in_code(sources: Iterable[Source], catalogues: Catalogues) -> Iterator[Shown]:
    """The texts of our own code that reach job seekers."""
    for source in sources:
        if source.file.endswith(".py") and not source.file.startswith(FOR_STAFF):
            button = any(note.startswith("button") for note in source.notes)
            yield from _in_each_language(source.text, "button" if button else "explanation", ENGINE, catalogues)


def _in_each_language(source: str, part: Part, group: str, catalogues: Catalogues) -> Iterator[Shown]:
    for language, texts in catalogues.items():
        if source in texts:
            text, where = texts[source]
            yield Shown(language, text, where, part, group)


def in_file(file: Path, root: Path, languages: Iterable[str]) -> Iterator[Shown]:
    """The texts of an organisation's file, or another one: whatever is written there once per language."""
    shown = file.relative_to(root).as_posix()
    yield from _written(read(file, shown), tuple(languages), shown)


def _written(data: Any, languages: tuple[str, ...], shown: str) -> Iterator[Shown]:
    if isinstance(data, Marked):
        for key, value in data.items():
            if key in languages and isinstance(value, str):
                yield Shown(key, " ".join(value.split()), Where(shown, data.line_of(key)), "explanation", shown)
            elif key not in NOT_SHOWN:
                yield from _written(value, languages, shown)
    elif isinstance(data, list):
        for item in data:
            yield from _written(item, languages, shown)
