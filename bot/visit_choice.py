"""What an organisation lets people choose about a visit: its kinds, in its own words, and how it is held."""

from __future__ import annotations

from dataclasses import replace

from casework.house.organisation import Organisation, Visit
from casework.visiting.visit_kinds import only_ways, to_choose, ways_to_choose
from flows.answers import Option
from flows.fitting import Follows, Offered
from flows.wording import Wording


def offered(organisation: Organisation) -> Offered:
    """Of which questions the organisation decides what there is to choose."""
    kinds = to_choose(organisation)
    named = tuple(Option(kind.id, _source(organisation, kind)) for kind in kinds)
    return {
        **organisation.choices,
        "visit_kind": named if len(kinds) > 1 else (kinds[0].id,),
        "visit_way": ways_to_choose(organisation),
    }


def follows(organisation: Organisation) -> Follows:
    """Where the kind of visit says already how it is held."""
    ways = only_ways(organisation)
    return {"visit_way": ("visit_kind", ways)} if ways else {}


def with_labels(wording: Wording, organisation: Organisation) -> Wording:
    """The wording in which this organisation's own labels can be looked up like every text; ``wording`` itself where it
    has none."""
    kinds = [kind for kind in to_choose(organisation) if kind.label]
    if not kinds:
        return wording
    catalogues = {
        language: {**texts, **{_source(organisation, kind): kind.label[language] for kind in kinds}}
        if language in organisation.languages
        else texts
        for language, texts in wording.catalogues.items()
    }
    return replace(wording, catalogues=catalogues)


def _source(organisation: Organisation, kind: Visit) -> str:
    """The label in the organisation's first language stands where another one is missing."""
    return kind.label.get(organisation.languages[0], kind.id)
