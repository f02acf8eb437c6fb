"""Brings the catalogues up to date with the texts in flow files and code: ``python -m flows.update_catalogues``, with
the folder of the organisations behind it where that is another one than ours."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import unescape, write_po

from flows.catalogue import DOMAIN, catalogue_files, read_catalogue
from flows.extract import Source, sources
from flows.marked_yaml import Misread

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def update(root: Path, organisations: Path | None = None) -> None:
    """Bring the template and every catalogue under ``root``/locales up to date with the texts there and in the flow
    files of ``organisations``. Raises ``Misread`` before anything is written."""
    folder = root / "locales"
    template = _template(sources(root, organisations))
    catalogues = [(path, read_catalogue(path, language)) for language, path in catalogue_files(folder)]
    _write(folder / f"{DOMAIN}.pot", template)
    for path, catalogue in catalogues:
        catalogue.update(template)
        _keep_former(catalogue)
        _drop_guesses(catalogue, template)
        _write(path, catalogue)


def _keep_former(catalogue: Catalog) -> None:
    """Babel writes the former text of a fuzzy message as ``#|``, but reads it back as a plain comment."""
    for message in (*catalogue, *catalogue.obsolete.values()):
        former = [comment.removeprefix("| ") for comment in message.user_comments if comment.startswith("|")]
        message.user_comments = [comment for comment in message.user_comments if not comment.startswith("|")]
        if former and message.fuzzy:
            message.previous_id = ["".join(map(unescape, _QUOTED.findall(" ".join(former))))]


def _drop_guesses(catalogue: Catalog, template: Catalog) -> None:
    """A new text has no translation yet: Babel offers that of a text like it, which is still used itself."""
    for message in catalogue:
        if message.fuzzy and any(template.get(former) for former in message.previous_id):
            message.string, message.previous_id = "", []
            message.flags.discard("fuzzy")


def _template(found: Iterable[Source]) -> Catalog:
    template = Catalog(
        header_comment="# Texts of Opstap, in English. Made by `python -m flows.update_catalogues`: do not edit.",
        project="Opstap",
        version="1",
        msgid_bugs_address="the maintainers of Opstap",
    )
    for source in found:
        template.add(source.text, None, [(source.file, source.line)], auto_comments=source.notes)
    return template


def _write(path: Path, catalogue: Catalog) -> None:
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, include_previous=True, include_lineno=False)


if __name__ == "__main__":
    try:
        update(Path.cwd(), *map(Path, sys.argv[1:2]))
    except Misread as problem:
        sys.exit(f"{problem}")
