"""Reads what a demonstration is made from: names, texts and how likely each answer is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from casework.house.organisation_file import Marked, validated

FILE = "demonstration.yaml"
Texts = Mapping[str, tuple[str, ...]]
"""Sentences by language."""


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Written:
    """``tongues`` are by organisation, ``names`` by tongue, ``likely`` and ``texts`` by question; ``around`` is the day
    around which the sessions of the organisations' files are written."""

    around: date
    tongues: Mapping[str, tuple[str, ...]]
    names: Texts
    likely: Mapping[str, Mapping[str, int]]
    texts: Mapping[str, Texts]
    later: Texts
    coach: Texts
    notes: Texts
    tasks: Texts
    steps: Texts
    referral: Texts
    vacancies: Texts
    company_notes: Texts
    company_steps: Texts


def read_written(folder: Path) -> Written:
    """Raises ``BadOrganisation`` for what cannot be read, with the line."""
    return validated(Marked(folder / FILE), TypeAdapter(Written))
