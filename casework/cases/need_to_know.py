"""Leaves out of a case what its reader has no right to see: by part, and by how private each answer is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casework.cases.summary import Line, Part, Section
from casework.door.rights import Holder, OfSomebody, Right, may

NEEDS: Mapping[Part, Right] = {
    "appointment": "see_person",
    "sessions": "see_person",
    "basics": "see_person",
    "barriers": "see_barriers",
    "preferences": "see_wishes",
    "private": "see_private",
}
TO_REACH_THEM: frozenset[Part] = frozenset({"appointment", "sessions"})
"""Parts whose private answers are a telephone number and the like: who sees the person may use them."""


def visible(holder: Holder, case: OfSomebody, sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections with what this reader may see; those with nothing left are left out."""
    shown = (
        Section(section.part, tuple(line for line in section.lines if sees(holder, case, section.part, line)))
        for section in sections
    )
    return tuple(section for section in shown if section.lines)


def sees(holder: Holder, case: OfSomebody, part: Part, line: Line) -> bool:
    return all(may(holder, right, case) for right in needed(part, line.tier))


def needed(part: Part, tier: str) -> frozenset[Right]:
    """Every right that an answer of this part and tier asks of its reader."""
    more: dict[str, Right] = {"B": "see_barriers", "C": "see_private"}
    own = {NEEDS[part]}
    if tier == "C" or (tier == "B" and part not in TO_REACH_THEM | {"preferences"}):
        own.add(more[tier])
    return frozenset(own)


OF_TIER: Mapping[str, Right] = {"A": "see_person", "B": "see_barriers", "C": "see_private"}
"""What staff write beside a case has a tier like an answer."""


def sees_tier(holder: Holder, case: OfSomebody, tier: str) -> bool:
    """Whether they may read a note, a task or a file of this tier: who may not write beside a case reads none."""
    return may(holder, "note", case) and may(holder, OF_TIER[tier], case)
