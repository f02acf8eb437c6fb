"""The translations of our texts: read for the engine, and checked for what is missing or stale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from flows.marked_yaml import Misread

if TYPE_CHECKING:
    from flows.extract import Source

DOMAIN = "opstap"
_LINE = re.compile(r'\s*(#.*|(msgctxt|msgid|msgid_plural|msgstr(\[\d+\])?)?\s*"([^"\\]|\\.)*"\s*)?')
"""Babel drops what stands around the quotes, and a letter where one of them is missing."""
_REMEDY = "Write msgid or msgstr, and the text between two quotes"


@dataclass(frozen=True, slots=True)
class Stale:
    """A text whose translation needs somebody's eye, and where to look."""

    language: str
    file: str
    line: int
    problem: str
    text: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.language}: {self.problem}: {self.text!r}. {self.remedy}"


def load_catalogues(folder: Path) -> dict[str, dict[str, str]]:
    """Per language of ``folder`` (``locales/``), what each English source is called. A translation that is
    marked fuzzy does not count: nobody has looked at it since its source changed. Raises ``Misread``."""
    return {
        language: {
            str(message.id): _fillable(message, path)
            for message in read_catalogue(path, language)
            if message.id and message.string and not message.fuzzy
        }
        for language, path in catalogue_files(folder)
    }


def _fillable(message: Message, path: Path) -> str:
    """A brace that stands alone would break the turn of everybody who is to read it."""
    text = str(message.string)
    try:
        for _ in Formatter().parse(text) if "{" in text or "}" in text else ():
            pass
    except ValueError:
        remedy = "Write the placeholder as {name}"
        raise Misread(_shown(path), _line(message), "a { or } stands alone in the translation", remedy) from None
    return text


def stale(folder: Path, wanted: Iterable[Source]) -> list[Stale]:
    """What ``folder`` lacks of the ``wanted`` texts, has marked fuzzy, or keeps although no longer used."""
    texts = {source.text: source for source in reversed(list(wanted))}
    return [found for language, path in catalogue_files(folder) for found in _stale(language, path, folder, texts)]


def _stale(language: str, path: Path, folder: Path, wanted: dict[str, Source]) -> Iterator[Stale]:
    catalogue = read_catalogue(path, language)
    known = {str(message.id): message for message in catalogue if message.id}
    file = path.relative_to(folder.parent).as_posix()
    for text, source in wanted.items():
        if text not in known:
            remedy = f"Run `make catalogues`, then translate it in {file}"
            yield Stale(language, source.file, source.line, "no translation", text, remedy)
        elif not known[text].string:
            remedy = "Write it between the quotes after msgstr"
            yield Stale(language, file, _line(known[text]), "no translation", text, remedy)
    for text, message in known.items():
        if message.fuzzy:
            remedy = "Look at its translation, then take the word fuzzy away"
            yield Stale(language, file, _line(message), "the source has changed", text, remedy)
        elif text not in wanted:
            yield Stale(language, file, _line(message), "no longer used", text, "Run `make catalogues`")
    for obsolete in catalogue.obsolete.values():
        remedy = "Remove it: the lines that begin with #~"
        yield Stale(language, file, _line(obsolete), "no longer used", str(obsolete.id), remedy)


def catalogue_files(folder: Path) -> list[tuple[str, Path]]:
    return [(path.parts[-3], path) for path in sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))]


def read_catalogue(path: Path, language: str) -> Catalog:
    """Raises ``Misread`` for what is no catalogue: a text that is lost in it would be said in English."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise Misread(_shown(path), 1, "the file is not UTF-8", f"Save it as UTF-8 (byte {error.start})") from None
    for number, line in enumerate(lines, 1):
        if not _LINE.fullmatch(line):
            raise Misread(_shown(path), number, "this is no line of a catalogue", _REMEDY)
    try:
        return read_po(lines, locale=language, domain=DOMAIN, abort_invalid=True)
    except PoFileError as error:
        raise Misread(_shown(path), error.lineno + 1, "this line does not belong here", _REMEDY) from None


def _shown(path: Path) -> str:
    return "/".join(path.parts[-4:])


def _line(message: Message) -> int:
    return message.lineno or 1
