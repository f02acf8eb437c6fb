"""Reads the catalogue with which an organisation begins, and says in one line what is wrong with it and where.

The file is a seed: what it names is put into the database once. From then on the console counts, not the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from pydantic.dataclasses import dataclass

from casework.hours.notation import Id
from casework.house.organisation import Organisation
from casework.house.organisation_file import BadOrganisation, Marked, reader, validated
from casework.offers.catalogue import STRICT, Around, Entry, Flaw, House, flaws, house_flaws
from casework.offers.catalogue_rules import read_rule, themes, towns
from casework.offers.written_conditions import BadCondition, read_condition
from flows.answers.gazetteer import Gazetteer
from flows.script import Flow

CATALOGUE = "catalogue.yaml"
Complaint: TypeAlias = tuple[tuple[str, ...], str, str]


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Written:
    """What the file has, each under its key: an owner is a coach there, a partner one of the same file."""

    partners: Mapping[Id, House] = field(default_factory=dict)
    offers: Mapping[Id, Entry] = field(default_factory=dict)


NOTHING_WRITTEN = Written(MappingProxyType({}), MappingProxyType({}))


def read_catalogue(file: Path, organisation: Organisation) -> Written:
    """What stands there; nothing where there is no such file. Raises ``BadOrganisation``."""
    if not file.exists():
        return NOTHING_WRITTEN
    marked = Marked(file)
    written: Written = validated(marked, reader(Written))
    for complaint in _complaints(written, organisation):
        raise marked.bad(*complaint)
    return written


def read_catalogues(folder: Path, organisations: Mapping[str, Organisation]) -> dict[str, Written]:
    """That of each organisation of the folder."""
    return {id: read_catalogue(folder / id / CATALOGUE, organisation) for id, organisation in organisations.items()}


def unfit_entries(
    file: Path, organisation: Organisation, flow: Flow, gazetteer: Gazetteer
) -> Iterator[BadOrganisation]:
    """Every entry of the file that names a theme, an answer or a municipality that there is not."""
    if not file.exists():
        return
    marked, written = Marked(file), read_catalogue(file, organisation)
    around = Around(
        organisation.languages,
        {theme.id for theme in themes(flow)},
        towns(gazetteer, organisation.area),
        written.partners,
        organisation.coaches,
        organisation.rules,
    )
    for key, entry in written.offers.items():
        for flaw in flaws(entry, around):
            yield marked.bad(("offers", key, *_path(flaw)), *flaw.plainly())
        try:
            read_rule(entry.fits, flow)
        except BadCondition as bad:
            yield marked.bad(("offers", key, "fits"), bad.problem, bad.remedy)


def _complaints(written: Written, organisation: Organisation) -> Iterator[Complaint]:
    """What can be seen without the flow: enough to put the file into the database."""
    around = Around(organisation.languages, (), (), written.partners, organisation.coaches, organisation.rules)
    for key, house in written.partners.items():
        for flaw in house_flaws(house, around):
            yield (("partners", key, *_path(flaw)), *flaw.plainly())
    for key, entry in written.offers.items():
        found = (flaw for flaw in flaws(entry, around) if flaw.field not in ("themes", "municipalities"))
        for flaw in found:
            yield (("offers", key, *_path(flaw)), *flaw.plainly())
        try:
            read_condition(entry.fits)
        except BadCondition as bad:
            yield ("offers", key, "fits"), bad.problem, bad.remedy


def _path(flaw: Flaw) -> tuple[str, ...]:
    return tuple(flaw.field.split("."))
