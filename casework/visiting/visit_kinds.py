"""The kinds of visit that people choose from themselves, and what must fit together about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from casework.house.organisation import Organisation, Visit, Way

Flaw: TypeAlias = tuple[tuple[str, ...], str, str]
"""Where in the file, what is wrong there, and what to do."""

LONGEST_LABEL = 20
"""Characters of a label: it is a button."""


def to_choose(organisation: Organisation) -> tuple[Visit, ...]:
    """The kinds with a label; without any, the usual kind. All others are made by staff."""
    return tuple(visit for visit in organisation.visits.values() if visit.label) or (organisation.visit,)


def ways_to_choose(organisation: Organisation) -> tuple[Way, ...]:
    """What people are asked, if the kind that they choose can be held in several ways."""
    kinds = to_choose(organisation)
    return kinds[0].ways if len(kinds) == 1 else next((kind.ways for kind in kinds if len(kind.ways) > 1), ())


def only_ways(organisation: Organisation) -> Mapping[str, str]:
    """The way in which a kind is held, of those kinds where there is nothing to choose."""
    kinds = to_choose(organisation)
    return {kind.id: kind.ways[0] for kind in kinds if len(kind.ways) == 1} if len(kinds) > 1 else {}


def label(organisation: Organisation, kind: str, language: str) -> str:
    """What a kind of visit is called; empty where nobody has to tell it from another one."""
    texts = organisation.visit_of(kind).label
    if len(to_choose(organisation)) == 1 or not texts:
        return ""
    return texts.get(language) or texts[organisation.languages[0]]


def flaws(organisation: Organisation) -> Iterator[Flaw]:
    """What is wrong in the kinds that people choose from."""
    kinds = to_choose(organisation)
    if any(kind.label for kind in kinds) and not organisation.visit.label:
        here = ("visits", organisation.visit.id)
        yield here, "the usual kind has no label, and another one has", "give it a 'label:', or put that one first"
    for kind in kinds:
        yield from _labels(organisation, kind)
    yield from _ways(kinds)
    if organisation.agenda and len(kinds) > 1:
        remedy = "keep the label of one kind"
        yield ("visits", kinds[1].id, "label"), "an agenda elsewhere has one product, so one kind to choose", remedy


def _labels(organisation: Organisation, kind: Visit) -> Iterator[Flaw]:
    here = ("visits", kind.id, "label")
    for language in organisation.languages if kind.label else ():
        text = kind.label.get(language, "")
        twins = [other.id for other in to_choose(organisation) if other.label.get(language) == text]
        if not text and language != "en":
            yield here, f"no text in '{language}'", f"add a line '{language}: ...'"
        elif len(text) > LONGEST_LABEL:
            yield here, f"'{text}' is too long for a button", f"use {LONGEST_LABEL} characters"
        elif text and len(twins) > 1:
            yield here, f"'{text}' is the label of {' and '.join(twins)}", "give each kind a label of its own"


def _ways(kinds: tuple[Visit, ...]) -> Iterator[Flaw]:
    several = [kind for kind in kinds if len(kind.ways) > 1]
    for kind in several[1:]:
        if kind.ways != several[0].ways:
            remedy = f"write [{', '.join(several[0].ways)}], or one way"
            yield ("visits", kind.id, "ways"), f"they are others than those of {several[0].id}", remedy
