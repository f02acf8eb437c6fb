"""``opstap check``: everything that people write (flows, translations, organisations), looked at together."""

from __future__ import annotations

from pathlib import Path

from bot.opening import LOCALES
from bot.scenes import SCRIPTS
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
    try:
        names = {organisation.flow for organisation in load_organisations(folder).values()}
    except BadOrganisation as problem:
        return [str(problem)]
    found: list[str] = []
    for name in sorted(names):
        files = Scripts(scripts)
        check_flow(files.flow(name), files.problems)
        found += [str(problem) for problem in files.problems]
    return found


def _words() -> list[str]:
    try:
        load_words(LOCALES)
    except Misread as problem:
        return [str(problem)]
    return []


def _translations() -> list[str]:
    remedy = "Translate it, then run `make catalogues`"
    return [f"{problem}. {remedy}" for problem in stale(LOCALES, sources(ROOT))]
