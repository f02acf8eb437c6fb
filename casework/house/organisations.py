"""All organisations of a folder: one folder each, with ``organisation.yaml`` in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from casework.hours.notation import Days, Shift, Span
from casework.house.organisation import Area, Coach, Organisation, Place, Reminder, Visit
from casework.house.organisation_file import (
    BadOrganisation,
    read_faq,
    read_organisation,
    read_replies,
    read_rules,
)

__all__ = [
    "Area",
    "BadOrganisation",
    "Coach",
    "Days",
    "Organisation",
    "Place",
    "Reminder",
    "Shift",
    "Span",
    "Visit",
    "load_organisations",
]

FILE = "organisation.yaml"
FAQ = "faq.yaml"
"""The questions that people ask any organisation."""
REPLIES = "replies.yaml"
"""What coaches of any organisation send often."""
RULES = "rules"
"""The folder with the rules of law, a file for each."""


def load_organisations(folder: Path) -> dict[str, Organisation]:
    """The organisations by id; ``BadOrganisation`` for the first thing that is wrong."""
    files = sorted(folder.glob(f"*/{FILE}")) if os.access(folder, os.R_OK | os.X_OK) else []
    if not files:
        remedy = f"name a folder that can be read and holds <organisation>/{FILE}"
        raise BadOrganisation(folder, 0, "no organisation stands in this folder", remedy)
    for other in _without_file(folder):
        remedy = f"let it be read, write {FILE}, or take the folder away"
        raise BadOrganisation(other, 0, f"no {FILE} can be read here", remedy)
    shared, replies = read_faq(folder / FAQ), read_replies(folder / REPLIES)
    rules = read_rules(folder / RULES)
    found = [read_organisation(file, shared, replies, rules) for file in files]
    return {organisation.id: organisation for organisation in found}


def _without_file(folder: Path) -> Iterator[Path]:
    """An organisation whose file has another name, or may not be read, would be gone without a word."""
    for other in sorted(folder.iterdir()):
        if other.name == RULES or other.name.startswith((".", "_")) or not other.is_dir():
            continue
        if not os.access(other, os.X_OK) or not (other / FILE).is_file():
            yield other
