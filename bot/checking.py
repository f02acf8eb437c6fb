"""``opstap check``: everything that people write (flows, translations, organisations), looked at together."""

from __future__ import annotations

from pathlib import Path

from yaml import YAMLError

from bot.opening import LOCALES
from bot.scenes import SCRIPTS, script_folders
from casework.organisations import BadOrganisation, load_organisations
from flows.catalogue import stale
from flows.check import check_flow
from flows.extract import sources
from flows.load import Scripts
from flows.marked_yaml import Misread
from flows.words import load_words

ROOT = LOCALES.parent


def check_all(organisations: Path, scripts: Path = SCRIPTS) -> list[str]:
    """One line a problem: file, line, what is wrong, and the remedy."""
    return [*_flows(organisations, scripts), *_words(), *_translations()]


def _flows(folder: Path, scripts: Path) -> list[str]:
    """Each organisation's flow as it stands with its own files; what is shared is reported once."""
    try:
        organisations = load_organisations(folder)
    except BadOrganisation as problem:
        return [str(problem)]
    found: dict[str, None] = {}
    for organisation in organisations.values():
        files = Scripts(scripts, script_folders(folder, organisation.id)[1])
        check_flow(files.flow(organisation.flow), files.problems)
        found |= dict.fromkeys(map(str, files.problems))
    return list(found)


def _words() -> list[str]:
    try:
        load_words(LOCALES)
    except Misread as problem:
        return [str(problem)]
    return []


def _translations() -> list[str]:
    """Not looked at while a flow file cannot be read: that is reported with the flows."""
    remedy = "Translate it, then run `make catalogues`"
    try:
        return [f"{problem}. {remedy}" for problem in stale(LOCALES, sources(ROOT))]
    except YAMLError:
        return []
