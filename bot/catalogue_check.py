"""Looks at the catalogues with which organisations begin: that each can be read, and fits the flow and the area."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.shown_texts import Shown, in_file
from casework.house.organisations import BadOrganisation, Organisation
from casework.offers.catalogue_file import CATALOGUE, read_catalogue, unfit_entries
from flows.talk import Setting


def unfit_catalogues(
    folder: Path, organisations: Mapping[str, Organisation], settings: Mapping[tuple[str, str], Setting]
) -> Iterator[str]:
    """One line each, with the file, the line in it, the problem and the remedy."""
    places = {organisation: setting for (organisation, _), setting in settings.items()}
    for id, organisation in organisations.items():
        file = folder / id / CATALOGUE
        try:
            read_catalogue(file, organisation)
        except BadOrganisation as bad:
            yield str(bad)
        else:
            yield from map(str, unfit_entries(file, organisation, places[id].flow, places[id].gazetteer))


def catalogue_texts(folder: Path, organisations: Mapping[str, Organisation]) -> Iterator[Shown]:
    """What stands in them for people to read; of a file that cannot be read, nothing: that is reported above."""
    for organisation in organisations.values():
        file = folder / organisation.id / CATALOGUE
        if file.exists():
            yield from in_file(file, folder.parent, organisation.languages)
